-- Keeps a part of an upload for a while; each part prolongs it. The journal says by `c`, how often
-- the upload was changed, where one begins anew.
-- KEYS: 1 upload: hash part number → lines, and how often it was changed; 2 journal
-- ARGV: 1 part number, 2 lines, 3 for how many ms; 0: until it is said
-- Reply: {1 if that changed something or 0 if the part was so already, all fields of the upload}
-- Invariant: whoever saw `changes` knows all lines of the upload as long as it stays.
local isChanged = redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2]
if isChanged then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  local changes = redis.call('HINCRBY', KEYS[1], 'changes', 1)
  redis.call('XADD', KEYS[2], '*', 'u', KEYS[1], 'n', ARGV[1], 'l', ARGV[2], 'c', changes)
end
if ARGV[3] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return {isChanged and 1 or 0, redis.call('HKEYS', KEYS[1])}
