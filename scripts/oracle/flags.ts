// The flags of `npm run oracle`.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagNumber } from "../whole-number.ts";

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
      seed: flagNumber("seed", values.seed) ?? now % 2 ** 31,
      sessions: flagNumber("sessions", values.sessions, 1) ?? sessionsDefault,
      round: flagNumber("round", values.round),
    };
    return ok(numbers);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
};
