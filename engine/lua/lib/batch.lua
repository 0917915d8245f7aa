-- The batch as TypeScript wrote it (store/batch-writer.ts), read once from front to back:
--   u8 version, f64 now, u8 where an id begins in an account key, u16 accounts, u16 plans,
--   u16 operations, u16 lookups, u16 top-up lookups
--   per plan: u8 steps, u8 counters, u16 refusing code;
--             per step: u8 cell, f64 block, f64 price, u8 usable; per counter: u8 cell, u8 is money
--   per operation: u8 verb, u16 account key, u32 profile version, u32 sequence, f64 fingerprint,
--             f64 deadline, u32 tariff version, u16 deadline list key, u8 + id, u8 groups
--   per group: u32 rating group, f64 used, f64 wanted (0: none), u32 validity s, u16 plan
-- What is at hand is kept in locals of the script: a table for each would be slower than the work.

local batch, at = ARGV[1], nil
local now, idAt, accountCount, planCount, opCount, lookups, topUpLookups
local verb, accountKey, profileVersion, sequence, fingerprint, deadline
local tariffVersion, deadlineKey, id, groupCount
local ratingGroup, used, wanted, validity, plan

-- planSteps[i], planCounters[i], planCode[i]: the burn lists, each read once however many use it.
local planSteps, planCounters, planCode = {}, {}, {}

local function readPlans()
  local _
  _, now, idAt, accountCount, planCount, opCount, lookups, topUpLookups, at =
    unpack('<BdBI2I2I2I2I2', batch)
  for i = 1, planCount do
    local steps, counters, code = unpack('<BBI2', batch, at)
    local list = {unpack('<' .. rep('BddB', steps), batch, at + 4)}
    at = list[4 * steps + 1]
    list[4 * steps + 1] = nil
    planSteps[i], planCode[i] = list, code
    list = {unpack('<' .. rep('BB', counters), batch, at)}
    at = list[2 * counters + 1]
    list[2 * counters + 1] = nil
    planCounters[i] = list
  end
end

local function readOperation()
  verb, accountKey, profileVersion, sequence, fingerprint, deadline, tariffVersion, deadlineKey,
    id, groupCount, at = unpack('<BI2I4I4ddI4I2Bc0B', batch, at)
end

local function readGroup()
  ratingGroup, used, wanted, validity, plan, at = unpack('<I4ddI4I2', batch, at)
end

local function accountId()
  return sub(KEYS[accountKey], idAt)
end
