// Asks until it is known what came of it, with the same key, as whoever charges must.

import { setTimeout as pause } from "node:timers/promises";
import { type Refusal, resultCodes } from "../../../engine/protocol/result-codes.ts";
import { err, type Result } from "../../../engine/values/result.ts";

const pauseMs = 100;

/** The answer, or a refusal for good; of unknown outcome only once it is to be given up. */
export const insist = async <A>(
  ask: () => Promise<Result<A, Refusal>>,
  isGivenUp: () => boolean,
): Promise<Result<A, Refusal>> => {
  for (;;) {
    const result = await ask();
    if (result.isOk || !resultCodes[result.error.code].isRetryable) return result;
    if (isGivenUp()) return err(result.error);
    await pause(pauseMs);
  }
};
