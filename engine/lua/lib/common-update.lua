-- The common update at half the cost: one rating group, whose one hold is in the bucket that gives
-- first, and that covers what was used and what is wanted. Little is unpacked but what changes. It
-- does exactly what chargeGroup does; whatever is out of the ordinary is left to that.

local HEAD_OCTETS, GROUP_OCTETS, HOLD_OCTETS = 33, 28, 9
local GROUP_OF_ONE_HOLD = '<' .. GROUP .. 'Bd'
local STATE_OF_ONE_GROUP = HEAD .. GROUP .. 'Bd'

-- Where the asked group stands in a state with several; nil if it is not there with one hold.
local function findGroup(value, from, count)
  local groupAt = from + HEAD_OCTETS
  for _ = 1, count do
    local holds = byte(value, groupAt)
    if unpack('<I4', value, groupAt + 1) == ratingGroup then return holds == 1 and groupAt or nil end
    groupAt = groupAt + GROUP_OCTETS + HOLD_OCTETS * holds
  end
  return nil
end

-- Sequence, deadline and tariff version of the session; ahead, cell and hold of the group, and where
-- the group stands: nil for the only one.
local function readCommon(value, from)
  local count, holds = byte(value, from + GROUP_COUNT_AT, from + GROUP_COUNT_AT + 1)
  if count == 1 then
    if holds ~= 1 then return nil end
    local last, _, ends, tariff, _, _, _, group, _, _, _, _, ahead, cell, held =
      unpack(STATE_OF_ONE_GROUP, value, from)
    if group ~= ratingGroup then return nil end
    return last, ends, tariff, ahead, cell, held, nil
  end
  local groupAt = findGroup(value, from, count)
  if not groupAt then return nil end
  local last, _, ends, tariff = unpack(HEAD, value, from)
  local _, _, _, _, _, _, ahead, cell, held = unpack(GROUP_OF_ONE_HOLD, value, groupAt)
  return last, ends, tariff, ahead, cell, held, groupAt
end

-- The session's new state; it is as long as the old one.
local function packCommon(value, from, last, groupAt, ends, cost, ahead, cell, hold)
  if not groupAt then
    return pack(STATE_OF_ONE_GROUP, sequence, fingerprint, deadline, tariffVersion, cost, 1,
      1, ratingGroup, SUCCESS, wanted, validity, 0, ahead, cell, hold)
  end
  -- Groups that the message does not name keep their grants, and with them their time.
  if ends > deadline then deadline = ends end
  local count = byte(value, from + GROUP_COUNT_AT)
  return pack(HEAD, sequence, fingerprint, deadline, tariffVersion, cost, count) ..
    sub(value, from + HEAD_OCTETS, groupAt - 1) ..
    pack(GROUP_OF_ONE_HOLD, 1, ratingGroup, SUCCESS, wanted, validity, 0, ahead, cell, hold) ..
    sub(value, groupAt + GROUP_OCTETS + HOLD_OCTETS, last)
end

-- The account's new value: bucket and the one counter are put into their places.
local function spliceAccount(value, length, from, last, state, at, bucket, counter)
  local before, between = sub(value, 1, from - 1), sub(value, last + 1, at - 1)
  if counter == 0 then return before .. state .. between .. bucket .. sub(value, at + 16) end
  local counterAt = length + 1 + 8 * (counter - FIRST_CELL)
  local sum = unpack('<d', value, counterAt) + used
  if sum > AMOUNT_MAX then sum = AMOUNT_MAX end
  return before .. state .. between .. bucket .. sub(value, at + 16, counterAt - 1) ..
    pack('<d', sum) .. sub(value, counterAt + 8)
end

-- The same with several counters, or one of money that moves.
local function repackAccount(value, length, from, last, state, cell, left, reserved, cost)
  local cells = unpackCells(value, length)
  cells[1], cells[2], cells[3] = sub(value, 1, from - 1), state, sub(value, last + 1, length)
  cells[cell], cells[cell + 1] = left, reserved
  if used > 0 then count(planCounters[plan], used, cost, cells) end
  return packAccount(cells)
end

-- The account's new value, or nil: not the common case, and nothing was done.
local function applyCommonUpdate(value, version, length, from, last)
  local steps = planSteps[plan]
  if groupCount ~= 1 or wanted == 0 or planCode[plan] ~= 0 or version ~= profileVersion or
    steps[4] ~= 1 then return nil end
  local lastSequence, ends, tariff, ahead, cell, held, groupAt = readCommon(value, from)
  if not lastSequence or sequence ~= lastSequence + 1 or tariff ~= tariffVersion or
    steps[1] ~= cell then return nil end
  local at = length + 1 + 8 * (cell - FIRST_CELL)
  local remaining, reserved = unpack('<dd', value, at)
  local amount, hold, cost, size = used, wanted, 0, steps[2]
  if size > 0 then
    local debited, granted
    debited, amount, ahead = quote(remaining + held, used, ahead, size, steps[3])
    granted, hold = quote(remaining + held - amount, wanted, ahead, size, steps[3])
    if debited < used or granted < wanted or hold == 0 then return nil end
    cost = amount
  end
  local left, reservedAfter = remaining + held - amount - hold, reserved - held + hold
  if left < 0 then return nil end

  local state = packCommon(value, from, last, groupAt, ends, cost, ahead, cell, hold)
  replies[replyCount + 1] = pack('<I2BBI2Bdddd', SUCCESS, 1, 0, #state,
    cell, remaining, reserved, left, reservedAfter)
  replies[replyCount + 2] = state
  replyCount, hasChanges = replyCount + 2, true
  local counter = planUnitCounter[plan]
  if counter and cost == 0 then
    local bucket = pack('<dd', left, reservedAfter)
    return spliceAccount(value, length, from, last, state, at, bucket, counter)
  end
  return repackAccount(value, length, from, last, state, cell, left, reservedAfter, cost)
end
