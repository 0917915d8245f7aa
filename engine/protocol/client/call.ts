// One request on its way, through all its attempts: what is known of its outcome, and what to do
// after a refusal. A call is outstanding on at most one connection at a time and repeats the same
// octets under the same correlation, so that the key in them makes it once.

import { err, type Result } from "../../values/result.ts";
import type { WireMessage } from "../messages.ts";
import type { OperationName } from "../operations.ts";
import { type Refusal, refusal, resultCodes } from "../result-codes.ts";
import { retryDelayMs } from "./delays.ts";
import type { KeptLink } from "./kept-link.ts";

export type Call = {
  readonly operation: OperationName;
  readonly correlation: number;
  readonly message: WireMessage;
  readonly affinity: number;
  readonly deadlineAt: number;
  readonly resolve: (result: Result<never, Refusal>) => void;
  /** Where it is outstanding; undefined: it waits for `retryAt` or for a connection. */
  on: KeptLink | undefined;
  retryAt: number;
  attempts: number;
  /** An attempt may have been carried out without an answer reaching us. */
  isUncertain: boolean;
  lastRefusal: Refusal | undefined;
};

/** What its caller hears when there is no time left for another attempt. */
export function outcomeOf(call: Call, why: string): Result<never, Refusal> {
  if (call.on !== undefined || call.isUncertain)
    return err(refusal("OUTCOME_UNKNOWN", `${why}; attempts: ${call.attempts}`));
  return err(call.lastRefusal ?? refusal("UNREACHABLE", why));
}

/** Puts the call back for another attempt; false: there is no time for one. */
export function putBack(call: Call, now: number, retryAfterMs: number): boolean {
  call.on = undefined;
  call.retryAt = now + retryDelayMs(call.attempts - 1, retryAfterMs, Math.random());
  return call.retryAt < call.deadlineAt;
}

/** Notes a refusal; true: it is worth another attempt. */
export function isRetried(call: Call, refused: Refusal): boolean {
  call.lastRefusal = refused;
  if (refused.code === "OUTCOME_UNKNOWN") call.isUncertain = true;
  return resultCodes[refused.code].isRetryable;
}
