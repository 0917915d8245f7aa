-- One entry of a list of deadlines: account id, ' ', session id. What comes of it is only noted, so
-- that nothing is written before everything was looked at. The journal's entry: u8 version, u16
-- sessions that are closed, and for each u8 + account id, u8 + session id, u8 changes, the changes
-- as in reply.lua, u16 + the session's last state.

local expiry

local function openExpiry(prefix, moment)
  expiry = {
    prefix = prefix, now = moment, values = {}, records = {}, closed = 0,
    answers = {}, laterLists = {}, laterEntries = {},
  }
end

local function deadlineList(interval)
  return expiry.prefix .. 'deadlines:' .. format('%.0f', interval)
end

local function packExpiry(account, session, cells, state)
  local bytes = pack('<Bc0Bc0B', #account, account, #session, session, changeCount / 5)
  for i = 1, changeCount, 5 do
    local cell = changes[i]
    bytes = bytes ..
      pack('<Bdddd', cell, changes[i + 1], changes[i + 2], cells[cell], cells[cell + 1])
  end
  return bytes .. pack('<I2', #state) .. state
end

local function noteLater(entry, moment)
  local n = #expiry.laterLists
  expiry.laterLists[n + 1] = deadlineList(floor(moment / DEADLINE_INTERVAL_MS))
  expiry.laterEntries[n + 1] = entry
end

-- Closes the session if it is over, else puts it down for later.
local function expireEntry(entry)
  local account, session = match(entry, '^(%S+) (%S+)$')
  local key = expiry.prefix .. 'account:' .. account
  local value = expiry.values[key] or redis.call('GET', key)
  if not value then return end
  local _, length = accountHead(value)
  local first, last, from = findSession(value, length, session)
  if not first then return end
  local groups, before = unpackState(value, from)
  if before[4] > expiry.now then return noteLater(entry, before[4]) end
  local cells = unpackCells(value, length)
  changeCount = 0
  for i = 1, #groups do release(groups[i], cells) end
  local state = sub(value, from, last)
  cells[1], cells[2], cells[3] = sub(value, 1, first - 1), sub(value, last + 1, length), ''
  expiry.values[key] = packAccount(cells)
  expiry.records[#expiry.records + 1] = packExpiry(account, session, cells, state)
  expiry.answers[#expiry.answers + 1] = account .. ' s ' .. session
  expiry.answers[#expiry.answers + 1] = state
  expiry.closed = expiry.closed + 1
end

-- Writes what was noted, and the journal's entry, which is returned (nil: nothing was closed).
local function storeExpired(journal, answers, moment)
  for key, value in pairs(expiry.values) do redis.call('SET', key, value) end
  if expiry.closed == 0 then return nil end
  local entry = pack('<BI2', EXPIRY_VERSION, expiry.closed) .. concat(expiry.records)
  redis.call('XADD', journal, '*', 'x', entry, 't', moment)
  redis.call('HSET', answers, spread(expiry.answers))
  return entry
end
