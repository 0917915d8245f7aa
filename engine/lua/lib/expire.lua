-- One entry of a list of deadlines: account id, ' ', session id. A record of the journal for each
-- session that was closed: u8 + account id, u8 + session id, u8 changes, the changes as in reply.lua,
-- u16 + the session's last state.

local format = string.format

-- Gives every hold of the session's groups back; the state stays the stored answer of its last message.
local function releaseHolds(value, from, cells)
  local _, _, _, _, _, count, at = unpack(STATE, value, from)
  for _ = 1, count do
    local group, last = unpackGroup(value, at)
    at = group[last]
    for i = HOLDS, HOLDS + 2 * group[1] - 1, 2 do
      local cell, amount = group[i], group[i + 1]
      touch(cells, cell)
      cells[cell], cells[cell + 1] = cells[cell] + amount, cells[cell + 1] - amount
    end
  end
end

local function packExpiry(accountId, id, cells, state)
  local bytes = pack('<Bc0Bc0B', #accountId, accountId, #id, id, changeCount / 5)
  for i = 1, changeCount, 5 do
    local cell = changes[i]
    bytes = bytes .. pack('<Bdddd', cell, changes[i + 1], changes[i + 2], cells[cell], cells[cell + 1])
  end
  return bytes .. pack('<I2', #state) .. state
end

-- Closes the session if it is over, else puts it down for later: 1 if it was closed.
local function expireEntry(entry, prefix, now, writes, records)
  local accountId, id = string.match(entry, '^(%S+) (%S+)$')
  local key = prefix .. 'account:' .. accountId
  local value = writes[key] or redis.call('GET', key)
  if not value then return 0 end
  local cells, _, length = unpackAccount(value)
  local first, last, from = findSession(value, length, id)
  if not first then return 0 end
  local _, _, deadline = unpack(STATE, value, from)
  if deadline > now then
    local interval = format('%.0f', floor(deadline / DEADLINE_INTERVAL_MS))
    redis.call('RPUSH', prefix .. 'deadlines:' .. interval, entry)
    return 0
  end
  changeCount = 0
  releaseHolds(value, from, cells)
  local state = sub(value, from, last)
  cells[1], cells[2], cells[3] = sub(value, 1, first - 1), sub(value, last + 1, length), ''
  writes[key] = packAccount(cells)
  records[#records + 1] = packExpiry(accountId, id, cells, state)
  redis.call('HSET', KEYS[2], accountId .. ' s ' .. id, state)
  return 1
end
