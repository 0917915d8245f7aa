-- Reads accounts and how far the journal has come, both of the same moment: whoever derives
-- balances from the journal up to that entry must arrive at these values.
-- KEYS: 1 journal, then the accounts
-- ARGV: none
-- Reply: {id of the last journal entry ('0-0': there is none), value of each account (nil: none)}
--- @include account

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local values = #KEYS > 1 and redis.call('MGET', spread(KEYS, 2)) or {}
table.insert(values, 1, last[1] and last[1][1] or '0-0')
return values
