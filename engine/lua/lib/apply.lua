-- One operation of the batch on its account. `values` are the accounts of the batch as they stand.

local values
local isChanged = {}

local function openAccounts()
  values = redis.call('MGET', spread(KEYS, KEY_ACCOUNTS, KEY_ACCOUNTS + accountCount - 1))
  for i = 1, accountCount do isChanged[i] = false end
end

local function applyVerb(value)
  if verb <= VERB_TERMINATE then return applySession(value) end
  if verb == VERB_EVENT then return applyEvent(value) end
  if verb == VERB_TOP_UP then return applyTopUp(value) end
  return applyQuery(value)
end

-- True when the account changed.
local function applyOperation()
  local index = accountKey - KEY_ACCOUNTS + 1
  local value = values[index]
  if not value then return reply(USER_UNKNOWN, '') end
  changeCount, remarkCount = 0, 0
  local changed = applyVerb(dues == 0 and value or settleDues(value))
  if not changed then return false end
  values[index], isChanged[index] = changed, true
  if verb > VERB_TERMINATE or remarkCount > 0 then noticeChange(changed) end
  return true
end

-- Key and value of each changed account, flat.
local function changedAccounts()
  local writes, n = {}, 0
  for i = 1, accountCount do
    if isChanged[i] then
      writes[n + 1], writes[n + 2] = KEYS[KEY_ACCOUNTS - 1 + i], values[i]
      n = n + 2
    end
  end
  return writes
end
