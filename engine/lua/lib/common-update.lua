-- The common update at half the cost: one rating group, whose one hold is in the bucket that gives
-- first, and that covers what was used and what is wanted. Little is unpacked but what changes. It
-- does exactly what chargeGroups does; whatever is out of the ordinary is left to that.

local HEAD_OCTETS, GROUP_OCTETS, HOLD_OCTETS = 33, 28, 9
local GROUP_OF_ONE_HOLD = '<' .. GROUP .. 'Bd'
local STATE_OF_ONE_GROUP = HEAD .. GROUP .. 'Bd'

-- Where the asked group stands in a state with several; nil if it is not there with one hold.
local function findGroup(value, from, count)
  local groupAt = from + HEAD_OCTETS
  for _ = 1, count do
    local holds, a, b, c, d = byte(value, groupAt, groupAt + 4)
    if a + 256 * b + 65536 * c + 16777216 * d == ratingGroup then
      return holds == 1 and groupAt or nil
    end
    groupAt = groupAt + GROUP_OCTETS + HOLD_OCTETS * holds
  end
  return nil
end

-- Sequence, deadline and tariff version of the session; ahead, cell and hold of the group, and
-- where the group stands: nil for the only one.
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

-- The plan's counters, all counters of the account being packed anew.
local function packCounters(value, at, buckets, counters, cost)
  local format, list = cellFormats[counters] or cellFormat(counters), planCounters[plan]
  local cells, first = {unpack(format, value, at)}, FIRST_CELL + 2 * buckets - 1
  for i = 1, #list, 2 do
    local index = list[i] - first
    local sum = cells[index] + (list[i + 1] == 1 and cost or used)
    cells[index] = sum < AMOUNT_MAX and sum or AMOUNT_MAX
  end
  return pack(format, spread(cells, 1, counters))
end

-- The account's new value: state, bucket (at `at`) and counters put into their places.
local function placeCommon(value, length, buckets, counters, from, last, state, at, bucket, cost)
  local before, between = sub(value, 1, from - 1), sub(value, last + 1, at - 1)
  local only = planUnitCounter[plan]
  if used == 0 or only == 0 and cost == 0 then
    return before .. state .. between .. bucket .. sub(value, at + 16)
  end
  if only and cost == 0 then
    local counterAt = length + 1 + 8 * (only - FIRST_CELL)
    local sum = unpack('<d', value, counterAt) + used
    return before .. state .. between .. bucket .. sub(value, at + 16, counterAt - 1) ..
      pack('<d', sum < AMOUNT_MAX and sum or AMOUNT_MAX) .. sub(value, counterAt + 8)
  end
  local countersAt = #value - 8 * counters + 1
  return before .. state .. between .. bucket .. sub(value, at + 16, countersAt - 1) ..
    packCounters(value, countersAt, buckets, counters, cost)
end

-- What money pays for what was used and holds for what is wanted, and the units paid ahead then;
-- nil where it does not cover both.
local function quoteBoth(available, ahead, size, price)
  local debited, amount, left = quote(available, used, ahead, size, price)
  local granted, hold = quote(available - amount, wanted, left, size, price)
  if debited < used or granted < wanted or hold == 0 then return nil end
  return amount, hold, left
end

-- The account's new value, or nil: not the common case, and nothing was done.
local function applyCommonUpdate(value, version, length, buckets, counters, from, last)
  local steps = planSteps[plan]
  if groupCount ~= 1 or wanted == 0 or planCode[plan] ~= 0 or version ~= profileVersion or
    steps[4] ~= 1 then return nil end
  local lastSequence, ends, tariff, ahead, cell, held, groupAt = readCommon(value, from)
  if not lastSequence or sequence ~= lastSequence + 1 or tariff ~= tariffVersion or
    steps[1] ~= cell then return nil end
  local at = length + 1 + 8 * (cell - FIRST_CELL)
  local remaining, reserved = unpack('<dd', value, at)
  local amount, hold, cost = used, wanted, 0
  if steps[2] > 0 then
    amount, hold, ahead = quoteBoth(remaining + held, ahead, steps[2], steps[3])
    cost = amount
  end
  if not amount or remaining + held < amount + hold then return nil end

  local left, reservedAfter = remaining + held - amount - hold, reserved - held + hold
  local state = packCommon(value, from, last, groupAt, ends, cost, ahead, cell, hold)
  replies[replyCount + 1] = pack('<I2BBI2Bdddd', SUCCESS, 1, 0, #state,
    cell, remaining, reserved, left, reservedAfter)
  replies[replyCount + 2] = state
  replyCount, hasChanges = replyCount + 2, true
  local bucket = pack('<dd', left, reservedAfter)
  return placeCommon(value, length, buckets, counters, from, last, state, at, bucket, cost)
end
