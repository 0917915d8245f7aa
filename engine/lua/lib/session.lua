-- A session's entry in its account: u16 length, u8 id length, id, then the state:
--   u32 sequence, u32 tariff version, f64 fingerprint, f64 deadline, u16 peer that continued it,
--   f64 cost, u8 group count,
--   per group: u8 entries, u32 rating group, u16 code, u32 validity, u8 final, u32 publication that
--   priced it, u32 tariff time change (s since 1970, 0: none), f64 granted, f64 paid ahead,
--   per entry: u8 cell, f64 amount: a hold in a bucket, what a counter with a cap has reserved, or
--   with a cell below the first one a note of the price (NOTE_RATED: rated so far, NOTE_POSITION:
--   units so far). Notes come first; few groups have one.
-- The state is at once what the next message continues from, the stored answer of the last one, and
-- what the journal keeps.

local HEAD, GROUP = '<I4I4ddI2dB', 'BI4I2I4BI4I4dd'
-- Octets of the state's head, of a group without its entries, of an entry; where the peer stands.
local HEAD_OCTETS, GROUP_OCTETS, HOLD_OCTETS, PEER_AT = 35, 36, 9, 24
local GROUP_COUNT_AT, HOLDS, AHEAD, FIRST_HOLD = 34, 8, 16, 17
local RATING_GROUP, CODE, VALIDITY, FINAL, PUBLICATION, CHANGE, GRANTED = 9, 10, 11, 12, 13, 14, 15

local groupFormats, stateFormats = {}, {}

-- The state's head with its first group, in one format: one call reads or writes most sessions.
local function stateFormat(holds)
  local format = HEAD .. GROUP .. rep('Bd', holds)
  stateFormats[holds], groupFormats[holds] = format, '<' .. GROUP .. rep('Bd', holds)
  return format
end

local function groupFormat(holds)
  if not groupFormats[holds] then stateFormat(holds) end
  return groupFormats[holds]
end

-- Where the entry of `id` begins and ends in the value, and where its state begins;
-- nil and the number of open sessions if it is not among them.
local function findSession(value, length, id)
  local entry, idLength, sessions = HEAD_LENGTH + 1, #id, 0
  while entry < length do
    local low, high, n = byte(value, entry, entry + 2)
    local last = entry + 1 + low + 256 * high
    if n == idLength and find(value, id, entry + 3, true) == entry + 3 then
      return entry, last, entry + 3 + n
    end
    entry = last + 1
    sessions = sessions + 1
  end
  return nil, sessions
end

-- The groups of a session. Each is a flat table: seven places where the first group keeps the head
-- of the state (sequence, tariff version, fingerprint, deadline, peer, cost, count), then count of
-- holds, rating group, code, validity, final, publication, change, granted, ahead, and cell, amount
-- of each hold. Notes are the fields `rated` and `position`.
local function takeNotes(group)
  while group[HOLDS] > 0 and group[FIRST_HOLD] < FIRST_CELL do
    local name = group[FIRST_HOLD] == NOTE_RATED and 'rated' or 'position'
    group[name] = group[FIRST_HOLD + 1]
    remove(group, FIRST_HOLD)
    remove(group, FIRST_HOLD)
    group[HOLDS] = group[HOLDS] - 1
  end
end

local function placeNote(group, note, amount)
  if not amount then return end
  insert(group, FIRST_HOLD, amount)
  insert(group, FIRST_HOLD, note)
  group[HOLDS] = group[HOLDS] + 1
end

local function unpackState(value, from)
  local count, holds = byte(value, from + GROUP_COUNT_AT, from + GROUP_COUNT_AT + 1)
  if count == 0 then return {}, {unpack(HEAD, value, from)} end
  local first = {unpack(stateFormats[holds] or stateFormat(holds), value, from)}
  local groups, next = {first}, first[FIRST_HOLD + 2 * holds]
  takeNotes(first)
  for i = 2, count do
    holds = byte(value, next)
    local group = {0, 0, 0, 0, 0, 0, 0, unpack(groupFormat(holds), value, next)}
    groups[i], next = group, group[FIRST_HOLD + 2 * holds]
    takeNotes(group)
  end
  return groups, first
end

local function packState(cost, groups)
  local count, first = #groups, groups[1]
  if count == 0 then
    return pack(HEAD, sequence, tariffVersion, fingerprint, deadline, peer, cost, 0)
  end
  for i = 1, count do
    placeNote(groups[i], NOTE_POSITION, groups[i].position)
    placeNote(groups[i], NOTE_RATED, groups[i].rated)
  end
  first[1], first[2], first[3], first[4] = sequence, tariffVersion, fingerprint, deadline
  first[5], first[6], first[7] = peer, cost, count
  local holds = first[HOLDS]
  local format = stateFormats[holds] or stateFormat(holds)
  local bytes = pack(format, spread(first, 1, FIRST_HOLD - 1 + 2 * holds))
  for i = 2, count do
    local group = groups[i]
    bytes = bytes ..
      pack(groupFormat(group[HOLDS]), spread(group, HOLDS, FIRST_HOLD - 1 + 2 * group[HOLDS]))
  end
  return bytes
end

local function newGroup()
  return {0, 0, 0, 0, 0, 0, 0, 0, ratingGroup, 0, 0, 0, 0, 0, 0, 0, 0, 0}
end

local function groupOf(groups)
  for i = 1, #groups do
    if groups[i][RATING_GROUP] == ratingGroup then return groups[i] end
  end
  local group = newGroup()
  groups[#groups + 1] = group
  return group
end
