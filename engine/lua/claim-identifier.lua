-- Gives a subscriber identifier to an account.
-- KEYS: 1 hash of identifiers
-- ARGV: 1 identifier, 2 account id, 3 the owner that may lose it ('' for none)
-- Reply: the owner, after this call.
-- Invariant: an identifier moves only from nobody or from the owner that the caller named.
local owner = redis.call('HGET', KEYS[1], ARGV[1])
if owner and owner ~= ARGV[3] then return owner end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]
