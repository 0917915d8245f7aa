// Moves the clock on to a moment.

import type { Context } from "../context.ts";
import type { Answered } from "../http/problem.ts";
import type { Clock } from "./movable-clock.ts";
import { moveGoal } from "./move-goal.ts";
import type { ShownClock } from "./show-clock.ts";

/** ms since 1970; not before now, nor before where it goes already. */
export const setClock = (
  context: Context,
  clock: Clock,
  to: number,
): Promise<Answered<ShownClock>> => moveGoal(context, clock, () => to);
