-- The batch as TypeScript wrote it (store/batch-writer.ts), read once from front to back:
--   u8 version, f64 now, u8 where an id begins in an account key, u16 accounts, u16 plans,
--   u16 operations, u16 lookups, u16 top-up lookups, u16 lists of dues,
--   u32 newest publication that open sessions switch to (for the journal)
--   per plan: u8 steps, u8 counters, u16 numbers of the price, u16 refusing code,
--             u8 numbers of own validity, u16 numbers of watches, u8 numbers of sizing;
--             per step: u8 cell, f64 block, f64 price, u8 usable, f64 floor (0, or minus what the
--             bucket may owe); per counter: u8 cell, u8 is money, f64 period; the price (price.lua;
--             none: by the block), its last two numbers being cell and period of its tier counter;
--             then what settle.lua reads of own validities and rules.lua of spending, what
--             watch.lua reads, and what grant.lua reads
--   per list of dues: u16 numbers, u16 numbers of rules, what dues.lua reads or taken.lua does,
--             what rules.lua reads
--   per operation: u8 groups, u8 verb, u16 account key, u32 profile version,
--             8 octets that the state before must begin with (u32 sequence, u32 tariff version;
--             an initiate has a u16 deadline list key there; an event or refund the u16 list of its
--             account's names (taken.lua), a refund then u16 which of ARGV is its event), 26 that
--             the state after begins with (u32 sequence, u32 tariff version, f64 fingerprint,
--             f64 deadline, u16 peer), u16 list of dues (0: none; ALL_OR_NOTHING more: grants are
--             wanted all together), u8 + id
--   per group: 5 octets (u8 1, u32 rating group), f64 used, f64 wanted (0: none; -1: used before
--             what another entry of the group tells, grants nothing; below: grant.lua), 15 octets
--             (u16 SUCCESS, u32 validity s, u8 0, u32 publication, u32 tariff time change s), u16
--             plan
-- Octets that are only compared or only copied stay as they are, which costs least. What is at hand
-- is kept in locals of the library: a table for each would be slower than the work.

local batch, at
local now, idAt, accountCount, planCount, opCount, lookups, topUpLookups
local verb, accountKey, profileVersion, expected, head, dues, id, groupCount
local named, used, wanted, granted, plan
-- Read out of head, named and granted by those who need them.
local sequence, tariffVersion, fingerprint, deadline, peer
local ratingGroup, validity, publication, change

-- By verb, what applies an operation at hand that is no message of a session: it is called with the
-- account's value, and returns the new one, or nil where nothing changed.
local appliers = {}
-- Something was refused that the journal tells of, changed or not.
local isRefusalTold

-- The burn lists by number, each read once however many operations use it. planUnitCounter is the
-- index of the only counter that is not of money, 0 if there is none, false if there are several.
-- planPrice is false where money pays by the block alone, planOwnValidity and planWatches where no
-- bucket, rule or counter of the plan has any, planSizing where grants have a fixed size.
local planSteps, planCounters, planCode, planUnitCounter = {}, {}, {}, {}
local planPrice, planTierCell, planTierPeriod = {}, {}, {}
local planOwnValidity, planWatches, planSizing, dueLists, ruleLists = {}, {}, {}, {}, {}

local OPERATION, REQUEST_GROUP = '<BI2I4c8c26I2Bc0', '<xI4ddxxI4xI4I4I2'
local OPERATION_OF_ONE = OPERATION .. 'c5ddc15I2'
local planFormats = {}

local function planFormat(steps, counters, numbers)
  local key = 65536 * (256 * steps + counters) + numbers
  local format = planFormats[key]
  if not format then
    format = '<' .. rep('BddBd', steps) .. rep('BBd', counters) .. rep('d', numbers)
    planFormats[key] = format
  end
  return format
end

local function readUnitCounter(i, counters)
  planUnitCounter[i] = 0
  for c = 1, #counters, 3 do
    if counters[c + 1] == 0 then planUnitCounter[i] = planUnitCounter[i] == 0 and c
    elseif counters[c + 2] > 0 then counters.hasMoneyPeriod = true end
  end
end

local function readNumbersAt(from, count)
  if count == 0 then return false end
  local list = {unpack(cellFormats[count] or cellFormat(count), batch, from)}
  -- Where it ended.
  list[count + 1] = nil
  return list
end

local function readPlan(i)
  local steps, counters, numbers, code, own, watches, sizing = unpack('<BBI2I2BI2B', batch, at)
  local list = {unpack(planFormat(steps, counters, numbers), batch, at + 10)}
  local first, second = 5 * steps, 5 * steps + 3 * counters
  at = list[second + numbers + 1]
  planOwnValidity[i], planWatches[i] = readNumbersAt(at, own), readNumbersAt(at + 8 * own, watches)
  at = at + 8 * (own + watches)
  planSizing[i] = readNumbersAt(at, sizing)
  at = at + 8 * sizing
  planCode[i], planSteps[i] = code, {spread(list, 1, first)}
  planCounters[i] = {spread(list, first + 1, second)}
  readUnitCounter(i, planCounters[i])
  planPrice[i] = numbers > 0 and {spread(list, second + 1, second + numbers - 2)}
  planTierCell[i], planTierPeriod[i] = 0, 0
  if numbers > 0 then
    planTierCell[i], planTierPeriod[i] = list[second + numbers - 1], list[second + numbers]
  end
end

local function openBatch(bytes)
  local version, dueListCount
  batch = bytes
  version, now, idAt, accountCount, planCount, opCount, lookups, topUpLookups, dueListCount, at =
    unpack('<BdBI2I2I2I2I2I2xxxx', batch)
  if version ~= BATCH_VERSION then error('batch version ' .. version) end
  for i = 1, planCount do readPlan(i) end
  for i = 1, dueListCount do
    local count, ruleCount = unpack('<I2I2', batch, at)
    dueLists[i] = readNumbersAt(at + 4, count)
    ruleLists[i] = readNumbersAt(at + 4 + 8 * count, ruleCount)
    at = at + 4 + 8 * (count + ruleCount)
  end
end

-- Reads an operation; with a single group that as well. Returns where the next operation begins.
local function readOperation()
  groupCount = byte(batch, at)
  if groupCount == 1 then
    verb, accountKey, profileVersion, expected, head, dues, id, named, used, wanted, granted, plan,
      at = unpack(OPERATION_OF_ONE, batch, at + 1)
    return at
  end
  verb, accountKey, profileVersion, expected, head, dues, id, at =
    unpack(OPERATION, batch, at + 1)
  return at + GROUP_LENGTH * groupCount
end

-- Whatever takes the general way needs all numbers.
local function readNumbers()
  sequence, tariffVersion, fingerprint, deadline, peer = unpack('<I4I4ddI2', head)
  if groupCount == 1 then
    ratingGroup = unpack('<I4', named, 2)
    validity, publication, change = unpack('<I4xI4I4', granted, 3)
  end
end

-- Before each group of an operation that has several.
local function readGroup()
  ratingGroup, used, wanted, validity, publication, change, plan, at =
    unpack(REQUEST_GROUP, batch, at)
end

local function accountId()
  return sub(KEYS[accountKey], idAt)
end

-- What operations refer to in ARGV besides answers, for the journal: each u32 + octets; nil: none.
local function referredTo()
  local last = FIRST_LOOKUP + lookups + topUpLookups - 1
  if #ARGV <= last then return nil end
  local list = {}
  for i = last + 1, #ARGV do list[i - last] = pack('<I4', #ARGV[i]) .. ARGV[i] end
  return concat(list)
end
