-- topUp and adjust. Per group: the cell of a bucket as rating group (0: no such bucket), what it
-- gets as used (adjust: below 0, what it gives), how far it may fall then as wanted, as validity
-- the seconds by which its own validity is extended, whose cell stands as change (0: it has none).
-- The first group is what was asked for, with its end (f64) in place of an expected state; its
-- publication is where in ARGV the answer goes on (0: nowhere). Further ones are bonuses, with
-- publication and, as wanted, place of the rule.
-- Answer: f64 remaining, f64 reserved, f64 end of the bucket, what ARGV adds.

-- From its end on, or from now where it is over or has not begun.
local function extendValidity(cells, state, seconds)
  if cells[state + 1] <= now then cells[state], cells[state + 1] = now, now end
  cells[state + 1] = cells[state + 1] + 1000 * seconds
  remark(REMARK_EXTENDED, state, cells[state + 1])
end

-- Why it cannot be done; nil where it is.
local function moveUnits(cells)
  local cell = ratingGroup
  if cell == 0 then return UNKNOWN_BUCKET end
  local after = cells[cell] + used
  if used < 0 and after < wanted then return CREDIT_LIMIT_REACHED end
  if after + cells[cell + 1] > AMOUNT_MAX then return AMOUNT_TOO_LARGE end
  if validity > 0 and change == 0 then return NO_OWN_VALIDITY end
  touch(cells, cell)
  cells[cell] = after
  if validity > 0 then extendValidity(cells, change, validity) end
end

local function applyCredit(value)
  if answerOnce() then return nil end
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local cells, cell, state, rest = unpackCells(value, length), nil, nil, nil
  for i = 1, groupCount do
    if groupCount > 1 then readGroup() end
    local code = moveUnits(cells)
    if code then return reply(code, '') end
    if i == 1 then cell, state, rest = ratingGroup, change, publication end
  end
  local till = unpack('<d', expected)
  if state > 0 and cells[state + 1] > 0 then till = min(till, cells[state + 1]) end
  local answer = pack('<ddd', cells[cell], cells[cell + 1], till)
  return finishOnce(rest > 0 and answer .. ARGV[rest] or answer, cells, value, length)
end

appliers[VERB_TOP_UP], appliers[VERB_ADJUST] = applyCredit, applyCredit
