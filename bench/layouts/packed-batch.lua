-- Account value layout, candidate 5: the value of packed-value.lua, and one binary argument for the
-- whole batch; each update is read where it stands.
-- KEYS: 1 journal, then an account for each update (each account once)
-- ARGV: 1 the updates one after another, each u8 session, u8 group, u8 bucket, u8 counter (all from
--       0), u32 sequence, f64 used, f64 wanted
-- Reply: for each update '1' when charged, '0' when refused.
local pack, unpack = struct.pack, struct.unpack
local FORMAT = '<ddddddddddd' .. string.rep('I4I4dI4d', 2)
local values = redis.call('MGET', _G.unpack(KEYS, 2))
local batch, at = ARGV[1], 1
local replies, journal, writes, n = {}, {}, {}, 0
for i = 1, #values do
  local session, group, bucket, counter, sequence, used, wanted
  session, group, bucket, counter, sequence, used, wanted, at = unpack('<BBBBI4dd', batch, at)
  local cells = {unpack(FORMAT, values[i])}
  cells[#cells] = nil
  local state = 12 + 5 * session
  local held, remaining = state + 2 + 2 * group, 1 + 2 * bucket
  replies[i] = '0'
  if cells[state] == sequence - 1 then
    local left = cells[remaining] + cells[held] - used
    local granted = math.min(wanted, left)
    cells[remaining + 1] = cells[remaining + 1] + granted - cells[held]
    cells[remaining], cells[held], cells[state] = left - granted, granted, sequence
    cells[9 + counter] = cells[9 + counter] + used
    writes[n + 1], writes[n + 2] = KEYS[i + 1], pack(FORMAT, _G.unpack(cells))
    n = n + 2
    replies[i] = '1'
    journal[#journal + 1] = pack('<dd', granted, left - granted)
  end
end
redis.call('MSET', _G.unpack(writes))
redis.call('XADD', KEYS[1], '*', 'q', batch, 'a', table.concat(journal),
  'k', table.concat(KEYS, ' ', 2))
return table.concat(replies)
