-- Prices with steps, fees, a minimum and a maximum over doubles, exact up to 2^53 - 1; what would
-- be more than that is not affordable. A quotient is never rounded to a whole number that it is
-- not: n ± 1/d, with n·d < 2^53, is further from n than half a double's step (n·2^-53 at most).
-- Twin: rating/price-quote.ts, which says what each number means.
-- A price is flat: setup fee, minimum, maximum (AMOUNT_MAX: none), units and price of the initial
-- block, then per step from, block units, block price, entry fee. `rated` is -1 until money pays.

-- Pays a fee and as many of `blocks` at `each` as money allows: blocks, amount, rated after that.
local function payBlocks(price, money, rated, fee, blocks, each)
  local setupFee, minimum, maximum = 0, price[2], price[3]
  local before, paid = rated, rated
  if rated < 0 then
    setupFee, before, paid = price[1], 0, 0
  else
    if paid < minimum then paid = minimum end
    if paid > maximum then paid = maximum end
  end
  local payable, toMaximum = money - setupFee, maximum - paid
  -- Once the maximum can be paid, all the rest is free.
  local isCapped = maximum < AMOUNT_MAX and toMaximum <= payable
  if isCapped then
    payable = AMOUNT_MAX
  else
    if toMaximum < payable then payable = toMaximum end
    payable = paid + payable
    -- What does not even pay the setup fee is below any minimum.
    if payable < minimum then return 0, 0, rated end
  end
  local room = payable - before - fee
  local most = room < 0 and 0 or blocks
  if room >= 0 and each > 0 then
    most = floor(room / each)
    if blocks < most then most = blocks end
  end
  if not isCapped then blocks = most end
  if blocks == 0 then return 0, 0, rated end
  local after = AMOUNT_MAX
  if blocks <= most then after = before + fee + blocks * each end
  local total = after < minimum and minimum or after
  if total > maximum then total = maximum end
  return blocks, setupFee + total - paid, after
end

-- What `available` covers of `units`: units, amount, and position, ahead and rated after that. Each
-- turn is a run of equal blocks within a step: what is paid ahead, the initial block, or its own.
local function quotePrice(price, available, units, position, ahead, rated)
  local money, left, step = available, units, 6
  while left > 0 do
    local from, next = price[step], price[step + 4]
    while next and next <= position do
      step = step + 4
      from, next = next, price[step + 4]
    end
    local stretch, fee = left, from == position and price[step + 3] or 0
    if next and next - position < left then stretch = next - position end
    local blocks, size, each = 1, ahead, 0
    if ahead == 0 then
      size, each = stretch, price[step + 2]
      if rated < 0 and price[4] > 0 then
        size, each = price[4], price[5]
      elseif each > 0 then
        size = price[step + 1]
        blocks = ceil(stretch / size)
      end
    end
    local bought, amount = blocks, 0
    if ahead == 0 or fee > 0 then
      bought, amount, rated = payBlocks(price, money, rated, fee, blocks, each)
      if bought == 0 then break end
    end
    local rest = stretch - (bought - 1) * size
    if size < rest then
      stretch, ahead = stretch - rest + size, 0
    else
      ahead = size - rest
    end
    money, left, position = money - amount, left - stretch, position + stretch
    if position > AMOUNT_MAX then position = AMOUNT_MAX end
  end
  return units - left, available - money, position, ahead, rated
end
