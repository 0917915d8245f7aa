-- One operation of the batch on its account. The accounts of the batch by index of their key: their
-- values as read, unpacked when first met, changed or not.

local values
local cellsOf, versions, lengths, isChanged = {}, {}, {}, {}

local function openAccounts()
  values = redis.call('MGET', spread(KEYS, KEY_ACCOUNTS, KEY_ACCOUNTS + accountCount - 1))
  for i = 1, accountCount do cellsOf[i], isChanged[i] = false, false end
end

local function applyVerb(value, cells, length, version)
  if verb <= VERB_TERMINATE then return applySession(value, length, cells, version) end
  if verb == VERB_QUERY_BALANCE then return applyQuery(value, length, version) end
  cells[1], cells[2], cells[3] = sub(value, 1, length), '', ''
  if verb == VERB_EVENT then return applyEvent(cells, version) end
  return applyTopUp(cells, version)
end

-- True when the account changed.
local function applyOperation()
  local index = accountKey - KEY_ACCOUNTS + 1
  local value, cells = values[index], cellsOf[index]
  if not value then return reply(USER_UNKNOWN, '') end
  if not cells then
    cells, versions[index], lengths[index] = unpackAccount(value)
    cellsOf[index] = cells
  elseif isChanged[index] then
    -- Met before in this batch, which is rare: goes on from what came of that.
    value = packAccount(cells)
    values[index], lengths[index] = value, #value - 8 * (#cells - 4)
  end
  changeCount, overrunCount = 0, 0
  if not applyVerb(value, cells, lengths[index], versions[index]) then return false end
  isChanged[index] = true
  return true
end

-- Key and value of each changed account, flat.
local function changedAccounts()
  local writes, n = {}, 0
  for i = 1, accountCount do
    if isChanged[i] then
      writes[n + 1], writes[n + 2] = KEYS[KEY_ACCOUNTS - 1 + i], packAccount(cellsOf[i])
      n = n + 2
    end
  end
  return writes
end
