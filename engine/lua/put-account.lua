-- Opens an account or replaces its profile; balances, counters and open sessions stay.
-- KEYS: 1 account, 2 profile, 3 journal, 4 hash of terms
-- ARGV: 1 version the caller knows (0: none), 2 the whole profile, 3 bucket slots, 4 counter slots,
--       5 slots that must be empty (one octet each), 6 account id, 7 now,
--       8 counter slots that begin anew at 0 (one octet each),
--       9 the account's own part of the profile, 10 id of its terms, 11 the terms,
--       12 counter slots under whose cap nothing may be reserved (one octet each),
--       13 kind of the notice to the open sessions
-- Reply: {code, slot that is not empty}
-- Invariant: a slot is taken away only without a balance, without a hold and without what a cap
--       has reserved.
--- @include account
--- @include session
--- @include notices

local value = redis.call('GET', KEYS[1])
local bucketCount, counterCount = tonumber(ARGV[3]), tonumber(ARGV[4])
local known, oldBuckets, oldCounters = 0, 0, 0
local cells, sessions = {'', '', ''}, ''
noticeCount = 0
if value then
  local last
  known, last = accountHead(value)
  cells = unpackCells(value, last)
  cells[#cells] = nil
  oldBuckets, oldCounters = byte(value, 2, 3)
  sessions = sub(value, HEAD_LENGTH + 1, last)
  decideForAll(ARGV[6], value, last, tonumber(ARGV[13]), REASON_PROFILE)
end
if known ~= tonumber(ARGV[1]) then return {STALE_PROFILE, 0} end
for i = 1, #ARGV[5] do
  local slot = byte(ARGV[5], i)
  if cells[4 + 2 * slot] ~= 0 or cells[5 + 2 * slot] ~= 0 then return {BUCKET_NOT_EMPTY, slot} end
end

for i = 1, #ARGV[12] do
  local slot = byte(ARGV[12], i)
  if cells[4 + 2 * (oldBuckets + slot)] ~= 0 then return {BUCKET_NOT_EMPTY, slot} end
end

local terms = redis.call('HGET', KEYS[4], ARGV[10])
if terms and terms ~= ARGV[11] then error('two terms with the id ' .. ARGV[10]) end

local kept = {}
for i = 1, 2 * bucketCount do kept[i] = i <= 2 * oldBuckets and cells[3 + i] or 0 end
for i = 1, 2 * counterCount do
  kept[2 * bucketCount + i] = i <= 2 * oldCounters and cells[3 + 2 * oldBuckets + i] or 0
end
for i = 1, #ARGV[8] do
  local cell = 2 * (bucketCount + byte(ARGV[8], i)) + 1
  kept[cell], kept[cell + 1] = 0, 0
end
redis.call('MSET',
  KEYS[1], pack('<BBBI4', ACCOUNT_LAYOUT, bucketCount, counterCount, known + 1) .. sessions ..
    pack('<' .. rep('d', #kept), spread(kept)),
  KEYS[2], ARGV[9])
if not terms then redis.call('HSET', KEYS[4], ARGV[10], ARGV[11]) end
redis.call('XADD', KEYS[3], '*', 'p', ARGV[2], 'k', ARGV[6], 't', ARGV[7])
if noticeCount > 0 then storeNotices(prefixOf(KEYS[1]), tonumber(ARGV[7])) end
return {SUCCESS, 0}
