-- Account value layout, candidate 4: one MessagePack blob an account, read and written whole, MGET
-- and MSET for the batch, one argument for each update, one journal entry for all of them.
-- KEYS: 1 journal, then an account for each update (each account once)
-- ARGV: for each update a MessagePack array: session id, sequence, rating group, bucket, counter
--       (both from 1), used, wanted
-- Value: {b = buckets {r = remaining, v = reserved}, c = counters, s = sessions by id
--       {q = sequence, g = holds by rating group}}
-- Reply: for each update '1' when charged, '0' when refused.
local values = redis.call('MGET', unpack(KEYS, 2))
local replies, journal, writes, n = {}, {}, {}, 0
for i = 1, #values do
  local id, sequence, group, bucketAt, counter, used, wanted = unpack(cmsgpack.unpack(ARGV[i]))
  local account = cmsgpack.unpack(values[i])
  local session, bucket = account.s[id], account.b[bucketAt]
  replies[i] = '0'
  if session.q == sequence - 1 then
    local hold = session.g[group] or 0
    local left = bucket.r + hold - used
    local granted = math.min(wanted, left)
    bucket.v = bucket.v + granted - hold
    bucket.r, session.g[group], session.q = left - granted, granted, sequence
    account.c[counter] = account.c[counter] + used
    writes[n + 1], writes[n + 2] = KEYS[i + 1], cmsgpack.pack(account)
    n = n + 2
    replies[i] = '1'
    local record = {KEYS[i + 1], id, sequence, used, granted, left - granted}
    journal[#journal + 1] = cmsgpack.pack(record)
  end
end
redis.call('MSET', unpack(writes))
redis.call('XADD', KEYS[1], '*', 'b', table.concat(journal))
return table.concat(replies)
