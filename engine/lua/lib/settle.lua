-- Moves units between remaining, reserved and debited. A burn list is flat: per step cell, block
-- size (0: unit for unit), block price, and 1 if it takes new units or 0 if it only gives what it
-- held (an expired bucket pays for the grants it made). It comes in burn order; Lua never sorts.

-- Gives every hold of the group back to its bucket.
local function release(group, cells)
  for i = FIRST_HOLD, FIRST_HOLD - 1 + 2 * group[HOLDS], 2 do
    local cell, amount = group[i], group[i + 1]
    touch(cells, cell)
    cells[cell] = cells[cell] + amount
    cells[cell + 1] = cells[cell + 1] - amount
  end
end

local function heldIn(group, cell)
  for i = FIRST_HOLD, FIRST_HOLD - 1 + 2 * group[HOLDS], 2 do
    if group[i] == cell then return group[i + 1] end
  end
  return 0
end

-- Debits what was used along the steps, holds released: overrun units, money debited.
local function debit(group, steps, cells)
  local left, cost = used, 0
  for i = 1, #steps, 4 do
    local cell, size = steps[i], steps[i + 1]
    local available, due = cells[cell], left
    if steps[i + 3] == 0 then
      local held = heldIn(group, cell)
      if held < available then available = held end
      -- What never granted anything gives nothing, not even what costs nothing.
      if group[9] == 0 then due = 0 end
    end
    local units, amount, ahead = quote(available, due, group[13], size, steps[i + 2])
    if amount > 0 then
      touch(cells, cell)
      cells[cell] = cells[cell] - amount
      if size > 0 then cost = cost + amount end
    end
    group[13] = ahead
    left = left - units
    if left == 0 then break end
  end
  return left, cost
end

-- Holds what is wanted for the group, whose holds were released: units granted.
local function reserve(group, steps, cells)
  local left, ahead, last = wanted, group[13], FIRST_HOLD
  for i = 1, #steps, 4 do
    if steps[i + 3] == 1 then
      local cell = steps[i]
      local units, amount
      units, amount, ahead = quote(cells[cell], left, ahead, steps[i + 1], steps[i + 2])
      if amount > 0 then
        touch(cells, cell)
        cells[cell] = cells[cell] - amount
        cells[cell + 1] = cells[cell + 1] + amount
        group[last], group[last + 1] = cell, amount
        last = last + 2
      end
      left = left - units
      if left == 0 then break end
    end
  end
  group[HOLDS] = (last - FIRST_HOLD) / 2
  return wanted - left
end

-- Adds to the plan's counters {cell, is money, …}; a counter stays at the largest amount.
local function count(counters, units, cost, cells)
  for i = 1, #counters, 2 do
    local cell = counters[i]
    local value = cells[cell] + (counters[i + 1] == 1 and cost or units)
    cells[cell] = value < AMOUNT_MAX and value or AMOUNT_MAX
  end
end
