-- Account value layout, candidate 1: a key for everything. One update of one session a call.
-- KEYS: 1 account (hash of buckets and counters), 2 session (hash with a TTL), 3 journal
-- ARGV: sequence, rating group, bucket, counter, used, wanted, TTL in seconds, session id
-- Reply: '1' when charged, '0' when refused.
local state = redis.call('HMGET', KEYS[2], 'sequence', 'hold:' .. ARGV[2])
if tonumber(state[1]) ~= tonumber(ARGV[1]) - 1 then return '0' end
local hold, used, wanted = tonumber(state[2] or '0'), tonumber(ARGV[5]), tonumber(ARGV[6])
local remaining = redis.call('HINCRBY', KEYS[1], 'remaining:' .. ARGV[3], hold - used)
local granted = math.min(wanted, remaining)
redis.call('HINCRBY', KEYS[1], 'remaining:' .. ARGV[3], -granted)
local reserved = redis.call('HINCRBY', KEYS[1], 'reserved:' .. ARGV[3], granted - hold)
redis.call('HINCRBY', KEYS[1], 'counter:' .. ARGV[4], used)
redis.call('HSET', KEYS[2], 'sequence', ARGV[1], 'hold:' .. ARGV[2], granted)
redis.call('EXPIRE', KEYS[2], ARGV[7])
redis.call('XADD', KEYS[3], '*', 'session', ARGV[8], 'sequence', ARGV[1], 'used', ARGV[5],
  'granted', granted, 'remaining', remaining - granted, 'reserved', reserved)
return '1'
