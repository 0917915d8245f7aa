// What a message reports was used before its moment. Where a price begins at that very moment, as
// when a grant ends with its price and the network comes back on the second, the use belongs to the
// price before. It is then told as used before a change, whether or not the network can.

import { limits } from "../limits.ts";
import { entriesOf } from "./batch-operation.ts";
import { verbs } from "./lua-constants.ts";
import type { Task } from "./task.ts";

/** Once for each group of a session's message, however often it is planned. */
export const tellAsBefore = (task: Task, index: number): void => {
  const { eventTimestamp: until, usage, verb } = task;
  const { usedUnit, usedBefore = [], ...rest } = usage[index]!;
  const isApart = usedBefore.at(-1)?.until === until;
  const hasRoom = entriesOf(usage) < limits.usageEntriesPerRequestMax;
  if (verb > verbs.terminate || usedUnit === null || usedUnit === 0 || isApart || !hasRoom) return;
  const told = { ...rest, usedUnit: null, usedBefore: [...usedBefore, { usedUnit, until }] };
  task.usage = usage.with(index, told);
};
