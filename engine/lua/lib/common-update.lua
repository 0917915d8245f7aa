-- The common update at half the cost: one rating group, whose one hold is in the bucket that gives
-- first, unit for unit, and that covers what was used and what is wanted. Nothing is unpacked but
-- what changes. It does exactly what chargeGroup does; whatever is out of the ordinary is left to
-- that.

local COMMON_LENGTH = 33 + 28 + 9
local COMMON_STATE = HEAD .. GROUP .. 'Bd'

-- The account's new value, or nil: not the common case, and nothing was done.
local function applyCommonUpdate(value, version, length, from, last)
  local steps, counter = planSteps[plan], planUnitCounter[plan]
  if groupCount ~= 1 or last - from + 1 ~= COMMON_LENGTH or wanted == 0 or not counter or
    planCode[plan] ~= 0 or version ~= profileVersion then return nil end
  local storedSequence, _, _, storedTariff, _, _, _, group, _, _, _, _, ahead, cell, held =
    unpack(COMMON_STATE, value, from)
  if sequence ~= storedSequence + 1 or tariffVersion ~= storedTariff or ratingGroup ~= group or
    steps[1] ~= cell or steps[2] ~= 0 or steps[4] ~= 1 then return nil end
  local at = length + 1 + 8 * (cell - FIRST_CELL)
  local remaining, reserved = unpack('<dd', value, at)
  local left, reservedAfter = remaining + held - used - wanted, reserved - held + wanted
  if left < 0 then return nil end

  local state = pack(COMMON_STATE, sequence, fingerprint, deadline, tariffVersion, 0, 1, 1,
    group, SUCCESS, wanted, validity, 0, ahead, cell, wanted)
  replies[replyCount + 1] = pack('<I2BBI2Bdddd', SUCCESS, 1, 0, COMMON_LENGTH,
    cell, remaining, reserved, left, reservedAfter)
  replies[replyCount + 2] = state
  replyCount, hasChanges = replyCount + 2, true
  local before, between = sub(value, 1, from - 1), sub(value, last + 1, at - 1)
  local bucket = pack('<dd', left, reservedAfter)
  if counter == 0 then return before .. state .. between .. bucket .. sub(value, at + 16) end
  local counterAt = length + 1 + 8 * (counter - FIRST_CELL)
  local sum = unpack('<d', value, counterAt) + used
  if sum > AMOUNT_MAX then sum = AMOUNT_MAX end
  return before .. state .. between .. bucket .. sub(value, at + 16, counterAt - 1) ..
    pack('<d', sum) .. sub(value, counterAt + 8)
end
