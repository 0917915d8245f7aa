-- Counters with a cap or with thresholds. A plan's watches are flat, per counter: cell of the
-- counter, cell of its state (reserved under the cap, level), 1 if it counts money, its period, the
-- cap (AMOUNT_MAX: none), then per threshold where it is crossed and left, behind their number.
-- What is reserved under a cap counts as used, so that sessions at once never pass it together.

local WATCH_NUMBERS = 6

-- What counts in the period of the watch; nil where the counter has left that behind.
local function valueIn(cells, counter, period)
  if cells[counter + 1] > period then return nil end
  return cells[counter + 1] == period and cells[counter] or 0
end

-- Units and money that the caps of the plan leave.
local function headroom(cells)
  local units, money, watches, i = AMOUNT_MAX, AMOUNT_MAX, planWatches[plan], 1
  while watches and watches[i] do
    local value = watches[i + 4] < AMOUNT_MAX and valueIn(cells, watches[i], watches[i + 3])
    if value then
      local left = watches[i + 4] - value - cells[watches[i + 1]]
      if left < 0 then left = 0 end
      if watches[i + 2] == 1 then
        if left < money then money = left end
      elseif left < units then
        units = left
      end
    end
    i = i + WATCH_NUMBERS + 2 * watches[i + 5]
  end
  return units, money
end

-- Reserves under every cap what was held for the group, as entries behind its holds.
local function holdUnderCaps(group, last, units, money, cells)
  local watches, i = planWatches[plan], 1
  while watches and watches[i] do
    local amount = watches[i + 2] == 1 and money or units
    if watches[i + 4] < AMOUNT_MAX and amount > 0 then
      local state = watches[i + 1]
      cells[state] = cells[state] + amount
      group[last], group[last + 1] = CAP_ENTRY + (state - firstCounter) / 2, amount
      last = last + 2
    end
    i = i + WATCH_NUMBERS + 2 * watches[i + 5]
  end
  return last
end

-- After counters have changed: a level that is reached or left is remarked, once.
local function crossThresholds(watches, cells)
  local i = 1
  while watches[i] do
    local state, thresholds = watches[i + 1], watches[i + 5]
    local value = valueIn(cells, watches[i], watches[i + 3])
    if value then
      local before = cells[state + 1]
      -- A profile may have fewer of them since.
      local level = min(before, thresholds)
      while level < thresholds and value >= watches[i + 6 + 2 * level] do level = level + 1 end
      while level > 0 and value < watches[i + 5 + 2 * level] do level = level - 1 end
      cells[state + 1] = level
      if level ~= before then remark(REMARK_LEVEL, state, 256 * before + level) end
    end
    i = i + WATCH_NUMBERS + 2 * thresholds
  end
end
