-- Gives every peer a number of its own, for good: sessions say by it who continued them last.
-- KEYS: 1 hash: name → number, 2 journal
-- ARGV: names
-- Reply: the number of each; 0: there are no more.
-- Invariant: numbers begin at 1 and have no gaps; none is ever given twice.
local numbers = {}
for i = 1, #ARGV do
  local number = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0')
  if number == 0 and redis.call('HLEN', KEYS[1]) < PEER_NUMBER_MAX then
    number = redis.call('HLEN', KEYS[1]) + 1
    redis.call('HSET', KEYS[1], ARGV[i], number)
    redis.call('XADD', KEYS[2], '*', 'n', ARGV[i])
  end
  numbers[i] = number
end
return numbers
