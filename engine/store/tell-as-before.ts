// What a message reports was used before its moment. A grant ends with its price, and its time is
// told in whole seconds, rounded up: so the network comes back just when the next price has begun,
// and what it reports belongs to the price before. It is then told as used before a change, whether
// or not the network can.

import { limits } from "../limits.ts";
import type { BurnPlan } from "../session/burn-plan.ts";
import { entriesOf } from "./batch-operation.ts";
import { verbs } from "./lua-constants.ts";
import type { Task } from "./task.ts";

const secondMs = 1_000;

export const hasJustBegun = ({ priceFrom, validFrom }: BurnPlan, at: number): boolean =>
  at - priceFrom < secondMs || validFrom === at;

/**
 * `plan` is that of the message's moment, and has just begun. Once for each group, however often
 * it is planned.
 */
export const tellAsBefore = (
  task: Task,
  index: number,
  plan: BurnPlan,
  planAt: (at: number) => BurnPlan,
): void => {
  const { eventTimestamp: at, usage, verb } = task;
  const until = at - plan.priceFrom < secondMs ? plan.priceFrom : at;
  const { usedUnit, usedBefore = [], ...rest } = usage[index]!;
  // What is no session's, as an event, is of its moment.
  if (verb > verbs.terminate || usedUnit === null || usedUnit === 0) return;
  const isToldApart = usedBefore.length > 0 && usedBefore.at(-1)!.until > until - secondMs;
  if (isToldApart || entriesOf(usage) >= limits.usageEntriesPerRequestMax) return;
  // Where nothing could be granted nothing was used: the session is as young as the price.
  if (planAt(until - 1).refusal !== undefined) return;
  const told = { ...rest, usedUnit: null, usedBefore: [...usedBefore, { usedUnit, until }] };
  task.usage = usage.with(index, told);
};
