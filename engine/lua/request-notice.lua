-- Decides a notice to one open session of an account, or to each.
-- KEYS: 1 account, 2-3 top-up answers (current, previous)
-- ARGV: 1 prefix of the shard's keys, 2 now, 3 account id, 4 session id ('': all), 5 kind,
--       6 reason, 7 fingerprint (f64), 8 field of the stored answer
-- Reply: {code, notices}
-- Invariant: the same request id and body are answered from what is stored, and decide nothing.
--- @include account
--- @include session
--- @include notices

local stored = redis.call('HGET', KEYS[2], ARGV[8]) or redis.call('HGET', KEYS[3], ARGV[8])
if stored and sub(stored, 1, 8) ~= ARGV[7] then return {REQUEST_CONFLICT, 0} end
if stored then return {SUCCESS, (unpack('<I4', stored, 9))} end
local value = redis.call('GET', KEYS[1])
if not value then return {USER_UNKNOWN, 0} end

local _, length = accountHead(value)
noticeCount = 0
if ARGV[4] == '' then
  decideForAll(ARGV[3], value, length, tonumber(ARGV[5]), ARGV[6])
else
  local first, _, from = findSession(value, length, ARGV[4])
  if not first then return {UNKNOWN_SESSION_ID, 0} end
  local entry = ARGV[3] .. ' ' .. ARGV[4]
  decideNotice(entry, peerOf(value, from), tonumber(ARGV[5]), ARGV[6], '')
end
if noticeCount > 0 then storeNotices(ARGV[1], tonumber(ARGV[2])) end
redis.call('HSET', KEYS[2], ARGV[8], ARGV[7] .. pack('<I4', noticeCount))
return {SUCCESS, noticeCount}
