// When a delivery that failed is tried again, and when a subscriber that fails altogether.

import { limits } from "../limits.ts";

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** After the first attempt, the second and so on; after the last of them it is given up. */
export const retryMs: readonly number[] = [
  5 * seconds,
  30 * seconds,
  2 * minutes,
  15 * minutes,
  1 * hours,
  3 * hours,
  6 * hours,
  12 * hours,
  24 * hours,
];

/**
 * ms until the next attempt, after `attempts` that failed; undefined: there is none. `chance` from
 * 0 to 1 spreads what failed together. What a subscriber asks for may only be later.
 */
export const nextAttemptMs = (
  attempts: number,
  chance: number,
  retryAfterMs = 0,
): number | undefined => {
  const planned = retryMs[attempts - 1];
  if (planned === undefined) return undefined;
  return Math.max(spread(planned, chance), Math.min(retryAfterMs, limits.retryAfterMsMax));
};

/**
 * ms in which nothing is attempted for a subscriber, after `failures` attempts in a row that
 * failed, of whatever deliveries: few of them may be the event's fault, more are its own.
 */
export const pauseMs = (failures: number, chance: number, retryAfterMs = 0): number => {
  const over = failures - limits.subscriptionFailuresMax;
  const planned = over < 0 ? 0 : Math.min(retryMs[0]! * 2 ** over, limits.subscriptionPauseMsMax);
  return Math.max(spread(planned, chance), Math.min(retryAfterMs, limits.subscriptionPauseMsMax));
};

/** Up to a fifth sooner or later. */
const spread = (ms: number, chance: number): number => Math.round(ms * (0.8 + 0.4 * chance));

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date; undefined: it says nothing. */
export const readRetryAfter = (text: string | undefined, now: number): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * seconds;
  const at = /GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
