-- Reads what is in transit from the accounts of a shard and how far the journal has come, both of
-- the same moment.
-- KEYS: 1 journal, 2 transits
-- ARGV: none
-- Reply: {id of the last journal entry ('0-0': there is none), field, entry, field, entry, …}
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local found = redis.call('HGETALL', KEYS[2])
insert(found, 1, last[1] and last[1][1] or '0-0')
return found
