-- Applies a batch of operations to one shard, atomically: each to its account, in order, one answer
-- each; then one journal entry, what was asked and answered, and one write of the changed accounts;
-- then the notices to network elements that came of it.
-- KEYS: 1 journal, 2-3 answers (current, previous), 4-5 top-up answers, then the accounts, then
--       lists of deadlines, transits and the sweep, as the operations refer to them.
-- ARGV: 1 the batch (lib/batch.lua), 2 its account ids and 3 what was said besides (for the journal
--       alone), then fields to look up in answers, then in top-up answers, then what operations
--       refer to: entries in transit, ends of answers.
-- Reply: lib/reply.lua.
-- Invariants: nothing is written before every operation is decided; a refused one changes nothing;
--       per bucket, remaining + reserved changes only by what was credited or debited.
--- @include account
--- @include blocks
--- @include price
--- @include batch
--- @include answers
--- @include reply
--- @include session
--- @include watch
--- @include grant
--- @include taken
--- @include settle
--- @include shortage
--- @include whole-grants
--- @include dues
--- @include rules
--- @include common-update
--- @include notices
--- @include notice-rules
--- @include apply-session
--- @include apply-once
--- @include apply-credit
--- @include transits
--- @include apply-transfer
--- @include refund
--- @include price-enquiry
--- @include apply

openBatch(ARGV[1])
fetchAnswers()
openTransits()
openAccounts()
replyCount, hasChanges, isRefusalTold = 0, false, false
noticeCount, rules, isUncommon = 0, false, false
local deadlines = {}
for _ = 1, opCount do
  local next = readOperation()
  if applyOperation() and verb == VERB_INITIATE then
    deadlines[#deadlines + 1] = {unpack('<I2', expected), accountId() .. ' ' .. id}
  end
  at = next
end

local answer = concat(replies, '', 1, replyCount)
if hasChanges or isRefusalTold then
  local referred = referredTo()
  if referred then
    redis.call('XADD', KEYS[KEY_JOURNAL], '*', 'q', batch, 'k', ARGV[2], 's', ARGV[3],
      'e', referred, 'a', answer)
  else
    redis.call('XADD', KEYS[KEY_JOURNAL], '*', 'q', batch, 'k', ARGV[2], 's', ARGV[3], 'a', answer)
  end
  storeAnswers()
end
if hasChanges then
  redis.call('MSET', spread(changedAccounts()))
  storeTransits()
  if noticeCount > 0 then storeNotices(prefixOf(KEYS[KEY_JOURNAL]), now) end
  for i = 1, #deadlines do redis.call('RPUSH', KEYS[deadlines[i][1]], deadlines[i][2]) end
end
return answer
