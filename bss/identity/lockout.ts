// When somebody who guesses has to wait. Each five tries that fail in a row lock the login, the
// first time for a quarter of an hour, then for twice as long each time up to a day (NIST SP
// 800-63B, 5.2.2, asks for a bound; a lock that never ends would let anybody shut a colleague out
// for good).

import { limits } from "../limits.ts";

export type Tries = { readonly failedTries: number; readonly lockedUntil: number | null };

export const isLocked = ({ lockedUntil }: Tries, now: number): boolean =>
  lockedUntil !== null && now < lockedUntil;

/** How long the login is locked when so many tries have failed; undefined: not at all. */
export const lockMsAfter = (failedTries: number): number | undefined => {
  if (failedTries === 0 || failedTries % limits.loginFailuresMax !== 0) return undefined;
  const doublings = failedTries / limits.loginFailuresMax - 1;
  return Math.min(limits.loginLockMsMin * 2 ** doublings, limits.loginLockMsMax);
};

/**
 * As if one more had failed. A try is counted before it is looked at, and taken back when it was
 * right: of any number at once no more than the bound are looked at.
 */
export const triesAfterOneMore = ({ failedTries }: Tries, now: number): Tries => {
  const lockMs = lockMsAfter(failedTries + 1);
  return { failedTries: failedTries + 1, lockedUntil: lockMs === undefined ? null : now + lockMs };
};
