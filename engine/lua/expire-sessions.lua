-- Closes sessions whose deadline has passed: every hold ends. Looks at the sessions that were put
-- down for the intervals from the last one swept up to now; the session itself says if it is over.
-- KEYS: 1 journal, 2 answers, 3 sweep
-- ARGV: 1 now, 2 prefix of the shard's keys, 3 sessions at most, 4 intervals at most
-- Reply: {sessions closed, 1 if there is more to do now}
-- Invariants: an open session is put down exactly once; what is released goes back to its bucket.
--       Account keys are made here: they are of the shard, so in the slot of the declared ones.
--- @include account
--- @include reply
--- @include session
--- @include settle
--- @include expire

local moment, left = tonumber(ARGV[1]), tonumber(ARGV[3])
openExpiry(ARGV[2], moment)
local current = floor(moment / DEADLINE_INTERVAL_MS)
-- Before the first sweep of all, sessions may have been opened as long ago as a session can last.
local swept = tonumber(redis.call('HGET', KEYS[3], 'interval') or current - DEADLINE_INTERVALS_MAX)
local first = math.min(swept, current)
local interval = first - DEADLINE_INTERVALS_AGAIN
local last = math.min(current, first + tonumber(ARGV[4]))
local trims = {}

while left > 0 and interval < last do
  local list = deadlineList(interval)
  local entries = redis.call('LRANGE', list, 0, left - 1)
  for i = 1, #entries do expireEntry(entries[i]) end
  if #entries > 0 then trims[list] = #entries end
  left = left - #entries
  if left > 0 then interval = interval + 1 end
end

storeExpired(KEYS[1], KEYS[2], ARGV[1])
for list, count in pairs(trims) do redis.call('LTRIM', list, count, -1) end
for i, list in ipairs(expiry.laterLists) do redis.call('RPUSH', list, expiry.laterEntries[i]) end
redis.call('HSET', KEYS[3], 'interval', format('%.0f', math.max(first, interval)))
return {expiry.closed, interval < current and 1 or 0}
