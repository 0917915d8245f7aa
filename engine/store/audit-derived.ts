// What the journal has led to so far for one account, and where it does not add up.

import { limits } from "../limits.ts";
import { type AccountLayout, emptyLayout } from "./audit-layout.ts";

export type DerivedCounter = {
  /** NaN where the journal does not tell how much of a cost the counter counted. */
  value: number;
  /** Of the calendar; 0: it counts for ever. */
  period: number;
};

export type RetiredSums = {
  readonly credited: bigint;
  readonly debited: bigint;
  readonly expired: bigint;
};

export type DerivedAccount = {
  readonly accountId: string;
  profileVersion: number;
  layout: AccountLayout;
  /** By slot, `cellStride` numbers each (audit-sums.ts). */
  cells: Float64Array;
  /** By slot. */
  counters: DerivedCounter[];
  /** State by session id; undefined: none is open. */
  sessions: Map<string, Buffer> | undefined;
  /** By unit: of what was credited and debited, what transfers moved; undefined: nothing. */
  moved: Map<string, { readonly credited: bigint; readonly debited: bigint }> | undefined;
  /** By slot, what went through buckets that were taken away; undefined: none was. */
  retired: Map<number, RetiredSums> | undefined;
  /** undefined: none. */
  problems: string[] | undefined;
};

export const newAccount = (accountId: string): DerivedAccount => ({
  accountId,
  profileVersion: 0,
  layout: emptyLayout,
  cells: new Float64Array(0),
  counters: [],
  sessions: undefined,
  moved: undefined,
  retired: undefined,
  problems: undefined,
});

export const noteProblem = (account: DerivedAccount, problem: string): void => {
  account.problems ??= [];
  const { length } = account.problems;
  if (length < limits.auditProblemsPerAccountMax) account.problems.push(problem);
  else if (length === limits.auditProblemsPerAccountMax) account.problems.push("and more");
};

/** Units that Redis has more (or less, below 0) than the journal accounts for, by slot. */
export type Drift = readonly bigint[];
