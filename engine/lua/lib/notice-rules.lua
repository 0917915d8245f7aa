-- Which open sessions a change of their account concerns. A credit: those that were refused, or got
-- the last there was, for these rating groups. A threshold that was crossed: all, for they may be
-- slower or dearer now. Never the session whose own message it was: that has its answer.

-- The groups whose last grant was refused for want of credit, or was the final one.
local function stalledGroups(value, from)
  local groups, at = '', from + HEAD_OCTETS
  for _ = 1, byte(value, from + GROUP_COUNT_AT) do
    local entries, code, final = unpack('<BxxxxI2xxxxB', value, at)
    if final == 1 or code == CREDIT_LIMIT_REACHED or code == QUOTA_LIMIT_REACHED then
      groups = groups .. sub(value, at + 1, at + 4)
    end
    at = at + GROUP_OCTETS + HOLD_OCTETS * entries
  end
  return groups
end

-- What of the bucket expired in this operation, before anything else was done.
local function expiredOf(cell)
  local amount = 0
  for i = 1, remarkCount, 3 do
    local isOfCell = remarks[i] == REMARK_EXPIRED and remarks[i + 1] == cell
    if isOfCell then amount = amount + remarks[i + 2] end
  end
  return amount
end

-- Of the operation at hand; nil: it concerns nobody else.
local function reasonOfChange()
  local isCredited = false
  for i = 1, remarkCount, 3 do
    if remarks[i] == REMARK_LEVEL then return REASON_THRESHOLD end
    isCredited = isCredited or remarks[i] == REMARK_CREDITED
  end
  for i = 1, changeCount, 5 do
    local before, after = changes[i + 1] + changes[i + 2], changes[i + 3] + changes[i + 4]
    isCredited = isCredited or after > before - expiredOf(changes[i])
  end
  return isCredited and REASON_CREDIT or nil
end

-- After the reply was made. `value` is the account's old one: other sessions stand there as they do
-- in the new one.
local function noticeChange(value, length)
  local reason = reasonOfChange()
  if not reason then return end
  local list, groups = openSessions(value, length), ''
  for i = 1, #list, 2 do
    local session, from = list[i], list[i + 1]
    local isOwn = verb <= VERB_TERMINATE and session == id
    if reason == REASON_CREDIT then groups = stalledGroups(value, from) end
    if not isOwn and (reason ~= REASON_CREDIT or groups ~= '') then
      local entry = accountId() .. ' ' .. session
      decideNotice(entry, peerOf(value, from), NOTICE_REAUTHORIZE, reason, groups)
    end
  end
end
