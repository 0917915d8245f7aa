// Use that is reported just when a price has begun.

import { expect, test } from "vitest";
import { verbs } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import type { BurnPlan } from "../session/burn-plan.ts";
import type { Task, UnitUsage } from "./task.ts";
import { hasJustBegun, tellAsBefore, tellAsReported } from "./tell-as-before.ts";

const at = 1_000_000;
const planOf = (rest: Partial<BurnPlan>): BurnPlan =>
  ({ validFrom: at, priceFrom: 0, refusal: undefined, ...rest }) as BurnPlan;
const told = (
  usage: UnitUsage,
  verb: number = verbs.update,
  { plan = planOf({}), before = planOf({}) } = {},
): readonly UnitUsage[] => {
  const task = { eventTimestamp: at, usage: [usage], verb } as unknown as Task;
  for (let times = 0; times < 2; times++) {
    tellAsReported(task, 0);
    expect(task.usage).toEqual([usage]);
    if (hasJustBegun(plan, at)) tellAsBefore(task, 0, plan, () => before);
  }
  return task.usage.map(({ reported: _, ...one }) => one);
};
const wanted = { ratingGroup: 10, requestedUnit: 0 };

test("what a report names was used before its moment, however often it is planned", () => {
  expect(told({ ...wanted, usedUnit: 7 })).toEqual([
    { ...wanted, usedUnit: null, usedBefore: [{ usedUnit: 7, until: at }] },
  ]);
});

test("planned anew by a version that could not have granted before, it is of its moment", () => {
  const usage = [{ ...wanted, usedUnit: 7 }];
  const task = { eventTimestamp: at, usage, verb: verbs.update } as unknown as Task;
  tellAsBefore(task, 0, planOf({}), () => planOf({}));
  expect(task.usage).not.toEqual(usage);
  tellAsReported(task, 0);
  tellAsBefore(task, 0, planOf({}), () => planOf({ refusal: "RATING_FAILED" }));
  expect(task.usage).toEqual(usage);
});

test("so it was where the price is younger than a second, in which grants are told", () => {
  const plan = planOf({ validFrom: at - 700, priceFrom: at - 700 });
  expect(told({ ...wanted, usedUnit: 7 }, verbs.terminate, { plan })).toEqual([
    { ...wanted, usedUnit: null, usedBefore: [{ usedUnit: 7, until: at - 700 }] },
  ]);
});

test.each([
  ["the price is a second old", { plan: planOf({ validFrom: 0, priceFrom: at - 1_000 }) }],
  ["a bucket or a period began a while ago", { plan: planOf({ validFrom: at - 1 }) }],
  ["nothing could be granted before", { before: planOf({ refusal: "RATING_FAILED" }) }],
])("a report is of its moment where %s", (_, plans) => {
  const usage = { ...wanted, usedUnit: 7 };
  expect(told(usage, verbs.update, plans)).toEqual([usage]);
});

test("it comes after what was used before an earlier change", () => {
  const earlier = { usedUnit: 3, until: at - 1_000 };
  expect(told({ ...wanted, usedUnit: 7, usedBefore: [earlier] })).toEqual([
    { ...wanted, usedUnit: null, usedBefore: [earlier, { usedUnit: 7, until: at }] },
  ]);
});

test.each([
  ["nothing was used", { ...wanted, usedUnit: 0 }, verbs.update],
  ["no use is reported", { ...wanted, usedUnit: null }, verbs.update],
  ["an event happens at its moment", { ...wanted, usedUnit: 7 }, verbs.event],
  [
    "the network tells before and after apart itself",
    { ...wanted, usedUnit: 7, usedBefore: [{ usedUnit: 3, until: at }] },
    verbs.terminate,
  ],
  [
    "the message has as many uses as it can hold",
    {
      ...wanted,
      usedUnit: 7,
      usedBefore: Array.from({ length: limits.usageEntriesPerRequestMax - 1 }, (_, n) => {
        return { usedUnit: 1, until: at - 5_000 + n };
      }),
    },
    verbs.update,
  ],
])("leaves it as it is where %s", (_, usage, verb) => {
  expect(told(usage, verb)).toEqual([usage]);
});
