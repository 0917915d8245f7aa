// How long a session lasts: a working day at the most, and half an hour after it was last used.

import { limits } from "../limits.ts";

export type Lifetime = { readonly lastUsedAt: number; readonly expiresAt: number };

export const lifetimeFrom = (now: number): Lifetime => ({
  lastUsedAt: now,
  expiresAt: now + limits.sessionMsMax,
});

export const isOver = ({ lastUsedAt, expiresAt }: Lifetime, now: number): boolean =>
  now >= expiresAt || now >= lastUsedAt + limits.sessionIdleMsMax;

/** That it is used is worth a write only now and then. */
export const isUseToBeWritten = (lastUsedAt: number | null, now: number): boolean =>
  lastUsedAt === null || now >= lastUsedAt + limits.lastUsedWrittenMs;
