-- priceEnquiry: what an event with this use would cost and whether there is credit for it, by the
-- same arithmetic on a copy of the cells. Nothing is changed, whatever the account is due for.

-- What the last bucket of money would be asked for `left` units, if it had any amount.
local function costOfRest(group, cells, left)
  local steps, last = planSteps[plan], nil
  for i = 1, #steps, 5 do
    if steps[i + 1] > 0 then last = i end
  end
  if not last then return 0 end
  local position, rated = positionAfter(group, cells, used - left), group.rated or -1
  local _, amount = payStep(AMOUNT_MAX, left, steps, last, position, group[AHEAD], rated)
  return amount
end

-- Of the group at hand: code, money, units that can be paid.
local function enquire(cells, isRefused)
  local code = planCode[plan]
  if isRefused and code == 0 and planSteps[plan][1] ~= FREE_CELL then code = RULE_HIT end
  if code ~= 0 then return code, 0, 0 end
  local group, before = newGroup(), planWatches[plan] and {spread(cells)} or cells
  local left, cost = debit(group, planSteps[plan], cells)
  local rest = 0
  code = SUCCESS
  if left > 0 then
    code = shortage(newGroup(), before, used)
    rest = costOfRest(group, cells, left)
  end
  count(planCounters[plan], used - left, cost, cells)
  return code, min(AMOUNT_MAX, cost + rest), used - left
end

-- Answer: f64 money, u8 1 if all of it can be paid, then per group u16 code, f64 money, f64 units.
appliers[VERB_PRICE_ENQUIRY] = function(value)
  readNumbers()
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local cells, total, isSufficient, told = unpackCells(value, length), 0, 1, {}
  local isRefused = rules and isRefusing(cells)
  for i = 1, groupCount do
    if groupCount > 1 then readGroup() end
    local code, cost, covered = enquire(cells, isRefused)
    if code ~= SUCCESS then isSufficient = 0 end
    total = min(AMOUNT_MAX, total + cost)
    told[i] = pack('<I2dd', code, cost, covered)
  end
  reply(SUCCESS, pack('<dB', total, isSufficient) .. concat(told))
end
