// The flags of `npm run oracle`.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";

export type OracleFlags = {
  readonly seed: number;
  readonly sessions: number;
  /** Only this one; undefined: as many as it takes. */
  readonly round: number | undefined;
};

const sessionsDefault = 10_000;
const text = { type: "string" } as const;

export const readOracleFlags = (
  words: readonly string[],
  now: number,
): Result<OracleFlags, string> => {
  try {
    const options = { seed: text, sessions: text, round: text };
    const { values } = parseArgs({ args: [...words], options });
    const numbers = {
      seed: wholeNumber("seed", values.seed) ?? now % 2 ** 31,
      sessions: wholeNumber("sessions", values.sessions, 1) ?? sessionsDefault,
      round: wholeNumber("round", values.round),
    };
    return ok(numbers);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
};

const wholeNumber = (name: string, value: string | undefined, min = 0): number | undefined => {
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value) || Number(value) < min) {
    const least = min === 0 ? "" : ` from ${min} on`;
    throw new Error(`--${name}: expected a whole number${least}, got ${value}`);
  }
  return Number(value);
};
