-- The three steps of a transfer: the debit at its source, the credit at its target, the end at its
-- source, where what could not arrive goes back. Each happens once, whoever repeats it, and each is
-- one group: cell of the bucket (0: no such bucket) as rating group, amount as used.
-- transferOut: fee as wanted, the step as validity, its code as change (begin: why it may not; end:
--   what came of it), where in ARGV its entry in transit stands as publication. The key of the
--   transits stands in place of an expected state.
--   Answer: u8 step, u16 code, f64 remaining, f64 reserved.
-- transferIn: when it began as wanted, why it cannot arrive as change (0: it can), cell of the
--   bucket's own validity as validity (0: none); the key of the sweep is expected.
--   Answer: u16 code. That it could not arrive is decided once and for all, like that it did.

local function answerTransfer(step, code, cells, cell)
  if cell == 0 then return pack('<BI2dd', step, code, 0, 0) end
  return pack('<BI2dd', step, code, cells[cell], cells[cell + 1])
end

local function beginTransfer(value)
  if answerOnce() then return nil end
  -- Its answer may have been forgotten while it is under way.
  local entry = recallTransit()
  if entry then
    if unpack('<d', entry) ~= fingerprint then return reply(REQUEST_CONFLICT, '') end
    return reply(REPEATED, answerTransfer(TRANSFER_BEGINS, SUCCESS, nil, 0))
  end
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local cells, cell = unpackCells(value, length), ratingGroup
  if cell == 0 then return reply(UNKNOWN_BUCKET, '') end
  if change > 0 then return reply(change, '') end
  if cells[cell] < used + wanted then return reply(CREDIT_LIMIT_REACHED, '') end
  touch(cells, cell)
  cells[cell] = cells[cell] - used - wanted
  putTransit(pack('<d', fingerprint) .. ARGV[publication])
  return finishOnce(answerTransfer(validity, SUCCESS, cells, cell), cells, value, length)
end

local function endTransfer(value)
  -- Another engine was faster.
  if not recallTransit() then return reply(REPEATED, sub(recallAnswer() or '', 9)) end
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local cells, cell = unpackCells(value, length), ratingGroup
  if validity == TRANSFER_RETURNS then
    if cell == 0 then return reply(UNKNOWN_BUCKET, '') end
    local after = cells[cell] + used + wanted
    if after + cells[cell + 1] > AMOUNT_MAX then return reply(AMOUNT_TOO_LARGE, '') end
    touch(cells, cell)
    cells[cell] = after
  end
  putTransit(false)
  return finishOnce(answerTransfer(validity, change, cells, cell), cells, value, length)
end

appliers[VERB_TRANSFER_OUT] = function(value)
  readNumbers()
  if validity == TRANSFER_BEGINS then return beginTransfer(value) end
  return endTransfer(value)
end

appliers[VERB_TRANSFER_IN] = function(value)
  if answerOnce() then return nil end
  -- What came of it before that may have been forgotten.
  local since = redis.call('HGET', KEYS[unpack('<I2', expected)], 'topUpsSince')
  if wanted < tonumber(since or '0') then return reply(TRANSFER_IN_DOUBT, '') end
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  local cells, cell, code = unpackCells(value, length), ratingGroup, change
  if code == 0 and validity > 0 then
    local till = cells[validity + 1]
    if till > 0 and till <= now then code = BUCKET_EXPIRED end
  end
  if code == 0 and cells[cell] + cells[cell + 1] + used > AMOUNT_MAX then
    code = AMOUNT_TOO_LARGE
  end
  if code == 0 then
    code = SUCCESS
    touch(cells, cell)
    cells[cell] = cells[cell] + used
  end
  return finishOnce(pack('<I2', code), cells, value, length)
end
