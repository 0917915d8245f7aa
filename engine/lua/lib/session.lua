-- A session's entry in its account: u16 length, u8 id length, id, then the state:
--   u32 sequence, f64 fingerprint, f64 deadline, u32 tariff version, f64 cost, u8 group count,
--   per group: u8 hold count, u32 rating group, u16 code, f64 granted, u32 validity, u8 final,
--   f64 paid ahead, and per hold: u8 cell, f64 amount.
-- The state is at once what the next message continues from, the stored answer of the last one, and
-- what the journal keeps. A group is a flat table {hold count, rating group, …, ahead, cell, amount, …}.

local STATE, GROUP = '<I4ddI4dB', 'BI4I2dI4Bd'
local HOLDS = 8

local groupFormats, stateFormats = {}, {}
for holds = 0, 3 do
  groupFormats[holds] = '<' .. GROUP .. rep('Bd', holds)
  stateFormats[holds] = STATE .. GROUP .. rep('Bd', holds)
end

local function groupFormat(holds)
  return groupFormats[holds] or '<' .. GROUP .. rep('Bd', holds)
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

local function unpackGroup(value, from)
  local holds = byte(value, from)
  return {unpack(groupFormat(holds), value, from)}, HOLDS + 2 * holds
end

local function unpackGroups(value, from, count)
  local group, last = unpackGroup(value, from)
  local groups = {group}
  for i = 2, count do
    from = group[last]
    group, last = unpackGroup(value, from)
    groups[i] = group
  end
  return groups
end

local function packState(cost, groups)
  local count, first = #groups, groups[1]
  if count == 1 and first[1] <= 3 then
    return pack(stateFormats[first[1]], sequence, fingerprint, deadline, tariffVersion, cost, 1,
      spread(first, 1, HOLDS - 1 + 2 * first[1]))
  end
  local bytes = pack(STATE, sequence, fingerprint, deadline, tariffVersion, cost, count)
  for i = 1, count do
    local group = groups[i]
    bytes = bytes .. pack(groupFormat(group[1]), spread(group, 1, HOLDS - 1 + 2 * group[1]))
  end
  return bytes
end

local function groupOf(groups)
  for i = 1, #groups do
    if groups[i][2] == ratingGroup then return groups[i] end
  end
  local group = {0, ratingGroup, 0, 0, 0, 0, 0, 0, 0}
  groups[#groups + 1] = group
  return group
end
