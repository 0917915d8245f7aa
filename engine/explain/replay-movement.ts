// A movement of money done again on the account as it was (lua/lib/apply-credit.lua,
// apply-transfer.lua): a top-up with its bonuses, an adjustment, a step of a transfer.

import { transferSteps, verbs } from "../cdr/journal-numbers.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { AskedOperation } from "../store/journal-asked.ts";
import { add, readCell, remark, touch, type Work } from "./cells.ts";

/** What is answered of the bucket that was named; of a transfer nothing is compared. */
export const replayMovement = (work: Work, operation: AskedOperation): readonly number[] => {
  const { entries, verb } = operation;
  const [first] = entries;
  if (first === undefined) throw new Error("a movement of nothing");
  const cell = first.ratingGroup;
  if (verb === verbs.transferIn || verb === verbs.transferOut) {
    const amount = movedBy(operation);
    if (amount !== 0) move(work, cell, amount);
    return [];
  }
  for (const { ratingGroup, used, validityTime, change } of entries) {
    move(work, ratingGroup, used);
    if (validityTime > 0) extend(work, change, validityTime);
  }
  return [readCell(work, cell), readCell(work, cell + 1)];
};

const move = (work: Work, cell: number, amount: number): void => {
  touch(work, cell);
  add(work, cell, amount);
};

const extend = (work: Work, state: number, seconds: number): void => {
  const until = readCell(work, state + 1);
  if (until <= work.now) work.cells[state] = work.now;
  const moved = Math.max(until, work.now) + 1_000 * seconds;
  work.cells[state + 1] = moved;
  remark(work, "extended", state, moved);
};

/** By how much a step of a transfer changed the bucket. */
const movedBy = ({ entries, verb, answer }: AskedOperation): number => {
  const { used: amount, wanted: fee, validityTime: step } = entries[0]!;
  if (verb === verbs.transferIn) {
    return answer.readUInt16LE(0) === resultCodes.SUCCESS.number ? amount : 0;
  }
  if (step === transferSteps.begins) return -amount - fee;
  return step === transferSteps.returns ? amount + fee : 0;
};
