-- The common update at half the cost: one rating group, whose one hold is in the bucket that gives
-- first, and that covers what was used and what is wanted. Little is unpacked but what changes. It
-- does exactly what chargeGroups does; whatever is out of the ordinary is left to that.

-- From where `named` stands in the state, hold count and rating group, to the first hold.
local GROUP_OF_ONE_HOLD = '<c5c15ddBd'
local NO_COST = pack('<d', 0)
local replyHeads = {}

-- Granted, ahead, cell and hold of the asked group, and where it stands: nil if it has not just one
-- hold.
local function readCommon(value, from)
  local groupAt = from + HEAD_OCTETS
  for _ = 1, byte(value, from + GROUP_COUNT_AT) do
    local group, _, before, ahead, cell, held = unpack(GROUP_OF_ONE_HOLD, value, groupAt)
    if group == named then return before, ahead, cell, held, groupAt end
    groupAt = groupAt + GROUP_OCTETS + HOLD_OCTETS * byte(group)
  end
  return nil
end

-- The session's new state; it is as long as the old one.
local function packCommon(value, from, last, groupAt, cost, ahead, cell, hold)
  local paid = cost == 0 and NO_COST or pack('<d', cost)
  local group = pack('<ddBd', wanted, ahead, cell, hold)
  if byte(value, from + GROUP_COUNT_AT) == 1 then
    return head .. paid .. '\1' .. named .. granted .. group
  end
  -- Groups that the message does not name keep their grants, and with them their time.
  if unpack('<d', value, from + 16) > unpack('<d', head, 17) then
    head = sub(head, 1, 16) .. sub(value, from + 16, from + 23) .. sub(head, 25)
  end
  return head .. paid .. sub(value, from + GROUP_COUNT_AT, groupAt - 1) .. named .. granted ..
    group .. sub(value, groupAt + GROUP_OCTETS + HOLD_OCTETS, last)
end

-- The plan's counters, all counters of the account being packed anew; nil if a period is over.
local function packCounters(value, at, counters, cost)
  local count, list = 2 * counters, planCounters[plan]
  local format = cellFormats[count] or cellFormat(count)
  local cells = {unpack(format, value, at)}
  local first = list[1] and FIRST_CELL + 2 * byte(value, 2) - 1
  for i = 1, #list, 3 do
    local index = list[i] - first
    if cells[index + 1] ~= list[i + 2] then return nil end
    local sum = cells[index] + (list[i + 1] == 1 and cost or used)
    cells[index] = sum < AMOUNT_MAX and sum or AMOUNT_MAX
  end
  return pack(format, spread(cells, 1, count))
end

-- Whether a counter of money is in another period than the use: it begins anew also where the use
-- costs nothing.
local function isPeriodOver(value, length)
  local list = planCounters[plan]
  for i = 1, list.hasMoneyPeriod and #list or 0, 3 do
    local periodAt = length + 9 + 8 * (list[i] - FIRST_CELL)
    if list[i + 1] == 1 and unpack('<d', value, periodAt) ~= list[i + 2] then return true end
  end
  return false
end

-- The account's new value: state, bucket (at `at`) and counters put into their places; nil if the
-- period of a counter is over.
local function placeCommon(value, length, counters, from, last, state, at, bucket, cost)
  if cost == 0 and used > 0 and isPeriodOver(value, length) then return nil end
  local before, between = sub(value, 1, from - 1), sub(value, last + 1, at - 1)
  local only = planUnitCounter[plan]
  if used == 0 or only == 0 and cost == 0 then
    return before .. state .. between .. bucket .. sub(value, at + 16)
  end
  if only and cost == 0 then
    local list = planCounters[plan]
    local counterAt = length + 1 + 8 * (list[only] - FIRST_CELL)
    local sum, period = unpack('<dd', value, counterAt)
    if period ~= list[only + 2] then return nil end
    sum = sum + used
    return before .. state .. between .. bucket .. sub(value, at + 16, counterAt - 1) ..
      pack('<d', sum < AMOUNT_MAX and sum or AMOUNT_MAX) .. sub(value, counterAt + 8)
  end
  local countersAt = #value - 16 * counters + 1
  local counted = packCounters(value, countersAt, counters, cost)
  return counted and
    before .. state .. between .. bucket .. sub(value, at + 16, countersAt - 1) .. counted
end

-- What money pays for what was used and holds for what is wanted, and the units paid ahead then;
-- nil where it does not cover both.
local function quoteBoth(available, ahead, size, price)
  local debited, amount, left = quote(available, used, ahead, size, price)
  local units, hold = quote(available - amount, wanted, left, size, price)
  if debited < used or units < wanted or hold == 0 then return nil end
  return amount, hold, left
end

-- What precedes the amounts of a change in its reply.
local function replyHead(cell, stateLength)
  local index = 256 * stateLength + cell
  local bytes = replyHeads[index]
  if not bytes then
    bytes = pack('<I2BBI2B', SUCCESS, 1, 0, stateLength, cell)
    replyHeads[index] = bytes
  end
  return bytes
end

-- The account's new value, or nil: not the common case, and nothing was done.
local function applyCommonUpdate(value, version, length, counters, from, last)
  local steps = planSteps[plan]
  if groupCount ~= 1 or wanted == 0 or planCode[plan] ~= 0 or version ~= profileVersion or
    planPrice[plan] or planWatches[plan] or isUncommon or steps[4] ~= 1 or
    unpack('<c8', value, from) ~= expected then return nil end
  local before, ahead, cell, held, groupAt = readCommon(value, from)
  if steps[1] ~= cell then return nil end
  if wanted < 0 then wanted = chooseUnits(before, used) end
  local at = length + 1 + 8 * (cell - FIRST_CELL)
  local remaining, reserved = unpack('<dd', value, at)
  local available = remaining + held - steps[5]
  local amount, hold, cost = used, wanted, 0
  if steps[2] > 0 then
    amount, hold, ahead = quoteBoth(available, ahead, steps[2], steps[3])
    cost = amount
  end
  if not amount or available < amount + hold then return nil end
  -- Others hold from it too, and it might not be enough for all of them.
  if reserved > held and hold * SESSIONS_MAX > available - amount + reserved - held then
    return nil
  end

  local state = packCommon(value, from, last, groupAt, cost, ahead, cell, hold)
  local bucket = pack('<dd', remaining + held - amount - hold, reserved - held + hold)
  local changed = placeCommon(value, length, counters, from, last, state, at, bucket, cost)
  if not changed then return nil end
  local n = replyCount
  replies[n + 1], replies[n + 2] = replyHead(cell, #state), sub(value, at, at + 15)
  replies[n + 3], replies[n + 4] = bucket, state
  replyCount, hasChanges = n + 4, true
  return changed
end
