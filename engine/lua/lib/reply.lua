-- The reply of a batch, and with the batch itself its journal entry. Per operation:
--   u16 code, u8 changes, u8 overruns, u16 length of the answer,
--   per change: u8 cell, f64 remaining and reserved before, f64 both after,
--   per overrun: u32 place of the group in the message, f64 units used that nothing was left for,
--   then the answer.
-- Twin: store/batch-reply.ts.

local replies, replyCount, replyFormats = {}, 0, {}
local hasChanges
-- Of the operation at hand: flat {cell, before, before, after, after, …} and {place, units, …}.
local changes, changeCount, overruns, overrunCount = {}, 0, {}, 0

-- Before the first change of a bucket: remembers what it held.
local function touch(cells, cell)
  for i = 1, changeCount, 5 do
    if changes[i] == cell then return end
  end
  local n = changeCount
  changes[n + 1], changes[n + 2], changes[n + 3] = cell, cells[cell], cells[cell + 1]
  changes[n + 4], changes[n + 5] = 0, 0
  changeCount = n + 5
end

-- A refusal, a repeat, a query: nothing changed.
local function reply(code, answer)
  replies[replyCount + 1] = pack('<I2BBI2', code, 0, 0, #answer)
  replies[replyCount + 2] = answer
  replyCount = replyCount + 2
end

-- Numbers that follow the head: 5 for a change, 2 for an overrun. No overrun, usually.
local function replyFormat()
  local format = '<I2BBI2' .. rep('Bdddd', changeCount / 5) .. rep('I4d', overrunCount / 2)
  if overrunCount == 0 then replyFormats[changeCount] = format end
  return format
end

local function replyChanged(answer, cells)
  for i = 1, changeCount, 5 do
    local cell = changes[i]
    changes[i + 3], changes[i + 4] = cells[cell], cells[cell + 1]
  end
  for i = 1, overrunCount do changes[changeCount + i] = overruns[i] end
  local format = overrunCount == 0 and replyFormats[changeCount] or replyFormat()
  replies[replyCount + 1] = pack(format, SUCCESS, changeCount / 5, overrunCount / 2, #answer,
    spread(changes, 1, changeCount + overrunCount))
  replies[replyCount + 2] = answer
  replyCount = replyCount + 2
  hasChanges = true
end
