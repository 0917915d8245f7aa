// Moves the clock on by a duration of ISO 8601. Months and years are those of the calendar in UTC;
// a clock that is on its way already goes on by so much from where that leads.

import { Temporal } from "temporal-polyfill";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Clock } from "./movable-clock.ts";
import { moveGoal } from "./move-goal.ts";
import type { ShownClock } from "./show-clock.ts";

/** Undefined: no duration, or none that leads forward, or a longer one than clocks go. */
const readDuration = (text: string): Temporal.Duration | undefined => {
  try {
    const duration = Temporal.Duration.from(text);
    const years = duration.total({ unit: "years", relativeTo: "2000-01-01" });
    return years > 0 && years * yearMs <= limits.clockAheadMsMax ? duration : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const yearMs = 365 * 24 * 3_600_000;

export const advanceClock = async (
  context: Context,
  clock: Clock,
  by: string,
): Promise<Answered<ShownClock>> => {
  const duration = readDuration(by);
  if (duration === undefined) {
    const detail = "expected a duration of ISO 8601 that leads forward, as P1Y, P1M, P1D or PT2H";
    return refuse("INVALID_REQUEST", `/by: ${detail}`, { errors: [{ pointer: "/by", detail }] });
  }
  return moveGoal(context, clock, (at) => {
    const from = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("UTC");
    return from.add(duration).epochMilliseconds;
  });
};
