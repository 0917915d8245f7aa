-- initiate, update and terminate: answers with the session's state. Everything that can refuse comes
-- before the first change, so that a refused operation disturbs neither its account nor its
-- neighbours in the batch.

-- A repeat gets the stored state; anything else that is not the next message is refused.
local function answerRepeat(storedSequence, storedFingerprint, state)
  if sequence < storedSequence then return reply(SEQUENCE_PASSED, '') end
  if sequence > storedSequence then return reply(SEQUENCE_GAP, '') end
  if fingerprint ~= storedFingerprint then return reply(REQUEST_CONFLICT, '') end
  reply(REPEATED, state)
end

local function answerEnded(stored)
  if not stored then return reply(UNKNOWN_SESSION_ID, '') end
  local storedSequence, storedFingerprint = unpack('<I4d', stored)
  if sequence > storedSequence then return reply(UNKNOWN_SESSION_ID, '') end
  answerRepeat(storedSequence, storedFingerprint, stored)
end

-- The common case at a third of the cost: the group's only hold is in the bucket that gives first,
-- unit for unit, and that covers what was used and what is wanted. False: chargeGroup does the same.
local function chargeFromHold(group, cells)
  local steps, cell, held = planSteps[plan], group[FIRST_HOLD], group[FIRST_HOLD + 1]
  if group[HOLDS] ~= 1 or steps[1] ~= cell or steps[2] ~= 0 or planCode[plan] ~= 0 then return false end
  local left = cells[cell] + held - used - wanted
  if left < 0 or wanted == 0 or steps[4] ~= 1 then return false end
  touch(cells, cell)
  cells[cell], cells[cell + 1] = left, cells[cell + 1] - held + wanted
  if used > 0 then count(planCounters[plan], used, 0, cells) end
  group[9], group[10], group[11], group[12] = SUCCESS, wanted, validity, 0
  group[FIRST_HOLD + 1] = wanted
  return true
end

-- Settles what one group used, then reserves what it wants: the money debited.
local function chargeGroup(groups, cells)
  local group, code, cost, granted = groupOf(groups), planCode[plan], 0, 0
  if chargeFromHold(group, cells) then return 0 end
  if group[HOLDS] > 0 then release(group, cells) end
  if used > 0 then
    local overrun
    overrun, cost = debit(group, planSteps[plan], cells)
    count(planCounters[plan], used - overrun, cost, cells)
    if overrun > 0 then
      overruns[overrunCount + 1], overruns[overrunCount + 2] = ratingGroup, overrun
      overrunCount = overrunCount + 2
    end
  end
  group[HOLDS], group[12] = 0, 0
  if code == 0 then
    code = SUCCESS
    if wanted > 0 then
      granted = reserve(group, planSteps[plan], cells)
      if granted < wanted then group[12] = 1 end
      if granted == 0 then code = CREDIT_LIMIT_REACHED end
    end
  end
  group[9], group[10], group[11] = code, granted, granted > 0 and validity or 0
  return cost
end

-- How many groups of the message the session does not have yet.
local function newGroups(groups)
  local known, count = {}, 0
  for i = 1, #groups do known[groups[i][8]] = true end
  if groupCount == 1 then return known[ratingGroup] and 0 or 1 end
  for i = 0, groupCount - 1 do
    if not known[unpack('<I4', batch, at + GROUP_LENGTH * i)] then count = count + 1 end
  end
  return count
end

local function releaseAll(groups, cells)
  for i = 1, #groups do
    release(groups[i], cells)
    groups[i][HOLDS] = 0
  end
end

-- Puts the new state into what precedes the cells; `entry` to `last` is the session's old place.
local function placeState(cells, value, end_, entry, last, from, state)
  if entry and #state == last - from + 1 then
    cells[1], cells[2] = sub(value, 1, from - 1), state
  else
    cells[1] = sub(value, 1, entry and entry - 1 or end_)
    cells[2] = pack('<I2B', 1 + #id + #state, #id) .. id .. state
  end
  cells[3] = entry and sub(value, last + 1, end_) or ''
end

-- Returns true when the account changed. `length` is where the sessions end in the value.
local function applySession(value, length, cells, version)
  local entry, last, from = findSession(value, length, id)
  local groups
  if entry then
    local head
    groups, head = unpackState(value, from)
    if verb == VERB_INITIATE or sequence ~= head[1] + 1 then
      return answerRepeat(head[1], head[2], sub(value, from, last))
    end
    if head[4] ~= tariffVersion then return reply(STALE_TARIFF, pack('<I4', head[4])) end
  else
    local stored = recallAnswer()
    if stored or verb ~= VERB_INITIATE then return answerEnded(stored) end
    if last >= SESSIONS_MAX then return reply(TOO_MANY_SESSIONS, '') end
    groups = {}
  end
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  if #groups + groupCount > SESSION_GROUPS_MAX and #groups + newGroups(groups) > SESSION_GROUPS_MAX then
    return reply(INVALID_VALUE, '')
  end

  local cost = 0
  for _ = 1, groupCount do
    if groupCount > 1 then readGroup() end
    cost = cost + chargeGroup(groups, cells)
  end
  if verb == VERB_TERMINATE then releaseAll(groups, cells) end
  local state = packState(cost, groups)
  replyChanged(state, cells)
  if verb == VERB_TERMINATE then
    keepAnswer(state)
    cells[1], cells[2], cells[3] = sub(value, 1, entry - 1), sub(value, last + 1, length), ''
  else
    placeState(cells, value, length, entry, last, from, state)
  end
  return true
end
