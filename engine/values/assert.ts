// Assertions state what must be true of our own code; bad input is never asserted but refused with
// a Result. They stay on in production: a charging system that doubts its own state must not
// charge.

/** Throws when `condition` is false: a defect of ours, never of a caller's input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Makes a `switch` over a union exhaustive at compile time. */
export const unreachable = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
