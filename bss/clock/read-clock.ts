// What time it is here, and whether the clock is on its way.

import type { Context } from "../context.ts";
import type { Clock } from "./movable-clock.ts";
import { readGoal } from "./read-goal.ts";
import { type ShownClock, showClock } from "./show-clock.ts";

export const readClock = async (context: Context, clock: Clock): Promise<ShownClock> => {
  if (!clock.isMovable) return showClock(clock);
  // What was committed just now no engine may have heard of yet.
  return showClock(clock, Math.max(await readGoal(context), clock.standing().goalOffsetMs));
};
