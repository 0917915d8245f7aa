-- Hands out the notices that are due to peers with a connection to the caller, and puts each off
-- until it is due once more; so one that nobody acknowledges comes again, and usually one engine
-- sends it. Those whose session is over are dropped; those whose session another peer continued are
-- that peer's from then on. Of other peers only what has been left lying is looked at.
-- KEYS: 1 notices
-- ARGV: 1 now, 2 prefix of the shard's keys, 3 notices at most, then the peers
-- Reply: {notices that wait, how many were dropped, 1 if there is more to do now, then of each one
--       its id and record}. What was sent as often as is allowed is given up: its record says once
--       more than that.
-- Invariant: a notice stands with the peer that its record names. Account keys are made here: they
--       are of the shard, so in the slot of the declared one.
--- @include account
--- @include session
--- @include notices

local moment, prefix, left = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local here, taken, dropped, more = {}, {}, 0, 0
for i = 4, #ARGV do here[ARGV[i]] = true end

-- Who has the session now; nil: it is over.
local function holderOf(entry)
  local account, session = match(entry, '^(%S+) (%S+)$')
  local value = redis.call('GET', prefix .. 'account:' .. account)
  if not value then return nil end
  local _, length = accountHead(value)
  local first, _, from = findSession(value, length, session)
  return first and peerOf(value, from)
end

local function send(noticeId, one)
  one.sent = one.sent + 1
  local pause = min(NOTICE_PAUSE_MS_MAX, NOTICE_PAUSE_MS_MIN * 2 ^ (one.sent - 1))
  taken[#taken + 1] = noticeId
  taken[#taken + 1] = putNotice(prefix, noticeId, one, moment + pause)
  if one.sent > NOTICE_SENT_MAX then dropNotice(prefix, noticeId, one) end
end

local function look(noticeId, isHere)
  local one = readNotice(prefix, noticeId)
  local holder = holderOf(one.entry)
  if not holder then
    dropNotice(prefix, noticeId, one)
    dropped = dropped + 1
  elseif holder > 0 and holder ~= one.peer then
    dropNotice(prefix, noticeId, one)
    one.peer, one.sent, more = holder, 0, 1
    putNotice(prefix, noticeId, one, moment)
  elseif isHere then
    send(noticeId, one)
  else
    putNotice(prefix, noticeId, one, moment)
  end
end

local peers = redis.call('SMEMBERS', prefix .. 'notices:peers')
for i = 1, #peers do
  local due = here[peers[i]] and moment or moment - NOTICE_LEFT_MS
  local ids = left > 0 and redis.call('ZRANGEBYSCORE', prefix .. 'notices:' .. peers[i], '-inf',
    format('%.0f', due), 'LIMIT', 0, left) or {}
  for j = 1, #ids do look(ids[j], here[peers[i]]) end
  left = left - #ids
end
return {redis.call('HLEN', KEYS[1]), dropped, left == 0 and 1 or more, spread(taken)}
