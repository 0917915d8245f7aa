// What the journal tells of a movement: a top-up with its bonuses, an adjustment, a step of a
// transfer. The groups of its operation bear cells and amounts (movement-bytes.ts).

import { bucketSlot } from "../balance/profile.ts";
import { type Cursor, readBalance, readUint32, skip } from "./journal-bytes.ts";
import { transferSteps } from "./journal-numbers.ts";
import type { MovementRecord } from "./journal-record.ts";

export const movementVerbs = ["topUp", "adjust", "transferOut", "transferIn"] as const;
type MovementVerb = (typeof movementVerbs)[number];

export const isMovement = (verb: string): verb is MovementVerb =>
  (movementVerbs as readonly string[]).includes(verb);

/** As lua/lib/apply-credit.lua and apply-transfer.lua answer. */
export const isWholeMovementAnswer = (verb: MovementVerb, { length }: Buffer): boolean => {
  if (verb === "transferOut") return length === 19;
  return verb === "transferIn" ? length === 2 : length >= 24;
};

export const readMovement = (
  cursor: Cursor,
  groups: number,
  verb: MovementVerb,
  answer: Buffer,
): MovementRecord => {
  const read = Array.from({ length: groups }, () => readGroup(cursor));
  const first = read[0];
  if (first === undefined) throw new Error(`${verb} names no bucket`);
  const { slot, amount, wanted: fee, validity: step } = first;
  if (verb === "transferIn") {
    return { kind: "arrival", slot, amount, fee: 0, code: answer.readUInt16LE(0) };
  }
  if (verb === "transferOut") {
    return { kind: stepName(step), slot, amount, fee, code: answer.readUInt16LE(1) };
  }
  const [, ...bonuses] = read;
  return {
    kind: "credit",
    slot,
    amount,
    bonuses: bonuses.map(({ slot, amount, publication, wanted: place }) => {
      return { slot, amount, publication, place };
    }),
  };
};

const stepName = (step: number): "begin" | "arrived" | "returned" => {
  if (step === transferSteps.begins) return "begin";
  return step === transferSteps.arrived ? "arrived" : "returned";
};

const readGroup = (cursor: Cursor) => {
  skip(cursor, 1);
  const slot = bucketSlot(readUint32(cursor));
  const amount = readBalance(cursor);
  const wanted = readBalance(cursor);
  skip(cursor, 2);
  const validity = readUint32(cursor);
  skip(cursor, 1);
  const publication = readUint32(cursor);
  skip(cursor, 6);
  return { slot, amount, wanted, validity, publication };
};
