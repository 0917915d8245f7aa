// The holds in a session's state (session-state.ts), added up without making objects of them: an
// audit does it twice for each message of a session.

import { capEntry } from "../cdr/journal-numbers.ts";
import { isHold } from "../cdr/session-state.ts";
import type { DerivedCounter } from "./audit-derived.ts";

const groupCountAt = 34;
const groupLength = 36;
const holdLength = 9;

/** The state is a whole one (journal-bytes.ts). */
export const readSequence = (state: Buffer): number => state.readUInt32LE(0);

/** Adds `sign` times each hold to its cell. */
export const addHolds = (cells: Float64Array, state: Buffer, sign: 1 | -1): void => {
  eachEntry(state, (cell, amount) => {
    if (isHold(cell)) cells[cell]! += sign * amount;
  });
};

/** Adds `sign` times what the state has reserved under caps to the states of their counters. */
export const addUnderCaps = (
  counters: readonly DerivedCounter[],
  state: Buffer,
  sign: 1 | -1,
): void => {
  eachEntry(state, (cell, amount) => {
    const counter = cell < capEntry ? undefined : counters[cell - capEntry];
    if (counter !== undefined) counter.value += sign * amount;
  });
};

const eachEntry = (state: Buffer, see: (cell: number, amount: number) => void): void => {
  let at = groupCountAt + 1;
  for (let groups = state[groupCountAt]!; groups > 0; groups--) {
    const holds = state[at]!;
    at += groupLength;
    for (let i = 0; i < holds; i++) {
      see(state[at]!, state.readDoubleLE(at + 1));
      at += holdLength;
    }
  }
};
