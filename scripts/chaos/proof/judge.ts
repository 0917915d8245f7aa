// Holds what the load was told against what is on record and what accounts hold. Pure: whatever is
// wrong with a world, this has to say so.

import { type Allowance, type Consequences, consequencesOf, mayBeMissing } from "./allowance.ts";
import { type Books, keyOf } from "./books.ts";

/** What was seen of the world while it was at rest. */
export type Seen = {
  /** By key of operation, how often its record stands in the ledger as carried out. */
  readonly recorded: ReadonlyMap<string, number>;
  readonly holdings: ReadonlyMap<string, Holding>;
  /** Accounts that the audit says differ, each in a line. */
  readonly drift: readonly string[];
  /** ms since 1970. */
  readonly now: number;
  /** Undefined: nothing may be missing. */
  readonly allowance?: Allowance | undefined;
};

/** Of an account, in micros. */
export type Holding = {
  readonly remaining: number;
  readonly reserved: number;
  readonly openSessions: number;
};

/**
 * Acknowledged and not on record; the same, undone by a rebuild of Redis; on record too often; on
 * record, and refused to whoever asked; an account with other money than the answers come to; a
 * hold or session beyond its time; journal, balances and ledger that differ; refused for good,
 * which nothing of this load should be.
 */
export type FindingKind =
  | "lost"
  | "undone"
  | "duplicated"
  | "unasked"
  | "money"
  | "held"
  | "drift"
  | "refused";

/** `subject`: the operation or account; each is told once in a run. */
export type Finding = {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly detail: string;
  /** The durability mode does not promise otherwise. */
  readonly isAllowed: boolean;
};

/** A transfer is on record at its source when it begins and when it has ended. */
const timesOf = (key: string): number => (key.startsWith("transferOut ") ? 2 : 1);

/** How long before Redis was killed. */
const ageOf = (at: number, allowance: Allowance | undefined): string =>
  allowance === undefined ? "" : ` ${allowance.killedAt - at} ms before Redis was killed`;

const judgeRecords = (
  { acknowledged }: Books,
  { recorded, allowance }: Seen,
  { isRefusedFor }: Consequences,
): readonly Finding[] => {
  const found: Finding[] = [];
  for (const [subject, { at }] of acknowledged) {
    const times = recorded.get(subject) ?? 0;
    if (times >= timesOf(subject)) continue;
    const age = ageOf(at, allowance);
    const detail = `acknowledged${age}, ${times} of ${timesOf(subject)} records of it`;
    // What is there in part has begun, and would have been gone on with.
    const reason = times === 0 ? mayBeMissing(at, allowance) : undefined;
    found.push({ kind: reason ?? "lost", subject, detail, isAllowed: reason !== undefined });
  }
  for (const [subject, times] of recorded) {
    if (times > timesOf(subject)) {
      const detail = `carried out ${times} times`;
      found.push({ kind: "duplicated", subject, detail, isAllowed: false });
    } else if (!acknowledged.has(subject)) {
      const detail = "carried out, and whoever asked was told otherwise";
      found.push({ kind: "unasked", subject, detail, isAllowed: isRefusedFor(subject) });
    }
  }
  return found;
};

const judgeAccount = (
  { money, openUntil }: Books,
  accountId: string,
  { remaining, reserved, openSessions }: Holding,
  now: number,
  { moneyOf, openSessionsOf }: Consequences,
): readonly Finding[] => {
  const found: Finding[] = [];
  const subject = `account ${accountId}`;
  const expected = (money.get(accountId) ?? 0) - moneyOf(accountId);
  if (remaining + reserved !== expected) {
    const detail = `holds ${remaining + reserved} micros; answers come to ${expected}`;
    found.push({ kind: "money", subject, detail, isAllowed: false });
  }
  const mayBeOpen = openUntil(accountId, now) + openSessionsOf(accountId);
  if (openSessions > mayBeOpen || (mayBeOpen === 0 && reserved !== 0)) {
    const detail = `${reserved} micros held, ${openSessions} sessions open, ${mayBeOpen} may be`;
    found.push({ kind: "held", subject, detail, isAllowed: false });
  }
  return found;
};

export const judge = (books: Books, seen: Seen): readonly Finding[] => {
  const consequences = consequencesOf(books, seen.recorded, seen.allowance);
  const accounts = [...books.money.keys()].flatMap((accountId) => {
    const holding = seen.holdings.get(accountId);
    if (holding !== undefined) {
      return judgeAccount(books, accountId, holding, seen.now, consequences);
    }
    const gone = { kind: "lost", subject: `account ${accountId}`, detail: "it is gone" } as const;
    return [{ ...gone, isAllowed: false }];
  });
  const drift = seen.drift.map((line) => {
    const subject = line.split(":")[0] ?? line;
    return { kind: "drift" as const, subject, detail: line, isAllowed: false };
  });
  const refused = books.refused.map((one) => {
    const detail = `refused: ${one.code} ${one.detail}`;
    const subject = keyOf(one);
    const isAllowed = consequences.isRefusedFor(subject);
    return { kind: "refused" as const, subject, detail, isAllowed };
  });
  return [...judgeRecords(books, seen, consequences), ...accounts, ...drift, ...refused];
};
