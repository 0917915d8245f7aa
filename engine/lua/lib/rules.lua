-- What an account's rules have counted, and which of them are hit (balance/rules.ts). A list is
-- flat, per rule: kind, cell of its state, cell of its second one (0: none), ms of its windows, 1
-- if it is enforced, its bound, and what else it needs. A state is a number and its window:
--   spend rate             money spent
--   destination share      money spent; then money spent there and the window of the last hit;
--                          the bound is a percentage of what must be as much as the last number
--   simultaneous sessions  how many were open at the hit
--   impossible travel      1000 * changes + country; the last number is the country now (0: none)
-- What a window counted is nothing to the next one, but the country is remembered. A window that
-- has begun by the clock of one engine goes on for those whose clocks are behind. Which rules count
-- the money of a use stands in its plan (planOwnValidity, behind SPENDING_ENTRY).

local rules, isUncommon = false, false
-- By place of the rule in the list: money of the message; of it, money that went there.
local spent, spentThere = {}, {}

-- Before a message is charged.
local function meetRules()
  spent, spentThere = {}, {}
end

-- Adds to `states` where it is counted, as taken.lua keeps it.
local function noteStates(states, i, isThere, cells)
  local n, window = #states, max(floor(now / rules[i + 3]), cells[rules[i + 1] + 1])
  states[n + 1], states[n + 2], states[n + 3] = rules[i + 1], 1, window
  if isThere == 0 then return end
  states[n + 4], states[n + 5], states[n + 6] = rules[i + 2], 2, window
end

local function noteSpending(cost, states, cells)
  local notes = cost > 0 and planOwnValidity[plan]
  for n = 1, notes and #notes or 0, 3 do
    if notes[n] == SPENDING_ENTRY then
      local i = notes[n + 1]
      spent[i] = (spent[i] or 0) + cost
      spentThere[i] = (spentThere[i] or 0) + notes[n + 2] * cost
      if states then noteStates(states, i, notes[n + 2], cells) end
    end
  end
end

local function isHit(cells, i)
  local window, cell, second = floor(now / rules[i + 3]), rules[i + 1], rules[i + 2]
  if second > 0 then return cells[second + 1] >= window end
  return cells[cell + 1] >= window and cells[cell] > rules[i + 5]
end

-- When the window is over in which it is hit.
local function endOfHit(cells, i)
  local cell, second = rules[i + 1], rules[i + 2]
  return (cells[(second > 0 and second or cell) + 1] + 1) * rules[i + 3]
end

-- The share of `there`, without a product that would not be exact.
local function isBeyondShare(there, total, percent)
  local hundredth = floor(total / 100)
  return (there - percent * hundredth) * 100 > percent * (total - 100 * hundredth)
end

local function addSpending(cells, i, window)
  local cell, second = rules[i + 1], rules[i + 2]
  if cells[cell + 1] < window then
    cells[cell], cells[cell + 1] = 0, window
    if second > 0 then cells[second] = 0 end
  end
  cells[cell] = min(AMOUNT_MAX, cells[cell] + spent[i])
  if second == 0 then return end
  cells[second] = min(AMOUNT_MAX, cells[second] + spentThere[i])
  if cells[cell] >= rules[i + 6] and isBeyondShare(cells[second], cells[cell], rules[i + 5]) then
    cells[second + 1] = cells[cell + 1]
  end
end

local function addTravel(cells, i, window)
  local cell, country = rules[i + 1], rules[i + 6]
  local known = cells[cell] % 1000
  if country == 0 or country == known then return end
  local changes = cells[cell + 1] < window and 0 or floor(cells[cell] / 1000)
  cells[cell] = 1000 * (known > 0 and changes + 1 or changes) + country
  if cells[cell + 1] < window then cells[cell + 1] = window end
end

-- Asked by who opens a session or goes on with one (grant.lua counts them).
local function areTooMany(i)
  return verb <= VERB_UPDATE and countHolders() > rules[i + 5]
end

-- After what a message used is settled: counts it, and remarks what is hit, once a window. True
-- when an enforced rule is hit.
local function judgeRules(cells)
  local isRefusing = false
  for i = 1, #rules, RULE_NUMBERS do
    local window, before = floor(now / rules[i + 3]), isHit(cells, i)
    if spent[i] then addSpending(cells, i, window) end
    if rules[i] == RULE_IMPOSSIBLE_TRAVEL then addTravel(cells, i, window) end
    if rules[i] == RULE_SIMULTANEOUS_SESSIONS and not before and areTooMany(i) then
      cells[rules[i + 1]], cells[rules[i + 1] + 1] = countHolders(), window
    end
    local after = isHit(cells, i)
    if after and not before then remark(REMARK_RULE_HIT, rules[i + 1], endOfHit(cells, i)) end
    if after and rules[i + 4] == 1 then isRefusing = true end
  end
  return isRefusing
end

-- Whether an enforced rule was hit before.
local function isRefusing(cells)
  for i = 1, #rules, RULE_NUMBERS do
    if rules[i + 4] == 1 and isHit(cells, i) then return true end
  end
  return false
end

-- Whether an update of one group leaves the rule as it is, and is not refused by it.
local function isQuiet(cells, i, isPaid)
  local isHitNow = isHit(cells, i)
  if isHitNow and rules[i + 4] == 1 then return false end
  if rules[i] == RULE_SIMULTANEOUS_SESSIONS then
    return isHitNow or not areTooMany(i)
  end
  if rules[i] ~= RULE_IMPOSSIBLE_TRAVEL then return not isPaid end
  return rules[i + 6] == 0 or rules[i + 6] == cells[rules[i + 1]] % 1000
end

-- Whether the account's rules keep an update from the common way. Of the cells those of its rules
-- are read, and no others.
local ruleCells = {}

local function mustJudge(value)
  local version, length = accountHead(value)
  local steps = groupCount == 1 and planSteps[plan]
  if version ~= profileVersion or not steps or not steps[1] then return true end
  openHolders(value, false)
  local isPaid, cells = used > 0 and steps[2] > 0, ruleCells
  for i = 1, #rules, RULE_NUMBERS do
    for n = i + 1, i + 2 do
      local cell = rules[n]
      if cell > 0 then
        cells[cell], cells[cell + 1] = unpack('<dd', value, length + 1 + 8 * (cell - FIRST_CELL))
      end
    end
    if not isQuiet(cells, i, isPaid) then return true end
  end
  return false
end
