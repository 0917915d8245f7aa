// How long a client waits before it tries again. Random, so that a thousand clients that lost the
// same engine do not come back in the same millisecond.

import { limits } from "../../limits.ts";

/** `attempt` counts from 0; `fraction` is a random number from 0 up to 1 (full jitter). */
export const reconnectDelayMs = (attempt: number, fraction: number): number =>
  fraction * grown(limits.clientReconnectMsMin, attempt, limits.clientReconnectMsMax);

/** Never sooner than the server asks; where it asks for nothing, full jitter that grows. */
export function retryDelayMs(attempt: number, retryAfterMs: number, fraction: number): number {
  const growing = grown(limits.clientRetryMsMin, attempt, limits.clientRetryMsMax);
  return retryAfterMs > 0
    ? retryAfterMs + fraction * Math.max(retryAfterMs, growing)
    : fraction * growing;
}

const grown = (min: number, attempt: number, max: number): number =>
  Math.min(max, min * 2 ** Math.min(attempt, 30));
