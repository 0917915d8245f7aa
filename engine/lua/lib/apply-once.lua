-- event and queryBalance. What happens once, movements of money too, is stored as f64 fingerprint
-- and its answer; an event besides with what it took (taken.lua), or with a refusal alone.

-- True where an event was refused at most, and may be asked for again: that leaves u16 code, f64
-- fingerprint, which is shorter than any answer to one.
local function isRefusal(stored)
  return #stored < TAKEN_AT - 1
end

-- True when the request id is known: it has been answered.
local function answerOnce()
  readNumbers()
  local stored = recallAnswer()
  if not stored or verb == VERB_EVENT and isRefusal(stored) then return false end
  if unpack('<d', stored) ~= fingerprint then
    reply(REQUEST_CONFLICT, '')
  else
    reply(REPEATED, sub(stored, 9, verb == VERB_EVENT and TAKEN_AT - 1 or -1))
  end
  return true
end

local function finishOnce(answer, cells, value, length, besides)
  keepAnswer(pack('<d', fingerprint) .. answer .. (besides or ''))
  replyChanged(answer, cells)
  if length > HEAD_LENGTH then noticeChange(value, length) end
  cells[1] = sub(value, 1, length)
  return packAccount(cells)
end

-- By its plan, a rule or for want of credit: somebody will ask why, so the journal has it; once,
-- however often the same is asked for again in a row.
local function refuseEvent(code)
  local refusal = pack('<I2d', code, fingerprint)
  if recallAnswer() ~= refusal then
    keepAnswer(refusal)
    isRefusalTold = true
  end
  return reply(code, '')
end

-- All of it or nothing; a rule refuses it that was hit before. Answer: f64 cost.
appliers[VERB_EVENT] = function(value)
  if answerOnce() then return nil end
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local cells, total, taken = unpackCells(value, length), 0, {}
  local names = dueLists[unpack('<I2', expected)]
  local isRefused = rules and isRefusing(cells)
  if rules then meetRules() end
  for i = 1, groupCount do
    if groupCount > 1 then readGroup() end
    local left, cost, code, pieces, states = 0, 0, planCode[plan], {}, {}
    if isRefused and code == 0 and planSteps[plan][1] ~= FREE_CELL then code = RULE_HIT end
    if code == 0 then
      local before = planWatches[plan] and {spread(cells)} or cells
      left, cost = debit(newGroup(), planSteps[plan], cells, pieces)
      if left > 0 then code = shortage(newGroup(), before, used) end
    end
    if code ~= 0 then return refuseEvent(code) end
    count(planCounters[plan], used, cost, cells)
    if rules then noteSpending(cost, states, cells) end
    taken[i] = noteTaken(pieces, names, states)
    total = total + cost
  end
  if rules then judgeRules(cells) end
  return finishOnce(pack('<d', total), cells, value, length, concat(taken))
end

-- Answer: u16 open sessions, then the cells as they stand in the value.
appliers[VERB_QUERY_BALANCE] = function(value)
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local _, sessions = findSession(value, length, '')
  reply(SUCCESS, pack('<I2', sessions) .. sub(value, length + 1))
end
