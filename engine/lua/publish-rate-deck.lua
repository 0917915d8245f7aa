-- Makes an upload the next version of a rate deck and tells every engine.
-- KEYS: 1 version counter, 2 hash version → record, 3 hash rate deck id → latest version,
--       4 upload, 5 content: hash part number → lines, 6 journal
-- ARGV: 1 rate deck id, 2 record, 3 channel, 4 version counter and 5 changes of the upload as they
--       were when all was checked
-- Reply: {version, 1}; {0, 0}: one of them is another now, check again
-- Invariant: what is published is what was checked; content is never written twice.
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[4] then return {0, 0} end
if redis.call('HGET', KEYS[4], 'changes') ~= ARGV[5] then return {0, 0} end
if redis.call('EXISTS', KEYS[5]) == 1 then
  redis.call('UNLINK', KEYS[4])
else
  redis.call('HDEL', KEYS[4], 'changes')
  redis.call('RENAME', KEYS[4], KEYS[5])
  redis.call('PERSIST', KEYS[5])
end
local version = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2], version, ARGV[2])
redis.call('HSET', KEYS[3], ARGV[1], version)
redis.call('XADD', KEYS[6], '*', 'd', ARGV[2], 'i', ARGV[1], 'u', KEYS[4], 'c', KEYS[5],
  'v', ARGV[4], 'n', ARGV[5])
redis.call('PUBLISH', ARGV[3], version)
return {version, 1}
