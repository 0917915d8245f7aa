// Sets where the clock is to stand, or says why not. What is decided is committed with its audit;
// engines are told of it behind that (movable-clock.ts), however often that takes.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Clock } from "./movable-clock.ts";
import { clockGoals } from "./schema.ts";
import { type ShownClock, showClock, timeText } from "./show-clock.ts";

const fixedRemedy =
  "the clock of this installation cannot be moved: for tests start engines and business side " +
  "with CLOCK_MOVABLE=yes";

/** `to` is given the moment at which the clock would stand if it were there by now. */
export const moveGoal = async (
  context: Context,
  clock: Clock,
  to: (at: number) => number,
): Promise<Answered<ShownClock>> => {
  if (!clock.isMovable) return refuse("CONFLICT", fixedRemedy);
  const before = await lockGoal(context, clock);
  const machineNow = clock.machineNow();
  const at = machineNow + before;
  const goal = to(at);
  if (goal < at) {
    const refusal = `time only goes forward, and it is or will be ${timeText(at)} by then`;
    return refuse("CONFLICT", `${refusal}; an installation of today is a new one`);
  }
  const after = goal - machineNow;
  if (!(after <= limits.clockAheadMsMax)) {
    const latest = timeText(machineNow + limits.clockAheadMsMax);
    return refuse("UNPROCESSABLE", `the clock goes up to ${latest}, not so far`);
  }
  await context.tables.update(clockGoals).set({ offsetMs: after });
  context.record({
    ...{ entity: "clock", entityId: "clock", action: "update" },
    before: { offsetMs: before, goal: timeText(at) },
    after: { offsetMs: after, goal: timeText(goal) },
  });
  return ok(showClock(clock, after, machineNow));
};

/** Whoever else moves it waits for the end of this transaction. */
const lockGoal = async ({ tables }: Context, clock: Clock): Promise<number> => {
  const offsetMs = clock.standing().goalOffsetMs;
  await tables.insert(clockGoals).values({ id: 1, offsetMs }).onConflictDoNothing();
  const [goal] = await tables.select().from(clockGoals).for("update");
  return goal?.offsetMs ?? offsetMs;
};
