// What a movement may do to the buckets of its account: exactly what it says, and nothing to what
// is reserved.

import type { MovementRecord, OperationRecord } from "../cdr/journal-record.ts";
import { resultCodes } from "../protocol/result-codes.ts";

export const movementProblem = (
  { changes, id, verb }: OperationRecord,
  movement: MovementRecord,
): string | undefined => {
  const told = toldOf(movement);
  for (const { slot, credited, debited, reservedBefore, reservedAfter } of changes) {
    if (reservedBefore !== reservedAfter) return `${verb} ${id} changed a hold`;
    const moved = credited - debited;
    const said = told.get(slot) ?? 0;
    if (moved !== said) return `${verb} ${id} of ${said} in slot ${slot} moved ${moved}`;
    told.delete(slot);
  }
  for (const [slot, said] of told) {
    if (said !== 0) return `${verb} ${id} of ${said} in slot ${slot} moved nothing`;
  }
  return undefined;
};

/** By slot; below 0: taken. */
const toldOf = (movement: MovementRecord): Map<number, number> => {
  const told = new Map<number, number>();
  switch (movement.kind) {
    case "credit":
      for (const { slot, amount } of [movement, ...movement.bonuses]) {
        told.set(slot, (told.get(slot) ?? 0) + amount);
      }
      return told;
    case "begin":
      return told.set(movement.slot, -movement.amount - movement.fee);
    case "returned":
      return told.set(movement.slot, movement.amount + movement.fee);
    case "arrival": {
      const hasArrived = movement.code === resultCodes.SUCCESS.number;
      return hasArrived ? told.set(movement.slot, movement.amount) : told;
    }
    case "arrived":
      return told;
  }
};
