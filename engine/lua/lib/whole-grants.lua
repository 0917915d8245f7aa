-- Grants that are wanted all together or not at all (`isAllOrNothing`), and those of a session that
-- has expired, which gets none: why a rating group got nothing.

-- The message at hand belongs to a session that has expired.
local isLate

-- Of a group that grants nothing, or nothing after all.
local function withhold(group, code)
  group[CODE], group[FINAL], group[GRANTED] = code, 0, 0
  group[VALIDITY], group[CHANGE] = 0, 0
end

-- Why a group got a part only: others' share is theirs, the rest stands as if it had got nothing.
local function shortageOfWhole(group, cells)
  if group[FINAL] == 0 then return CREDIT_LIMIT_REACHED end
  local before = {spread(cells)}
  release(group, before)
  return shortage(group, before, wanted)
end

-- A group was granted something, of what is wanted all together.
local function noteAsked(asked, group, cells)
  if wanted == 0 then return end
  if group[CODE] == SUCCESS and group[GRANTED] < wanted then
    group[CODE] = shortageOfWhole(group, cells)
  end
  asked[#asked + 1] = group
end

-- Where one of the groups did not get all that it wants, the others get nothing either, and cells
-- and remarks are again what they were before.
local function withholdUnlessWhole(asked, cells, before, remarksBefore)
  local isWhole = true
  for i = 1, #asked do
    if asked[i][CODE] ~= SUCCESS then isWhole = false end
  end
  if isWhole then return end
  for i = FIRST_CELL, #before do cells[i] = before[i] end
  remarkCount = remarksBefore
  for i = 1, #asked do
    local code = asked[i][CODE]
    asked[i][HOLDS] = 0
    withhold(asked[i], code == SUCCESS and GRANT_WITHHELD or code)
  end
end
