-- What an account is due for before anything else is done with it, whenever it is met next: the
-- renewal of an allowance whose period is over, with what of it rolls over; the expiry of what is
-- left in a bucket that is over. A list is flat, per due: cell of the bucket, cell of its state (0:
-- none), period (0: it expires), amount that it is renewed to, cell that the rest rolls over to (0:
-- it expires), the most that may be there then, and how: 1 if what had rolled over before expires
-- first, and 2 more if the bucket is over, so that what is renewed no more only rolls over; and the
-- period in which its validity begins: what was renewed before that does not go on in it.
-- Nothing is due twice; periods in which nobody came by pay what the bucket owes, as they would
-- have if somebody had, and leave only what rolls over.

local DUE_NUMBERS, CLOSING = 8, 2

-- As it is after the dues before it.
local function cellNow(value, length, cells, cell)
  return cells and cells[cell] or unpack('<d', value, length + 1 + 8 * (cell - FIRST_CELL))
end

local function isDue(value, length, cells, list, i)
  local state, period = list[i + 1], list[i + 2]
  if period > 0 then
    local renewed = cellNow(value, length, cells, state)
    return renewed < period and (renewed > 0 or list[i + 6] < CLOSING)
  end
  if state > 0 then
    local till = cellNow(value, length, cells, state + 1)
    if till == 0 or now < till then return false end
  end
  return cellNow(value, length, cells, list[i]) > 0
end

local function expireRest(cells, cell)
  local amount = cells[cell]
  if amount <= 0 then return end
  touch(cells, cell)
  cells[cell] = 0
  remark(REMARK_EXPIRED, cell, amount)
end

-- Up to `most` in the bucket, reserved included, and of `amount` no more than may be.
local function credit(cells, cell, amount, most)
  local room = most - cells[cell] - cells[cell + 1]
  if room < amount then amount = room end
  if amount <= 0 then return 0 end
  touch(cells, cell)
  cells[cell] = cells[cell] + amount
  remark(REMARK_CREDITED, cell, amount)
  return amount
end

-- `missed`: what periods in which nobody came by would have left, all together.
local function rollOver(cells, list, i, amount, periods, missed)
  local target, most = list[i + 4], list[i + 5]
  if list[i + 6] % CLOSING == 1 then
    if periods > 1 then amount = min(list[i + 3], missed) end
    expireRest(cells, target)
  else
    amount = min(AMOUNT_MAX, amount + missed)
  end
  credit(cells, target, amount, most)
end

local function renew(cells, list, i)
  local cell, state, period, amount = list[i], list[i + 1], list[i + 2], list[i + 3]
  local before, left, isClosing = cells[state], cells[cell], list[i + 6] >= CLOSING
  local goesOn = before > 0 and before >= list[i + 7] - 1
  local missed = goesOn and (period - before - 1) * amount or 0
  local paid = isClosing and 0 or min(max(0, -left), missed)
  expireRest(cells, cell)
  if goesOn and list[i + 4] > 0 then
    rollOver(cells, list, i, max(0, left), period - before, missed - paid)
  end
  if not isClosing then credit(cells, cell, paid + amount, AMOUNT_MAX) end
  cells[state] = period
  remark(REMARK_RENEWED, state, period)
end

-- The account's value with everything done that is due now.
local function settleDues(value)
  local version, length = accountHead(value)
  local list, cells = dueLists[dues % ALL_OR_NOTHING], nil
  if not list or version ~= profileVersion then return value end
  for i = 1, #list, DUE_NUMBERS do
    if isDue(value, length, cells, list, i) then
      cells = cells or unpackCells(value, length)
      if list[i + 2] > 0 then renew(cells, list, i) else expireRest(cells, list[i]) end
    end
  end
  if not cells then return value end
  cells[1] = sub(value, 1, length)
  return packAccount(cells)
end
