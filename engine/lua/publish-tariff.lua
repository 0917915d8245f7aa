-- Gives a tariff document the next version and tells every engine.
-- KEYS: 1 version counter, 2 hash version → document, 3 hash tariff id → latest version
-- ARGV: 1 tariff id, 2 document, 3 channel
-- Reply: {version, 1 if it is new or 0 if the latest document of the tariff is the same}
-- Invariant: versions have no gaps; a version is never written twice.
local latest = redis.call('HGET', KEYS[3], ARGV[1])
if latest and redis.call('HGET', KEYS[2], latest) == ARGV[2] then return {tonumber(latest), 0} end
local version = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2], version, ARGV[2])
redis.call('HSET', KEYS[3], ARGV[1], version)
redis.call('PUBLISH', ARGV[3], version)
return {version, 1}
