-- Moves units between remaining, reserved and debited. A burn list is flat: per step cell, block
-- size (0: unit for unit), block price, 1 if it takes new units or 0 if it only gives what it held
-- (an expired bucket pays for the grants it made), and the floor: how far it may fall. It comes in
-- burn order; Lua never sorts.

-- Gives every hold of the group back to its bucket.
local function release(group, cells)
  for i = FIRST_HOLD, FIRST_HOLD - 1 + 2 * group[HOLDS], 2 do
    local cell, amount = group[i], group[i + 1]
    touch(cells, cell)
    cells[cell] = cells[cell] + amount
    cells[cell + 1] = cells[cell + 1] - amount
  end
end

-- What an expired bucket still gives: what it held for the group, once.
local function takeHeld(group, cell, available)
  for i = FIRST_HOLD, FIRST_HOLD - 1 + 2 * group[HOLDS], 2 do
    if group[i] == cell then return group[i + 1] < available and group[i + 1] or available end
  end
  return 0
end

local function dropHeld(group, cell, amount)
  for i = FIRST_HOLD, FIRST_HOLD - 1 + 2 * group[HOLDS], 2 do
    if group[i] == cell then group[i + 1] = group[i + 1] - amount end
  end
end

-- Where the steps of the plan's price stand before this charge.
local function pricePosition(group, cells)
  local cell = planTierCell[plan]
  if cell == 0 then return group.position or 0 end
  return cells[cell + 1] == planTierPeriod[plan] and cells[cell] or 0
end

-- What a step may take: of a free service anything, and from nowhere.
local function availableIn(cells, cell, floor)
  if cell == FREE_CELL then return AMOUNT_MAX end
  return cells[cell] - floor
end

-- What `available` of a step's bucket covers of `units`: units, amount, paid ahead, rated.
local function payStep(available, units, steps, i, position, ahead, rated)
  local price = steps[i + 1] > 0 and planPrice[plan]
  if available < 0 then available = 0 end
  if not price then
    local covered, amount, left = quote(available, units, ahead, steps[i + 1], steps[i + 2])
    return covered, amount, left, rated
  end
  local covered, amount, _, left, sum = quotePrice(price, available, units, position, ahead, rated)
  return covered, amount, left, sum
end

-- Debits what was used along the steps, holds released: overrun units, money debited.
local function debit(group, steps, cells)
  local left, cost = used, 0
  local position, rated = pricePosition(group, cells), group.rated or -1
  for i = 1, #steps, 5 do
    local cell = steps[i]
    local available, due = availableIn(cells, cell, steps[i + 4]), left
    if steps[i + 3] == 0 then
      available = takeHeld(group, cell, available)
      -- What never granted anything gives nothing, not even what costs nothing.
      if group[9] == 0 then due = 0 end
    end
    local units, amount
    units, amount, group[AHEAD], rated =
      payStep(available, due, steps, i, position + used - left, group[AHEAD], rated)
    if amount > 0 then
      touch(cells, cell)
      cells[cell] = cells[cell] - amount
      if steps[i + 1] > 0 then cost = cost + amount end
      if steps[i + 3] == 0 then dropHeld(group, cell, amount) end
    end
    left = left - units
    if left == 0 then break end
  end
  if planPrice[plan] then
    if rated >= 0 then group.rated = rated end
    if planTierCell[plan] == 0 then group.position = (group.position or 0) + used - left end
  end
  return left, cost
end

-- Holds what is wanted for the group, whose holds were released: units granted.
local function reserve(group, steps, cells)
  local left, ahead, last = wanted, group[AHEAD], FIRST_HOLD
  local position, rated = pricePosition(group, cells), group.rated or -1
  for i = 1, #steps, 5 do
    if steps[i + 3] == 1 then
      local cell = steps[i]
      local units, amount
      units, amount, ahead, rated = payStep(availableIn(cells, cell, steps[i + 4]), left, steps, i,
        position + wanted - left, ahead, rated)
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

-- Adds to the plan's counters {cell, is money, period, …}. One whose period is over begins anew;
-- what was used in a period that the counter has left is not counted. A counter stays at the
-- largest amount.
local function count(counters, units, cost, cells)
  for i = 1, #counters, 3 do
    local cell, period = counters[i], counters[i + 2]
    if cells[cell + 1] < period then cells[cell], cells[cell + 1] = 0, period end
    if cells[cell + 1] == period then
      local value = cells[cell] + (counters[i + 1] == 1 and cost or units)
      cells[cell] = value < AMOUNT_MAX and value or AMOUNT_MAX
    end
  end
end
