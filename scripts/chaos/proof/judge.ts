// Holds what the load was told against what is on record and what accounts hold. Pure: whatever is
// wrong with a world, this has to say so.

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
};

/** Of an account, in micros. */
export type Holding = {
  readonly remaining: number;
  readonly reserved: number;
  readonly openSessions: number;
};

/**
 * Acknowledged and not on record; on record too often; on record, and refused to whoever asked; an
 * account with other money than the answers come to; a hold or session beyond its time; journal,
 * balances and ledger that differ; refused for good, which nothing of this load should be.
 */
export type FindingKind =
  | "lost"
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
};

/** A transfer is on record at its source when it begins and when it has ended. */
const timesOf = (key: string): number => (key.startsWith("transferOut ") ? 2 : 1);

const judgeRecords = ({ acknowledged }: Books, { recorded }: Seen): readonly Finding[] => {
  const found: Finding[] = [];
  for (const key of acknowledged) {
    const times = recorded.get(key) ?? 0;
    if (times < timesOf(key)) {
      const detail = `acknowledged, ${times} of ${timesOf(key)} records of it`;
      found.push({ kind: "lost", subject: key, detail });
    }
  }
  for (const [key, times] of recorded) {
    if (times > timesOf(key)) {
      found.push({ kind: "duplicated", subject: key, detail: `carried out ${times} times` });
    } else if (!acknowledged.has(key)) {
      const detail = "carried out, and whoever asked was told otherwise";
      found.push({ kind: "unasked", subject: key, detail });
    }
  }
  return found;
};

const judgeAccount = (
  { money, openUntil }: Books,
  accountId: string,
  { remaining, reserved, openSessions }: Holding,
  now: number,
): readonly Finding[] => {
  const found: Finding[] = [];
  const subject = `account ${accountId}`;
  const expected = money.get(accountId) ?? 0;
  if (remaining + reserved !== expected) {
    const detail = `holds ${remaining + reserved} micros; answers come to ${expected}`;
    found.push({ kind: "money", subject, detail });
  }
  const mayBeOpen = openUntil(accountId, now);
  if (openSessions > mayBeOpen || (mayBeOpen === 0 && reserved !== 0)) {
    const detail = `${reserved} micros held, ${openSessions} sessions open, ${mayBeOpen} may be`;
    found.push({ kind: "held", subject, detail });
  }
  return found;
};

export const judge = (books: Books, seen: Seen): readonly Finding[] => {
  const accounts = [...books.money.keys()].flatMap((accountId) => {
    const holding = seen.holdings.get(accountId);
    if (holding !== undefined) return judgeAccount(books, accountId, holding, seen.now);
    const detail = "it is gone";
    return [{ kind: "lost" as const, subject: `account ${accountId}`, detail }];
  });
  const drift = seen.drift.map((line) => {
    return { kind: "drift" as const, subject: line.split(":")[0] ?? line, detail: line };
  });
  const refused = books.refused.map((one) => {
    const detail = `refused: ${one.code} ${one.detail}`;
    return { kind: "refused" as const, subject: keyOf(one), detail };
  });
  return [...judgeRecords(books, seen), ...accounts, ...drift, ...refused];
};
