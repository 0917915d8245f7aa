-- The peer has got a notice: it is not sent again, unless the peer wants it later.
-- KEYS: 1 notices
-- ARGV: 1 prefix of the shard's keys, 2 notice id, 3 peer, 4 '1' if that is the end of it
-- Reply: 1 if it waited for that peer, else 0.
--- @include account
--- @include notices
local one = readNotice(ARGV[1], ARGV[2])
if not one or one.peer ~= tonumber(ARGV[3]) then return 0 end
if ARGV[4] == '1' then dropNotice(ARGV[1], ARGV[2], one) end
return 1
