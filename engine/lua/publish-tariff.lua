-- Gives a tariff document the next version and tells every engine.
-- KEYS: 1 version counter, 2 hash version → document, 3 hash tariff id → latest version,
--       4 hash rate deck id → latest version, 5 journal
-- ARGV: 1 tariff id, 2 document, 3 channel, 4 rate deck that it was checked against or '',
--       5 version of that deck
-- Reply: {version, 1 if it is new or 0 if the latest document of the tariff is the same};
--        {0, 0}: there is a newer version of the deck, check again
-- Invariant: versions have no gaps; a version is never written twice.
local latest = redis.call('HGET', KEYS[3], ARGV[1])
if latest and redis.call('HGET', KEYS[2], latest) == ARGV[2] then return {tonumber(latest), 0} end
if ARGV[4] ~= '' and redis.call('HGET', KEYS[4], ARGV[4]) ~= ARGV[5] then return {0, 0} end
local version = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2], version, ARGV[2])
redis.call('HSET', KEYS[3], ARGV[1], version)
redis.call('XADD', KEYS[5], '*', 't', ARGV[2], 'i', ARGV[1])
redis.call('PUBLISH', ARGV[3], version)
return {version, 1}
