-- Why something cannot be had. A cap that leaves nothing is the reason whatever else the account
-- has; one that leaves too little is, where the account could pay but for its caps.

local function isCapReached(cells)
  local units, money = headroom(cells)
  return units == 0 or money == 0
end

-- Of `units` that are wanted; nothing of them has been taken from the cells.
local function shortage(group, cells, units)
  local isCap = isCapReached(cells) or planWatches[plan] and isAffordable(group, cells, units)
  return isCap and QUOTA_LIMIT_REACHED or CREDIT_LIMIT_REACHED
end
