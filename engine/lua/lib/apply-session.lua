-- initiate, update and terminate: answers with the session's state. Everything that can refuse
-- comes before the first change, so that a refused operation disturbs neither its account nor its
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
  local storedSequence, storedFingerprint = unpack('<I4xxxxd', stored)
  if sequence > storedSequence then return reply(UNKNOWN_SESSION_ID, '') end
  answerRepeat(storedSequence, storedFingerprint, stored)
end

-- What has expired keeps its deadline, what was terminated has none any more.
local function isNextOfExpired(stored)
  if not stored or verb == VERB_INITIATE then return false end
  local storedSequence, storedDeadline = unpack('<I4xxxxxxxxxxxxd', stored)
  return storedDeadline > 0 and sequence == storedSequence + 1
end

-- Gives the group's holds back and debits what it used: the money debited. `index` is the place of
-- the entry in the message.
local function settleGroup(group, cells, index)
  local cost = 0
  if group[HOLDS] > 0 and not group.isReleased then release(group, cells) end
  group.isReleased = true
  if used > 0 then
    group.spent = (group.spent or 0) + used
    local overrun
    overrun, cost = debit(group, planSteps[plan], cells)
    count(planCounters[plan], used - overrun, cost, cells)
    if overrun > 0 then remark(REMARK_OVERRUN, index, overrun) end
  end
  if wanted ~= GRANTS_NOTHING then group[HOLDS] = 0 end
  return cost
end

-- Holds what the group wants, if it may have anything. Rules do not refuse what is free.
local function grantGroup(group, cells, isRefused)
  local code, units, seconds = planCode[plan], 0, validity
  group[FINAL] = 0
  if isRefused and code == 0 and wanted ~= 0 and planSteps[plan][1] ~= FREE_CELL then
    code = RULE_HIT
  end
  if code == 0 then
    code = SUCCESS
    if wanted < 0 then wanted = chooseUnits(group[GRANTED], group.spent or 0) end
    if wanted > 0 then
      local isShared
      units, seconds, isShared = reserve(group, planSteps[plan], cells)
      if units < wanted and not isShared then group[FINAL] = 1 end
      if units == 0 then code = shortage(group, cells, 1) end
    end
  end
  group[CODE], group[PUBLICATION], group[GRANTED] = code, publication, units
  group[VALIDITY], group[CHANGE] = units > 0 and seconds or 0, units > 0 and change or 0
end

-- Of every group that the message names; it is read from its first group on.
local function grantGroups(groups, cells, isRefused)
  local asked = dues >= ALL_OR_NOTHING and {}
  local before, remarksBefore = asked and {spread(cells)}, remarkCount
  for _ = 1, groupCount do
    if groupCount > 1 then readGroup() end
    if wanted ~= GRANTS_NOTHING then
      local group = groupOf(groups)
      if isLate and verb == VERB_UPDATE then
        withhold(group, UNKNOWN_SESSION_ID)
        group[PUBLICATION] = publication
      else
        grantGroup(group, cells, isRefused)
        if asked then noteAsked(asked, group, cells) end
      end
    end
  end
  if asked then withholdUnlessWhole(asked, cells, before, remarksBefore) end
end

-- All that was used is settled before anything is granted: what is left pays for use first. Money
-- debited, and how many groups the message named.
local function chargeGroups(groups, cells)
  local first, cost, count = at, 0, 0
  for index = 1, groupCount do
    if groupCount > 1 then readGroup() end
    local paid = settleGroup(groupOf(groups), cells, index - 1)
    if rules then noteSpending(paid) end
    cost = cost + paid
    if wanted ~= GRANTS_NOTHING then count = count + 1 end
  end
  at = first
  grantGroups(groups, cells, rules and judgeRules(cells))
  return cost, count
end

-- How many groups of the message the session does not have yet.
local function newGroups(groups)
  local known, count = {}, 0
  for i = 1, #groups do known[groups[i][RATING_GROUP]] = true end
  if groupCount == 1 then return known[ratingGroup] and 0 or 1 end
  for i = 0, groupCount - 1 do
    local group, before = unpack('<I4xxxxxxxxd', batch, at + GROUP_LENGTH * i + 1)
    if before ~= GRANTS_NOTHING and not known[group] then count = count + 1 end
  end
  return count
end

local function releaseAll(groups, cells)
  for i = 1, #groups do
    release(groups[i], cells)
    groups[i][HOLDS] = 0
  end
end

-- The account with the session's new state; `entry` to `last` is its old place, none when it opens.
local function placeState(cells, value, length, entry, last, state)
  local entryHead = pack('<I2B', 1 + #id + #state, #id) .. id
  cells[1] = sub(value, 1, entry and entry - 1 or length) .. entryHead
  cells[2] = state
  cells[3] = entry and sub(value, last + 1, length) or ''
  return packAccount(cells)
end

-- What may still refuse a message that is the next one of its session; true: nothing does.
local function isChargeable(version, groups, before)
  if before and before[2] ~= tariffVersion then
    reply(STALE_TARIFF, pack('<I4', before[2]))
  elseif version ~= profileVersion then
    reply(STALE_PROFILE, '')
  elseif #groups + groupCount > SESSION_GROUPS_MAX and
    #groups + newGroups(groups) > SESSION_GROUPS_MAX then
    reply(INVALID_VALUE, '')
  else
    return true
  end
end

-- The next message of a session that has expired: what was used is settled, nothing is granted, and
-- the session stays closed. Its holds went back when it expired.
local function applyLate(value, version, length, stored)
  local groups, before = unpackState(stored, 1)
  if not isChargeable(version, groups, before) then return nil end
  for i = 1, #groups do groups[i][HOLDS] = 0 end
  local cells = unpackCells(value, length)
  remark(REMARK_LATE, 0, before[4])
  isLate = true
  openHolders(value, false)
  if rules then meetRules() end
  local cost = chargeGroups(groups, cells)
  deadline = verb == VERB_TERMINATE and 0 or before[4]
  local state = packState(cost, groups)
  keepAnswer(state)
  if length > HEAD_LENGTH then noticeChange(value, length) end
  replyChanged(state, cells)
  cells[1] = sub(value, 1, length)
  return packAccount(cells)
end

-- Returns the account's new value, or nil where nothing changed.
local function applySession(value)
  local version, length, counters = accountHead(value)
  local entry, last, from = findSession(value, length, id)
  local common = entry and verb == VERB_UPDATE and
    applyCommonUpdate(value, version, length, counters, from, last)
  if common then return common end
  readNumbers()
  local groups, before = {}, nil
  if entry then
    groups, before = unpackState(value, from)
    if verb == VERB_INITIATE or sequence ~= before[1] + 1 then
      return answerRepeat(before[1], before[3], sub(value, from, last))
    end
  else
    local stored = recallAnswer()
    if isNextOfExpired(stored) then return applyLate(value, version, length, stored) end
    if stored or verb ~= VERB_INITIATE then return answerEnded(stored) end
    if last >= SESSIONS_MAX then return reply(TOO_MANY_SESSIONS, '') end
  end
  if not isChargeable(version, groups, before) then return nil end

  local cells = unpackCells(value, length)
  openHolders(value, verb == VERB_INITIATE)
  if rules then meetRules() end
  isLate = false
  local cost, named = chargeGroups(groups, cells)
  -- Groups that the message did not name keep their grants, and with them their time.
  if #groups > named and before[4] > deadline then deadline = before[4] end
  if verb == VERB_TERMINATE then
    releaseAll(groups, cells)
    deadline = 0
  end
  local state = packState(cost, groups)
  replyChanged(state, cells)
  if remarkCount > 0 then noticeChange(value, length) end
  if verb ~= VERB_TERMINATE then return placeState(cells, value, length, entry, last, state) end
  keepAnswer(state)
  cells[1], cells[2], cells[3] = sub(value, 1, entry - 1), sub(value, last + 1, length), ''
  return packAccount(cells)
end
