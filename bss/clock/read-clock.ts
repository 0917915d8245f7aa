// What time it is here, and whether the clock is on its way.

import type { Context } from "../context.ts";
import type { Clock } from "./movable-clock.ts";
import { clockGoals } from "./schema.ts";
import { type ShownClock, showClock } from "./show-clock.ts";

export const readClock = async ({ tables }: Context, clock: Clock): Promise<ShownClock> => {
  if (!clock.isMovable) return showClock(clock);
  const [goal] = await tables.select().from(clockGoals);
  // What was committed just now no engine may have heard of yet.
  return showClock(clock, Math.max(goal?.offsetMs ?? 0, clock.standing().goalOffsetMs));
};
