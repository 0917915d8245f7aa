// The holds in a session's state (session-state.ts), added up without making objects of them: an
// audit does it twice for each message of a session.

import { isHold } from "./session-state.ts";

const groupCountAt = 32;
const groupLength = 36;
const holdLength = 9;

/** The state is a whole one (journal-bytes.ts). */
export const readSequence = (state: Buffer): number => state.readUInt32LE(0);

/** Adds `sign` times each hold to its cell. */
export const addHolds = (cells: Float64Array, state: Buffer, sign: 1 | -1): void => {
  let at = groupCountAt + 1;
  for (let groups = state[groupCountAt]!; groups > 0; groups--) {
    const holds = state[at]!;
    at += groupLength;
    for (let i = 0; i < holds; i++) {
      const cell = state[at]!;
      if (isHold(cell)) cells[cell]! += sign * state.readDoubleLE(at + 1);
      at += holdLength;
    }
  }
};
