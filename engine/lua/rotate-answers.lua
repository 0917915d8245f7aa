-- Turns over the stored answers of a shard when they are old enough: current becomes previous, what
-- was previous is forgotten. An answer is so remembered for one to two times the given interval.
-- KEYS: 1 sweep, 2 current, 3 previous, 4 journal
-- ARGV: 1 now, 2 interval in ms, 3 field of the sweep that keeps when it was last done
-- Reply: 1 if they were turned over, 0 if not yet.
local last = tonumber(redis.call('HGET', KEYS[1], ARGV[3]) or '0')
if tonumber(ARGV[1]) < last + tonumber(ARGV[2]) then return 0 end
redis.call('UNLINK', KEYS[3])
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('RENAME', KEYS[2], KEYS[3]) end
-- Whatever was stored since the time before is still known.
redis.call('HSET', KEYS[1], ARGV[3], ARGV[1], ARGV[3] .. 'Since', format('%.0f', last))
redis.call('XADD', KEYS[4], '*', 'r', ARGV[3], 'i', ARGV[2], 't', ARGV[1])
return 1
