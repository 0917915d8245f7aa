// What the durability mode does not promise, operation by operation: with `everysec` a Redis that
// is killed may lose what was acknowledged in the last 2 s before, and nothing older. What the
// rebuild of a Redis that stood behind the ledger undoes is what was charged between the two.

import { type Books, chainOf, keyOf } from "./books.ts";

/** The README's "at most 2 s". */
export const lostMsMax = 2_000;

/** Of a round in which Redis was killed, and may lose something; all in ms since 1970. */
export type Allowance = {
  readonly killedAt: number;
  /** When it was started again. */
  readonly startedAt: number;
  /** When it had been rebuilt, without engines beside it; undefined: it did not have to be. */
  readonly rebuiltAt: number | undefined;
};

/** Why an acknowledged operation may be missing; undefined: it may not. */
export const mayBeMissing = (
  at: number,
  allowance: Allowance | undefined,
): "lost" | "undone" | undefined => {
  if (allowance === undefined) return undefined;
  const { killedAt, startedAt, rebuiltAt } = allowance;
  if (at < startedAt) return at >= killedAt - lostMsMax ? "lost" : undefined;
  return rebuiltAt !== undefined && at <= rebuiltAt ? "undone" : undefined;
};

/** What follows from operations that may be missing, and are. */
export type Consequences = {
  /** What an account has not got, or still has, in micros. */
  moneyOf(accountId: string): number;
  /** Sessions that go without one of their operations, so that they could not be ended. */
  openSessionsOf(accountId: string): number;
  /** Refused because what it goes on with was missing then. */
  isRefusedFor(key: string): boolean;
};

export const consequencesOf = (
  { acknowledged, refused }: Books,
  recorded: ReadonlyMap<string, number>,
  allowance: Allowance | undefined,
): Consequences => {
  const money = new Map<string, number>();
  const chains = new Map<string, string>();
  const ended = new Set<string>();
  for (const [key, { operation, change, at }] of acknowledged) {
    const isMissing = !recorded.has(key);
    if (operation.verb === "terminate" && !isMissing) ended.add(chainOf(operation));
    if (mayBeMissing(at, allowance) === undefined) continue;
    // Until Redis was rebuilt it went without some that the ledger has, and so has Redis now.
    const wasMissing = isMissing || allowance?.rebuiltAt !== undefined;
    if (wasMissing) chains.set(chainOf(operation), operation.accountId);
    if (!isMissing) continue;
    for (const { accountId, micros } of change) {
      money.set(accountId, (money.get(accountId) ?? 0) + micros);
    }
  }
  const since = allowance?.startedAt ?? Number.POSITIVE_INFINITY;
  const refusals = new Set(
    refused.filter((one) => one.at >= since && chains.has(chainOf(one))).map(keyOf),
  );
  return {
    moneyOf: (accountId) => money.get(accountId) ?? 0,
    openSessionsOf: (accountId) =>
      [...chains].filter(([chain, of]) => of === accountId && !ended.has(chain)).length,
    isRefusedFor: (key) => refusals.has(key),
  };
};
