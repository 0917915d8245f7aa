-- The reply of a batch, and with the batch itself its journal entry. Per operation:
--   u16 code, u8 changes, u8 remarks, u16 length of the answer,
--   per change: u8 cell, f64 remaining and reserved before, f64 both after,
--   per remark: u8 kind, u32 where, f64 how much (store/remarks.ts says what of), then the answer.
-- Twin: store/batch-reply.ts.

local replies, replyCount, replyFormats = {}, 0, {}
local hasChanges
-- Of the operation at hand: flat {cell, before, before, after, after, …}, {kind, where, much, …}.
local changes, changeCount, remarks, remarkCount = {}, 0, {}, 0

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

local function remark(kind, where, much)
  local n = remarkCount
  remarks[n + 1], remarks[n + 2], remarks[n + 3] = kind, where, much
  remarkCount = n + 3
end

-- A refusal, a repeat, a query: nothing changed.
local function reply(code, answer)
  replies[replyCount + 1] = pack('<I2BBI2', code, 0, 0, #answer)
  replies[replyCount + 2] = answer
  replyCount = replyCount + 2
end

-- Numbers that follow the head: 5 for a change, 3 for a remark. No remark, usually.
local function replyFormat()
  local format = '<I2BBI2' .. rep('Bdddd', changeCount / 5) .. rep('BI4d', remarkCount / 3)
  if remarkCount == 0 then replyFormats[changeCount] = format end
  return format
end

local function replyChanged(answer, cells)
  for i = 1, changeCount, 5 do
    local cell = changes[i]
    changes[i + 3], changes[i + 4] = cells[cell], cells[cell + 1]
  end
  for i = 1, remarkCount do changes[changeCount + i] = remarks[i] end
  local format = remarkCount == 0 and replyFormats[changeCount] or replyFormat()
  replies[replyCount + 1] = pack(format, SUCCESS, changeCount / 5, remarkCount / 3, #answer,
    spread(changes, 1, changeCount + remarkCount))
  replies[replyCount + 2] = answer
  replyCount = replyCount + 2
  hasChanges = true
end
