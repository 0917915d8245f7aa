// Use that is reported at the very moment at which a price begins.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { verbs } from "./lua-constants.ts";
import type { Task, UnitUsage } from "./task.ts";
import { tellAsBefore } from "./tell-as-before.ts";

const at = 1_000_000;
const told = (usage: UnitUsage, verb: number = verbs.update): readonly UnitUsage[] => {
  const task = { eventTimestamp: at, usage: [usage], verb } as unknown as Task;
  tellAsBefore(task, 0);
  tellAsBefore(task, 0);
  return task.usage;
};
const wanted = { ratingGroup: 10, requestedUnit: 0 };

test("what a report names was used before its moment, however often it is planned", () => {
  expect(told({ ...wanted, usedUnit: 7 })).toEqual([
    { ...wanted, usedUnit: null, usedBefore: [{ usedUnit: 7, until: at }] },
  ]);
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
        return { usedUnit: 1, until: at - 100 + n };
      }),
    },
    verbs.update,
  ],
])("leaves it as it is where %s", (_, usage, verb) => {
  expect(told(usage, verb)).toEqual([usage]);
});
