-- Why something cannot be had. A cap that leaves nothing is the reason whatever else the account
-- has; one that leaves too little is, where the account could pay but for its caps.

local function isCapReached(cells)
  local units, money = headroom(cells)
  return units == 0 or money == 0
end

-- Of `units` more, after `charged` ones that have not been counted yet.
local function shortage(group, cells, units, charged)
  local isCap = isCapReached(cells) or
    planWatches[plan] and isAffordable(group, cells, units, positionAfter(group, cells, charged))
  return isCap and QUOTA_LIMIT_REACHED or CREDIT_LIMIT_REACHED
end
