-- One operation of the batch on its account. `values` are the accounts of the batch as they stand.

local values
local isChanged = {}

local function openAccounts()
  values = redis.call('MGET', spread(KEYS, KEY_ACCOUNTS, KEY_ACCOUNTS + accountCount - 1))
  for i = 1, accountCount do isChanged[i] = false end
end

-- Nothing besides what is due. Answer: u8 buckets that hold more or less than before.
appliers[VERB_SETTLE_DUES] = function(value)
  local version, length = accountHead(value)
  if version ~= profileVersion then return reply(STALE_PROFILE, '') end
  if changeCount + remarkCount == 0 then return reply(REPEATED, '\0') end
  local cells, others = unpackCells(value, length), 0
  for i = 1, changeCount, 5 do
    if cells[changes[i]] ~= changes[i + 1] then others = others + 1 end
  end
  replyChanged(pack('<B', others), cells)
  if length > HEAD_LENGTH then noticeChange(value, length) end
  return value
end

local function applyVerb(value)
  if verb <= VERB_TERMINATE then return applySession(value) end
  return appliers[verb](value)
end

-- What the account is due for first, and by its rules.
local function applyByList(value)
  local list = dues % ALL_OR_NOTHING
  local settled = dueLists[list] and settleDues(value) or value
  rules = ruleLists[list]
  isUncommon = changeCount > 0 or remarkCount > 0 or
    verb == VERB_UPDATE and rules and mustJudge(settled)
  local changed = applyVerb(settled)
  rules, isUncommon = false, false
  return changed
end

-- True when the account changed.
local function applyOperation()
  local index = accountKey - KEY_ACCOUNTS + 1
  local value = values[index]
  if not value then return reply(USER_UNKNOWN, '') end
  changeCount, remarkCount = 0, 0
  local changed
  if dues == 0 then changed = applyVerb(value) else changed = applyByList(value) end
  if not changed then return false end
  values[index], isChanged[index] = changed, true
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
