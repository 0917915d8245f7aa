-- The account value:
--   u8 layout, u8 bucket count, u8 counter count, u32 profile version,
--   the open sessions, each u16 length and entry (session.lua),
--   then the cells: per bucket slot f64 remaining, f64 reserved; per counter slot f64 value, f64
--   number of the period that it counts (0: for ever), where some counters and buckets keep their
--   state too (balance/companions.ts). What an account owes stands below 0.
-- Unpacked, `cells` is {before, state, after, cell, cell, …}: the three strings that precede the
-- cells, so that one pack writes it all. TypeScript refers to a cell by its index in this table.
-- Redis hashes every octet of every string that Lua makes: few and short strings are what is fast.

local pack, unpack = struct.pack, struct.unpack
local sub, byte, find = string.sub, string.byte, string.find
local rep, match, format = string.rep, string.match, string.format
local concat, insert, remove = table.concat, table.insert, table.remove
local ceil, floor, max, min = math.ceil, math.floor, math.max, math.min

local HEAD_LENGTH, FIRST_CELL = 7, 4
local cellFormats, valueFormats = {}, {}
-- Of the account at hand: below it are buckets.
local firstCounter

local function cellFormat(count)
  local format = '<' .. rep('d', count)
  cellFormats[count], valueFormats[count] = format, '<c0c0c0' .. rep('d', count)
  return format
end

-- The profile version, where the sessions end, and how many counters there are.
local function accountHead(value)
  local buckets, counters, a, b, c, d = byte(value, 2, 7)
  return a + 256 * b + 65536 * c + 16777216 * d, #value - 16 * (buckets + counters), counters
end

local function unpackCells(value, length)
  firstCounter = FIRST_CELL + 2 * byte(value, 2)
  local count = (#value - length) / 8
  return {'', '', '', unpack(cellFormats[count] or cellFormat(count), value, length + 1)}
end

-- cells as unpackCells made them, with the three strings set (the last one is a position).
local function packAccount(cells)
  return pack(valueFormats[#cells - FIRST_CELL], spread(cells))
end
