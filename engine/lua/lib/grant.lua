-- How much is granted at a time. Where a plan has sizing {fewest, most}, the engine chooses:
-- `wanted` is then minus the first grant's units and one more. A grant that was used up was too
-- small, one that came back nearly whole too large: bursts grow it to the most in a few messages,
-- and what trickles holds little.

local function chooseUnits(before, spent)
  local fewest, most = planSizing[plan][1], planSizing[plan][2]
  local units = before
  if before == 0 then
    units = -1 - wanted
  elseif spent >= before - floor(before / 10) then
    units = 2 * before
  elseif spent < before / 4 then
    units = floor(before / 2)
  end
  if units < fewest then return fewest end
  return units < most and units or most
end

-- Open sessions of the account at hand, with the one at hand; counted when somebody asks.
local holders, holdersOf, holdersNew

local function openHolders(value, opening)
  holders, holdersOf, holdersNew = nil, value, opening and 1 or 0
end

local function countHolders()
  if not holders then
    local _, length = accountHead(holdersOf)
    local _, sessions = findSession(holdersOf, length, '')
    holders = holdersNew + sessions
  end
  return holders
end

-- Where others hold from a bucket too, at most the session's share of what there is with what they
-- hold: nobody locks the last units.
local function shareOf(cells, cell, available)
  if cell < FIRST_CELL or cells[cell + 1] == 0 or available <= 0 then return available end
  local share = ceil((available + cells[cell + 1]) / countHolders())
  return share < available and share or available
end
