// What a message reports was used before its moment. A grant ends with its price, and its time is
// told in whole seconds, rounded up: so the network comes back just when the next price has begun,
// and what it reports belongs to the price before. It is then told as used before a change, whether
// or not the network can.

import { verbs } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import type { BurnPlan } from "../session/burn-plan.ts";
import { entriesOf } from "./batch-operation.ts";
import type { Task } from "./task.ts";

const secondMs = 1_000;

export const hasJustBegun = ({ priceFrom, validFrom }: BurnPlan, at: number): boolean =>
  at - priceFrom < secondMs || validFrom === at;

/**
 * As the message has it: a plan by another tariff version must not go on from what was told by the
 * one before.
 */
export const tellAsReported = (task: Task, index: number): void => {
  const { reported } = task.usage[index]!;
  if (reported !== undefined) task.usage = task.usage.with(index, reported);
};

/** `plan` is that of the message's moment, and has just begun. */
export const tellAsBefore = (
  task: Task,
  index: number,
  plan: BurnPlan,
  planAt: (at: number) => BurnPlan,
): void => {
  const { eventTimestamp: at, usage, verb } = task;
  const until = at - plan.priceFrom < secondMs ? plan.priceFrom : at;
  const reported = usage[index]!;
  const { usedUnit, usedBefore = [], ...rest } = reported;
  // What is no session's, as an event, is of its moment.
  if (verb > verbs.terminate || usedUnit === null || usedUnit === 0) return;
  const isToldApart = usedBefore.length > 0 && usedBefore.at(-1)!.until > until - secondMs;
  if (isToldApart || entriesOf(usage) >= limits.usageEntriesPerRequestMax) return;
  // Where nothing could be granted nothing was used: the session is as young as the price.
  if (planAt(until - 1).refusal !== undefined) return;
  const before = [...usedBefore, { usedUnit, until }];
  task.usage = usage.with(index, { ...rest, usedUnit: null, usedBefore: before, reported });
};
