-- Account value layout, candidate 2: one hash an account, its sessions in it. Any number of updates
-- a call, one journal entry for all of them.
-- KEYS: 1 journal, then an account for each update
-- ARGV: for each update: session id, sequence, rating group, bucket, counter, used, wanted
-- Reply: for each update '1' when charged, '0' when refused.
local call, replies, journal = redis.call, {}, {}
for i = 1, #KEYS - 1 do
  local at = 7 * i - 6
  local id, sequence, group, bucket = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local used, wanted = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
  local held, counter = 'h' .. id .. group, 'c' .. ARGV[at + 4]
  local cells = call('HMGET', KEYS[i + 1], 's' .. id, held, 'r' .. bucket, 'v' .. bucket, counter)
  replies[i] = '0'
  if tonumber(cells[1]) == tonumber(sequence) - 1 then
    local hold = tonumber(cells[2] or '0')
    local remaining = tonumber(cells[3]) + hold - used
    local granted = math.min(wanted, remaining)
    local reserved = tonumber(cells[4]) + granted - hold
    remaining = remaining - granted
    local total = tonumber(cells[5]) + used
    call('HSET', KEYS[i + 1], 's' .. id, sequence, held, string.format('%.0f', granted),
      'r' .. bucket, string.format('%.0f', remaining), 'v' .. bucket,
      string.format('%.0f', reserved), counter, string.format('%.0f', total))
    replies[i] = '1'
    journal[#journal + 1] = table.concat({KEYS[i + 1], id, sequence, used, granted, remaining}, ' ')
  end
end
call('XADD', KEYS[1], '*', 'b', table.concat(journal, '\n'))
return table.concat(replies)
