-- Prices by the block over doubles. What whole numbers up to 2^53 - 1 come to, divided, is rounded
-- but never to or past a whole number: n + 1/size is further from n than half a step of doubles
-- is, unless n * size is beyond 2^53. Only `available` may be, with a credit limit: there a whole
-- number too many is taken back. Twin: rating/quote.ts.

-- What `available` covers of `units`: units, amount, and how many units are paid ahead after that.
-- size 0: one unit of the bucket for one unit of service. Otherwise money: `price` for each begun
-- block of `size` units, `ahead` units of the last one being paid already.
local function quote(available, units, ahead, size, price)
  if size == 0 then
    if available < units then units = available end
    return units, units, ahead
  end
  if units <= ahead then return units, 0, ahead - units end
  if price == 0 then return units, 0, 0 end
  local left = units - ahead
  local needed = ceil(left / size)
  if needed * price <= available then
    return units, needed * price, size - (left - (needed - 1) * size)
  end
  local affordable = floor(available / price)
  if affordable * price > available then affordable = affordable - 1 end
  return ahead + affordable * size, affordable * price, 0
end
