-- Moves units between remaining, reserved and debited. A burn list is flat: per step cell, block
-- size (0: unit for unit), block price, how it gives, and the floor: how far it may fall. It comes
-- in burn order; Lua never sorts. How it gives: 1 new units; 0 only what it held (an expired bucket
-- pays for the grants it made); 2 as its own validity says, which begins with its first use:
-- planOwnValidity is flat, per such bucket its cell, that of its state (from, until; 0: unused),
-- and how long it lasts; and per rule that counts the money of the use SPENDING_ENTRY, place of the
-- rule in its list, 1 if the use goes where the rule looks.

-- Gives every hold of the group back to its bucket.
local function release(group, cells)
  for i = FIRST_HOLD, FIRST_HOLD - 1 + 2 * group[HOLDS], 2 do
    local cell, amount = group[i], group[i + 1]
    if cell < CAP_ENTRY then
      touch(cells, cell)
      cells[cell] = cells[cell] + amount
      cells[cell + 1] = cells[cell + 1] - amount
    else
      local state = firstCounter + 2 * (cell - CAP_ENTRY)
      cells[state] = cells[state] - amount
    end
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

-- Where they stand after `units` of a charge that has not been counted yet.
local function positionAfter(group, cells, units)
  return planTierCell[plan] == 0 and group.position or pricePosition(group, cells) + units
end

-- Cell of the bucket's own validity, and how long that lasts.
local function ownValidity(cell)
  local list, i = planOwnValidity[plan], 1
  while list[i] ~= cell do i = i + 3 end
  return list[i + 1], list[i + 2]
end

-- Whether the step gives new units.
local function isUsable(cells, steps, i)
  if steps[i + 3] < 2 then return steps[i + 3] == 1 end
  local state = ownValidity(steps[i])
  return cells[state + 1] == 0 or now < cells[state + 1]
end

-- Something was taken: an own validity begins, unless it has. Seconds until it is over.
local function beginValidity(cells, cell)
  local state, lasts = ownValidity(cell)
  if cells[state + 1] == 0 then
    cells[state], cells[state + 1] = now, now + lasts
    remark(REMARK_VALIDITY, state, cells[state + 1])
  end
  return ceil((cells[state + 1] - now) / 1000)
end

-- What a step may take: of a free service anything, and from nowhere; of money what caps leave.
local function availableIn(cells, steps, i, money)
  local cell = steps[i]
  if cell == FREE_CELL then return AMOUNT_MAX end
  local available = cells[cell] - steps[i + 4]
  return steps[i + 1] > 0 and money < available and money or available
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

-- Whether the steps cover `units` whatever caps leave; nothing is taken.
local function isAffordable(group, cells, units)
  local steps, left, position = planSteps[plan], units, pricePosition(group, cells)
  local ahead, rated, paid, _ = group[AHEAD], group.rated or -1, nil, nil
  for i = 1, #steps, 5 do
    if left > 0 and isUsable(cells, steps, i) then
      local available, from = availableIn(cells, steps, i, AMOUNT_MAX), position + (units - left)
      paid, _, ahead, rated = payStep(available, left, steps, i, from, ahead, rated)
      left = left - paid
    end
  end
  return left == 0
end

-- Debits what was used along the steps, holds released: overrun units, money debited. What each
-- step took is noted in `pieces`, where they are asked for.
local function debit(group, steps, cells, pieces)
  local units, money = headroom(cells)
  if used < units then units = used end
  local left, cost = units, 0
  local position, rated = pricePosition(group, cells), group.rated or -1
  for i = 1, #steps, 5 do
    if left == 0 then break end
    local cell, usable = steps[i], isUsable(cells, steps, i)
    local available, due = availableIn(cells, steps, i, money - cost), left
    if not usable then
      available = takeHeld(group, cell, available)
      -- What never granted anything gives nothing, not even what costs nothing.
      if group[CODE] == 0 then due = 0 end
    end
    local paid, amount
    local from, ahead, before = position + (units - left), group[AHEAD], rated
    paid, amount, group[AHEAD], rated = payStep(available, due, steps, i, from, ahead, before)
    if pieces and paid > 0 then notePiece(pieces, steps, i, paid, amount, from, ahead, before) end
    if amount > 0 then
      touch(cells, cell)
      cells[cell] = cells[cell] - amount
      if steps[i + 1] > 0 then cost = cost + amount end
      if not usable then dropHeld(group, cell, amount) end
      if steps[i + 3] == 2 then beginValidity(cells, cell) end
    end
    left = left - paid
  end
  if planPrice[plan] then
    if rated >= 0 then group.rated = rated end
    if planTierCell[plan] == 0 then
      group.position = min(AMOUNT_MAX, (group.position or 0) + (units - left))
    end
  end
  return used - units + left, cost
end

-- Holds what is wanted for the group, whose holds were released: units granted, seconds they hold,
-- and whether there is more, which is others' share.
local function reserve(group, steps, cells)
  local units, money = headroom(cells)
  if wanted < units then units = wanted end
  local left, ahead, last, seconds, cost = units, group[AHEAD], FIRST_HOLD, validity, 0
  local position, rated, isShared = pricePosition(group, cells), group.rated or -1, false
  for i = 1, #steps, 5 do
    if left == 0 or isShared then break end
    if isUsable(cells, steps, i) then
      local cell, available = steps[i], availableIn(cells, steps, i, money - cost)
      local share = shareOf(cells, cell, available)
      local place = position + (units - left)
      local paid, amount, nextAhead, nextRated =
        payStep(share, left, steps, i, place, ahead, rated)
      isShared = share < available and paid < left
      -- What is too little for all of them is one's.
      if isShared and paid == 0 then
        paid, amount, nextAhead, nextRated =
          payStep(available, left, steps, i, place, ahead, rated)
        isShared = false
      end
      ahead, rated = nextAhead, nextRated
      if amount > 0 then
        touch(cells, cell)
        cells[cell] = cells[cell] - amount
        cells[cell + 1] = cells[cell + 1] + amount
        group[last], group[last + 1] = cell, amount
        last = last + 2
        if steps[i + 1] > 0 then cost = cost + amount end
        if steps[i + 3] == 2 then seconds = min(seconds, beginValidity(cells, cell)) end
      end
      left = left - paid
    end
  end
  if planWatches[plan] then last = holdUnderCaps(group, last, units - left, cost, cells) end
  group[HOLDS] = (last - FIRST_HOLD) / 2
  return units - left, seconds, isShared
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
  if planWatches[plan] then crossThresholds(planWatches[plan], cells) end
end
