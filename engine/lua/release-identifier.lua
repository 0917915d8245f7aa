-- Takes a subscriber identifier from an account, if that still has it.
-- KEYS: 1 hash of identifiers
-- ARGV: 1 identifier, 2 account id
-- Reply: 1 if it was taken, 0 if it belongs to another account or to none.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
