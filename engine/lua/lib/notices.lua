-- Notices to the network elements that serve open sessions: ask anew, or end. Decided in the call
-- that changes the account and written with it; take-notices.lua hands them out again and again
-- until they are acknowledged. Keys, behind the prefix of the shard:
--   notices            hash: notice id → u8 kind, u16 peer, u8 times sent, f64 when it was decided,
--                      u16 + account id ' ' session id, u8 + reason, u32 rating groups (none: all)
--   notices:sessions   hash: account id ' ' session id → notice id: a session has one at most
--   notices:peers      set of the peers that some notice waits for
--   notices:<peer>     sorted set: notice ids by when they are due
--   notices:last       number of the last one
-- Twin of the record: store/notice-bytes.ts.

local RECORD = '<BI2BdI2c0Bc0'
-- Of this call: each {entry, peer, kind, reason, groups}.
local decided, noticeCount = {}, 0

local function prefixOf(key)
  return match(key, '^{%d+}:')
end

-- Of the open sessions, flat: id, and where the state begins in the value.
local function openSessions(value, length)
  local list, entry, n = {}, HEAD_LENGTH + 1, 0
  while entry < length do
    local size, idLength = unpack('<I2B', value, entry)
    list[n + 1], list[n + 2] = sub(value, entry + 3, entry + 2 + idLength), entry + 3 + idLength
    entry, n = entry + 2 + size, n + 2
  end
  return list
end

-- Who continued the session last, and so hears of it; 0: nobody that could be told.
local function peerOf(value, from)
  return (unpack('<I2', value, from + PEER_AT))
end

-- `groups`: rating groups, four octets each; none stands for all.
local function decideNotice(entry, peer, kind, reason, groups)
  if peer == 0 then return end
  noticeCount = noticeCount + 1
  decided[noticeCount] = {entry = entry, peer = peer, kind = kind, reason = reason, groups = groups}
end

local function decideForAll(account, value, length, kind, reason)
  local list = openSessions(value, length)
  for i = 1, #list, 2 do
    decideNotice(account .. ' ' .. list[i], peerOf(value, list[i + 1]), kind, reason, '')
  end
end

local function readNotice(prefix, noticeId)
  local record = redis.call('HGET', prefix .. 'notices', noticeId)
  if not record then return nil end
  local kind, peer, sent, at, entry, reason, next = unpack(RECORD, record)
  return {
    kind = kind, peer = peer, sent = sent, at = at, entry = entry, reason = reason,
    groups = sub(record, next),
  }
end

-- Waits for its peer until `due`. Returns the record.
local function putNotice(prefix, noticeId, one, due)
  local record = pack(RECORD, one.kind, one.peer, one.sent, one.at, #one.entry, one.entry,
    #one.reason, one.reason) .. one.groups
  local peer = format('%.0f', one.peer)
  redis.call('HSET', prefix .. 'notices', noticeId, record)
  redis.call('HSET', prefix .. 'notices:sessions', one.entry, noticeId)
  redis.call('SADD', prefix .. 'notices:peers', peer)
  redis.call('ZADD', prefix .. 'notices:' .. peer, format('%.0f', due), noticeId)
  return record
end

local function dropNotice(prefix, noticeId, one)
  local peer = format('%.0f', one.peer)
  redis.call('HDEL', prefix .. 'notices', noticeId)
  redis.call('HDEL', prefix .. 'notices:sessions', one.entry)
  redis.call('ZREM', prefix .. 'notices:' .. peer, noticeId)
  if redis.call('EXISTS', prefix .. 'notices:' .. peer) == 0 then
    redis.call('SREM', prefix .. 'notices:peers', peer)
  end
end

-- The rating groups of both; all of them where one names none.
local function bothGroups(groups, others)
  if groups == '' or others == '' then return '' end
  for at = 1, #others, 4 do
    local isThere = false
    for known = 1, #groups, 4 do
      isThere = isThere or sub(groups, known, known + 3) == sub(others, at, at + 3)
    end
    if not isThere then groups = groups .. sub(others, at, at + 3) end
  end
  return groups
end

-- A newer notice takes the place of the session's older one, for what that was sent for may have
-- been done before this; but nothing takes the place of an abort.
local function storeNotice(prefix, moment, one)
  local known = redis.call('HGET', prefix .. 'notices:sessions', one.entry)
  if known then
    local old = readNotice(prefix, known)
    if old.kind == NOTICE_ABORT then return end
    if one.kind == NOTICE_REAUTHORIZE then one.groups = bothGroups(one.groups, old.groups) end
    dropNotice(prefix, known, old)
  end
  local number = redis.call('INCR', prefix .. 'notices:last')
  one.sent, one.at = 0, moment
  putNotice(prefix, match(prefix, '%d+') .. '-' .. format('%.0f', number), one, moment)
end

local function storeNotices(prefix, moment)
  for i = 1, noticeCount do storeNotice(prefix, moment, decided[i]) end
  redis.call('PUBLISH', NOTICE_CHANNEL, match(prefix, '%d+'))
end
