-- refund: gives back what an event took, or a part of it (taken.lua), once.

-- Units to give back by rating group; nil: all there are.
local function readAsked()
  if groupCount == 0 then return nil end
  local asked = {}
  for _ = 1, groupCount do
    if groupCount > 1 then readGroup() end
    asked[ratingGroup] = used
  end
  return asked
end

-- Answer: f64 money, u8 groups, per group u32 rating group, f64 units; u16 counters, per counter u8
-- cell, f64 by how much it fell; u8 + request id of the event (store/refund-answer.ts).
appliers[VERB_REFUND] = function(value)
  if answerOnce() then return nil end
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local list, lookup = unpack('<I2I2', expected)
  local field = ARGV[lookup]
  local stored = answers[field]
  if not stored or isRefusal(stored) then return reply(UNKNOWN_REQUEST_ID, '') end
  local cells = unpackCells(value, length)
  local money, told, counted, kept = refundTaken(stored, readAsked(), dueLists[list], cells)
  if not money then return reply(told, '') end
  answers[field] = kept
  addedAnswers[#addedAnswers + 1] = field
  addedAnswers[#addedAnswers + 1] = kept
  local event = sub(field, #accountId() + 4)
  local answer = pack('<dB', money, #told) .. concat(told) .. pack('<I2', #counted) ..
    concat(counted) .. pack('<B', #event) .. event
  return finishOnce(answer, cells, value, length)
end
