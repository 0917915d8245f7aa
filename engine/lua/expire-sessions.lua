-- Closes sessions whose deadline has passed: every hold ends. Looks at the accounts that were put
-- down for the intervals from the last one swept up to now; the session itself says whether it is over.
-- KEYS: 1 journal, 2 answers, 3 sweep
-- ARGV: 1 now, 2 prefix of the shard's keys, 3 sessions at most, 4 intervals at most
-- Reply: {sessions closed, 1 if there is more to do now}
-- Invariants: an open session is put down exactly once; what is released goes back to its bucket.
--       Account keys are made here: they are of the shard, so of the same slot as the declared ones.
--- @include account
--- @include reply
--- @include session
--- @include expire

local now, prefix, left = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local current = floor(now / DEADLINE_INTERVAL_MS)
local interval = tonumber(redis.call('HGET', KEYS[3], 'interval') or current)
local last = math.min(current, interval + tonumber(ARGV[4]))
local writes, records, closed = {}, {}, 0

while left > 0 and interval < last do
  local list = prefix .. 'deadlines:' .. format('%.0f', interval)
  local entries = redis.call('LPOP', list, left)
  if not entries then
    interval = interval + 1
  else
    for i = 1, #entries do closed = closed + expireEntry(entries[i], prefix, now, writes, records) end
    left = left - #entries
  end
end

for key, value in pairs(writes) do redis.call('SET', key, value) end
if #records > 0 then
  redis.call('XADD', KEYS[1], '*', 'x', concat(records), 't', ARGV[1])
end
redis.call('HSET', KEYS[3], 'interval', format('%.0f', interval))
return {closed, (interval < current) and 1 or 0}
