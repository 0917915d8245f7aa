-- Transfers under way: a hash of the source's shard. Field: account id, ' ' and request id. An
-- entry is f64 fingerprint and what TypeScript needs to go on with it (store/transit.ts). It is
-- there from the debit, in the same execution, to the end of the transfer; whoever meets it may go
-- on.

-- By field (false: not under way), as the batch leaves them; and the fields that it changed.
local transits, changedTransits

local function openTransits()
  transits, changedTransits = nil, nil
end

-- The key stands in place of an expected state.
local function recallTransit()
  local field = accountId() .. ' ' .. id
  transits = transits or {}
  if transits[field] == nil then
    transits[field] = redis.call('HGET', KEYS[unpack('<I2', expected)], field)
  end
  return transits[field]
end

local function putTransit(entry)
  local field = accountId() .. ' ' .. id
  transits[field] = entry
  changedTransits = changedTransits or {}
  changedTransits[field] = KEYS[unpack('<I2', expected)]
end

local function storeTransits()
  for field, key in pairs(changedTransits or {}) do
    if transits[field] then redis.call('HSET', key, field, transits[field])
    else redis.call('HDEL', key, field) end
  end
end
