-- What an event took, kept behind its answer for as long as that, and how a refund gives it back to
-- where it came from. What of the use remains is charged as if there had been no more: taken back
-- first is what was taken last, a begun block stays paid whole. Doubles, for each rating group:
--   rating group, units used, units refunded, how many counters, pieces, numbers of the price,
--   per counter, or state of a rule: its name, 0 if it counts units, 1 money, 2 money in the window
--   of the state before, and its period or window,
--   per piece, in the order of taking: name of the bucket, block (0: unit for unit), block price,
--   units, amount, and position, ahead and rated before it (price.lua),
--   the price (none: by the block).
-- Names are numbers for the slots of an account, out of a list of the batch (store/slot-names.ts):
-- how many slots, a name for each, then of all counters with thresholds what watch.lua reads. Cells
-- are no names: they move when a profile changes, and another bucket takes over a slot.

local TAKEN_AT, COUNTER_NUMBERS, PIECE_NUMBERS = 17, 3, 8
local USED, REFUNDED, FIRST_COUNTER = 2, 3, 7

local function notePiece(pieces, steps, i, units, amount, position, ahead, rated)
  local n = #pieces
  pieces[n + 1], pieces[n + 2], pieces[n + 3] = steps[i], steps[i + 1], steps[i + 2]
  pieces[n + 4], pieces[n + 5] = units, amount
  pieces[n + 6], pieces[n + 7], pieces[n + 8] = position, ahead, rated
end

local function slotName(names, cell)
  return cell == FREE_CELL and 0 or names[2 + (cell - FIRST_CELL) / 2]
end

-- nil where the account has no such bucket or counter any more.
local function cellNamed(names, name)
  for i = 1, names[1] do
    if names[1 + i] == name then return FIRST_CELL + 2 * (i - 1) end
  end
end

local function append(list, more)
  local n = #list
  for i = 1, #more do list[n + i] = more[i] end
end

local function packTaken(taken)
  return pack(cellFormats[#taken] or cellFormat(#taken), spread(taken))
end

-- What the group at hand took; `spending`: in what states its rules count the money.
local function noteTaken(pieces, names, spending)
  local counters, price = planCounters[plan], planPrice[plan] or {}
  local count = (#counters + #spending) / COUNTER_NUMBERS
  local taken = {ratingGroup, used, 0, count, #pieces / PIECE_NUMBERS, #price}
  for i = 1, #pieces, PIECE_NUMBERS do pieces[i] = slotName(names, pieces[i]) end
  append(taken, counters)
  append(taken, spending)
  for i = FIRST_COUNTER, #taken, COUNTER_NUMBERS do taken[i] = slotName(names, taken[i]) end
  append(taken, pieces)
  append(taken, price)
  return packTaken(taken)
end

-- Where a group's pieces and its price begin, and where it ends.
local function partsOf(taken)
  local pieces = FIRST_COUNTER + COUNTER_NUMBERS * taken[4]
  local price = pieces + PIECE_NUMBERS * taken[5]
  return pieces, price, price + taken[6]
end

-- The groups of an event's stored answer.
local function unpackTaken(stored)
  local groups, from = {}, TAKEN_AT
  while from < #stored do
    local _, _, last = partsOf({0, 0, 0, unpack('<ddd', stored, from + 24)})
    local count = last - 1
    local group = {unpack(cellFormats[count] or cellFormat(count), stored, from)}
    from = group[last]
    group[last] = nil
    groups[#groups + 1] = group
  end
  return groups
end

-- What the first `units` of a piece come to; no more than was paid for all of them.
local function costOfPiece(taken, piece, price, units)
  local size, paid, ahead = taken[piece + 1], taken[piece + 4], taken[piece + 6]
  if units == taken[piece + 3] then return paid end
  if size == 0 then return units end
  local _, amount
  if price then
    _, amount = quotePrice(price, paid, units, taken[piece + 5], ahead, taken[piece + 7])
  else
    _, amount = quote(paid, units, ahead, size, taken[piece + 2])
  end
  return amount
end

-- Gives back what `units` of a group took: the money, or nil and the refusing code.
local function giveBack(taken, names, units, cells)
  local pieces, prices, last = partsOf(taken)
  local price = prices < last and {spread(taken, prices, last - 1)}
  local before = taken[USED] - taken[REFUNDED]
  local after, money = before - units, 0
  for piece = pieces, prices - 1, PIECE_NUMBERS do
    local most = taken[piece + 3]
    local charged, left = min(before, most), min(after, most)
    before, after = before - charged, after - left
    local amount = costOfPiece(taken, piece, price, charged) -
      costOfPiece(taken, piece, price, left)
    if amount > 0 then
      local cell = cellNamed(names, taken[piece])
      if not cell then return nil, UNKNOWN_BUCKET end
      if cells[cell] + cells[cell + 1] + amount > AMOUNT_MAX then return nil, AMOUNT_TOO_LARGE end
      touch(cells, cell)
      cells[cell] = cells[cell] + amount
      if taken[piece + 1] > 0 then money = money + amount end
    end
  end
  taken[REFUNDED] = taken[REFUNDED] + units
  return money
end

-- A counter that has begun another period since, or anew, counts none of it any more, and neither
-- does a rule in another window. What was hit stays so, where that has a state of its own.
local function countBack(taken, names, units, money, cells, counted)
  local isCounted
  for i = FIRST_COUNTER, partsOf(taken) - 1, COUNTER_NUMBERS do
    local cell, kind = cellNamed(names, taken[i]), taken[i + 1]
    if kind < 2 then isCounted = cell and cells[cell + 1] == taken[i + 2] end
    if cell and isCounted then
      local amount = min(cells[cell], kind == 0 and units or money)
      cells[cell] = cells[cell] - amount
      counted[#counted + 1] = pack('<Bd', cell, amount)
    end
  end
end

-- A level may be left again. Each counter is held to the period that it is in.
local function leaveThresholds(names, cells)
  local watches, i = {spread(names, 2 + names[1])}, 1
  while watches[i] do
    watches[i + 3] = cells[watches[i] + 1]
    i = i + WATCH_NUMBERS + 2 * watches[i + 5]
  end
  crossThresholds(watches, cells)
end

-- What of each group is to be given back; nil where it is more than is left, or nothing at all.
local function unitsToGive(groups, asked)
  local units, found, sum = {}, 0, 0
  for i = 1, #groups do
    local taken = groups[i]
    local left = taken[USED] - taken[REFUNDED]
    units[i] = left
    if asked then units[i] = asked[taken[1]] or 0 end
    if units[i] > left then return nil end
    if asked and asked[taken[1]] then found = found + 1 end
    sum = sum + units[i]
  end
  if asked and found < groupCount or sum == 0 then return nil end
  return units
end

-- Gives back from every group: money, and what is told of groups and of counters; or nil and the
-- refusing code.
local function refundGroups(groups, units, names, cells)
  local money, told, counted = 0, {}, {}
  for i = 1, #groups do
    if units[i] > 0 then
      local back, code = giveBack(groups[i], names, units[i], cells)
      if not back then return nil, code end
      countBack(groups[i], names, units[i], back, cells, counted)
      money = money + back
      told[#told + 1] = pack('<I4d', groups[i][1], units[i])
    end
  end
  leaveThresholds(names, cells)
  return money, told, counted
end

-- Gives back what is asked for of an event's stored answer: money, what is told of groups and of
-- counters, and the stored answer after that; or nil and the refusing code.
local function refundTaken(stored, asked, names, cells)
  local groups = unpackTaken(stored)
  local units = unitsToGive(groups, asked)
  if not units then return nil, REFUND_TOO_LARGE end
  local money, told, counted = refundGroups(groups, units, names, cells)
  if not money then return nil, told end
  local parts = {sub(stored, 1, TAKEN_AT - 1)}
  for i = 1, #groups do parts[i + 1] = packTaken(groups[i]) end
  return money, told, counted, concat(parts)
end
