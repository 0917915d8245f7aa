-- Applies a batch of operations to one shard, atomically: each to its account, in order, one answer
-- each; then one write of the changed accounts and one journal entry: what was asked and answered.
-- KEYS: 1 journal, 2-3 answers (current, previous), 4-5 top-up answers, then the accounts, then lists
--       of deadlines, as the operations refer to them.
-- ARGV: 1 the batch (lib/batch.lua), 2 its account ids for the journal, then fields to look up in
--       answers, then in top-up answers.
-- Reply: lib/reply.lua.
-- Invariants: nothing is written before every operation is decided; a refused one changes nothing;
--       per bucket, remaining + reserved changes only by what was credited or debited.
--- @include account
--- @include blocks
--- @include batch
--- @include answers
--- @include reply
--- @include session
--- @include settle
--- @include apply-session
--- @include apply-once

readPlans()
fetchAnswers(KEYS[KEY_ANSWERS], KEYS[KEY_ANSWERS_PREVIOUS], 3, 2 + lookups)
fetchAnswers(KEYS[KEY_TOP_UPS], KEYS[KEY_TOP_UPS_PREVIOUS], 3 + lookups, 2 + lookups + topUpLookups)

local values = redis.call('MGET', spread(KEYS, KEY_ACCOUNTS, KEY_ACCOUNTS + accountCount - 1))
local cellsOf, versions, lengths, changedKeys, deadlines = {}, {}, {}, {}, {}

local function applyOperation(value, cells, length, version)
  if verb <= VERB_TERMINATE then return applySession(value, length, cells, version) end
  if verb == VERB_QUERY_BALANCE then return applyQuery(value, length, version) end
  cells[1], cells[2], cells[3] = sub(value, 1, length), '', ''
  if verb == VERB_EVENT then return applyEvent(cells, version) end
  return applyTopUp(cells, version)
end

for i = 1, opCount do
  readOperation()
  local next = at + GROUP_LENGTH * groupCount
  local index = accountKey - KEY_ACCOUNTS + 1
  local value, cells = values[index], cellsOf[index]
  if not value then
    reply(USER_UNKNOWN, '')
  else
    if not cells then
      cells, versions[index], lengths[index] = unpackAccount(value)
      cellsOf[index] = cells
    elseif changedKeys[index] then
      value = packAccount(cells)
      values[index], lengths[index] = value, #value - 8 * (#cells - 4)
    end
    changeCount, overrunCount = 0, 0
    if applyOperation(value, cells, lengths[index], versions[index]) then
      changedKeys[index] = true
      if verb == VERB_INITIATE then deadlines[#deadlines + 1] = {deadlineKey, accountId() .. ' ' .. id} end
    end
  end
  at = next
end

local answer = concat(replies)
if hasChanges then
  local writes, n = {}, 0
  for index in pairs(changedKeys) do
    writes[n + 1], writes[n + 2] = KEYS[index + KEY_ACCOUNTS - 1], packAccount(cellsOf[index])
    n = n + 2
  end
  redis.call('MSET', spread(writes))
  redis.call('XADD', KEYS[KEY_JOURNAL], '*', 'q', batch, 'k', ARGV[2], 'a', answer)
  storeAnswers()
  for i = 1, #deadlines do redis.call('RPUSH', KEYS[deadlines[i][1]], deadlines[i][2]) end
end
return answer
