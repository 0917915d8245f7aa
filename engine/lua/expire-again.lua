-- Closes the sessions that an entry of the journal names, when Redis is rebuilt: as
-- expire-sessions.lua did, which found them by lists that a journal does not have.
-- KEYS: 1 journal, 2 answers
-- ARGV: 1 the time it was, 2 prefix of the shard's keys, then account id ' ' session id of each
-- Reply: the journal's entry, as it was written anew.
--- @include account
--- @include reply
--- @include session
--- @include settle
--- @include expire

openExpiry(ARGV[2], tonumber(ARGV[1]))
for i = 3, #ARGV do expireEntry(ARGV[i]) end
return storeExpired(KEYS[1], KEYS[2], ARGV[1])
