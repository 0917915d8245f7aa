// A time zone as spans of constant offset. Rests on Intl alone, which knows every zone's past and
// rules; a reading takes it 2 µs, so what it said is kept.

import { assert } from "../values/assert.ts";
import { dayMs, daysSince1970 } from "../values/gregorian.ts";
import { quoteText } from "../values/quote-text.ts";
import { err, ok, type Result } from "../values/result.ts";

/** A half-open span of time in which clocks run evenly: wall time = instant + `offsetMs`. */
export type Stretch = { readonly from: number; readonly until: number; readonly offsetMs: number };

/**
 * `stretchAt` gives a span around an instant of the years 100 to 9999, in whole milliseconds; not
 * the longest one: the next may run on alike.
 */
export type Zone = { readonly timeZone: string; readonly stretchAt: (at: number) => Stretch };

/**
 * Clocks are read at both ends of a cell and taken to change at most once in between: of all zones
 * since 1970, the two nearest changes are 6.96 days apart (Brazil, October 2000).
 */
const cellMs = 4 * dayMs;
const cellsKeptMax = 512; // five and a half years
const zonesKeptMax = 32; // a formatter takes some 25 KB, and 0.1 ms to make

const atMin = -59_011_459_200_000;
const atMax = 253_402_300_799_999;

const zones = new Map<string, Zone>();

/** `timeZone`: a name of the IANA database; offsets such as "+02:00" are none. */
export const createZone = (timeZone: string): Result<Zone, string> => {
  const known = zones.get(timeZone);
  if (known !== undefined) return ok(known);
  const clock = createClock(timeZone);
  if (clock === undefined) {
    return err(`expected a time zone such as "Europe/Paris", got ${quoteText(timeZone)}`);
  }
  const zone = { timeZone, stretchAt: keepStretches(clock) };
  if (zones.size >= zonesKeptMax) zones.clear();
  zones.set(timeZone, zone);
  return ok(zone);
};

type Clock = (at: number) => number;

/** Reads the offset from what Intl shows; undefined when it does not know the zone. */
const createClock = (timeZone: string): Clock | undefined => {
  // Some versions of Node take "+02:00" and others do not: all engines must read a tariff alike.
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  const formatter = createFormatter(timeZone);
  if (formatter === undefined) return undefined;
  return (at) => {
    const [month, day, year, hour, minute, second] = (formatter.format(at).match(/\d+/g) ?? []).map(
      Number,
    );
    const days = daysSince1970({ year: year!, month: month!, day: day! });
    return days * dayMs + ((hour! * 60 + minute!) * 60 + second!) * 1_000 - at;
  };
};

const createFormatter = (timeZone: string): Intl.DateTimeFormat | undefined => {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
};

/** One cell of time: clocks are `before` ahead until `change`, then `after`. */
type Cell = { readonly change: number; readonly before: number; readonly after: number };

const keepStretches = (clock: Clock): Zone["stretchAt"] => {
  const cells = new Map<number, Cell>();
  return (at) => {
    assert(Number.isInteger(at) && at >= atMin && at <= atMax, `stretchAt: ${at}`);
    const index = Math.floor(at / cellMs);
    const from = index * cellMs;
    const until = from + cellMs;
    let cell = cells.get(index);
    if (cell === undefined) {
      cell = readCell(clock, from, until);
      if (cells.size >= cellsKeptMax) cells.clear();
      cells.set(index, cell);
    }
    return at < cell.change
      ? { from, until: cell.change, offsetMs: cell.before }
      : { from: cell.change, until, offsetMs: cell.after };
  };
};

/** Clocks change on whole seconds. */
const readCell = (clock: Clock, from: number, until: number): Cell => {
  const before = clock(from);
  const after = clock(until);
  if (before === after) return { change: until, before, after };
  let unchanged = from;
  let change = until;
  while (change - unchanged > 1_000) {
    const middle = Math.floor((unchanged + change) / 2_000) * 1_000;
    if (clock(middle) === before) unchanged = middle;
    else change = middle;
  }
  return { change, before, after };
};
