-- What an account is due for before anything else is done with it, whenever it is met next: the
-- renewal of an allowance whose period is over, with what of it rolls over; the expiry of what is
-- left in a bucket that is over. A list is flat, per due: cell of the bucket, cell of its state (0:
-- none), period (0: it expires), amount that it is renewed to, cell that the rest rolls over to (0:
-- it expires), the most that may be there then, and 1 if what had rolled over before expires first.
-- Nothing is due twice; periods in which nobody came by leave only what rolls over.

local DUE_NUMBERS = 7

local function isDue(value, length, list, i)
  local state = length + 1 + 8 * (list[i + 1] - FIRST_CELL)
  if list[i + 2] > 0 then return unpack('<d', value, state) < list[i + 2] end
  if list[i + 1] > 0 then
    local till = unpack('<d', value, state + 8)
    if till == 0 or now < till then return false end
  end
  return unpack('<d', value, length + 1 + 8 * (list[i] - FIRST_CELL)) > 0
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

local function rollOver(cells, list, i, amount, periods)
  local target, most = list[i + 4], list[i + 5]
  if list[i + 6] == 1 then
    if periods > 1 then amount = list[i + 3] end
    expireRest(cells, target)
  elseif periods > 1 then
    amount = min(AMOUNT_MAX, amount + (periods - 1) * list[i + 3])
  end
  credit(cells, target, amount, most)
end

local function renew(cells, list, i)
  local cell, state, period = list[i], list[i + 1], list[i + 2]
  local before, left = cells[state], cells[cell]
  expireRest(cells, cell)
  if before > 0 and list[i + 4] > 0 then
    rollOver(cells, list, i, left > 0 and left or 0, period - before)
  end
  credit(cells, cell, list[i + 3], AMOUNT_MAX)
  cells[state] = period
  remark(REMARK_RENEWED, state, period)
end

-- The account's value with everything done that is due now.
local function settleDues(value)
  local version, length = accountHead(value)
  local list, cells = dueLists[dues % ALL_OR_NOTHING], nil
  if not list or version ~= profileVersion then return value end
  for i = 1, #list, DUE_NUMBERS do
    if isDue(value, length, list, i) then
      cells = cells or unpackCells(value, length)
      if list[i + 2] > 0 then renew(cells, list, i) else expireRest(cells, list[i]) end
    end
  end
  if not cells then return value end
  cells[1] = sub(value, 1, length)
  return packAccount(cells)
end
