// Which bucket a slot of an account was at a moment, and what went through it in a span of time.

import type { Statements } from "../db/connection.ts";
import type { JournalPosition } from "./journal-position.ts";

export type SlotMoment = {
  readonly accountId: string;
  readonly slot: number;
  readonly entry: JournalPosition;
};

export type SlotBucket = {
  readonly bucketId: string;
  /** As engine/values/units.ts names them. */
  readonly unit: string;
  /** Of money; else null. */
  readonly currency: string | null;
};

const bucketsAt = `
  SELECT b.bucket_id, b.unit, b.currency
  FROM unnest($1::text[], $2::int2[], $3::int8[]) WITH ORDINALITY
    AS asked (account_id, slot, entry, place)
  LEFT JOIN LATERAL (
    SELECT bucket_id, unit, currency FROM ledger_buckets
    WHERE account_id = asked.account_id AND slot = asked.slot AND entry <= asked.entry
    ORDER BY entry DESC LIMIT 1) AS b ON true
  ORDER BY asked.place`;

/** In the order of what was asked; undefined where the slot was vacant. */
export const readBucketsAt = async (
  statements: Statements,
  asked: readonly SlotMoment[],
): Promise<readonly (SlotBucket | undefined)[]> => {
  if (asked.length === 0) return [];
  const { rows } = await statements.query(bucketsAt, [
    asked.map(({ accountId }) => accountId),
    asked.map(({ slot }) => slot),
    asked.map(({ entry }) => entry),
  ]);
  return rows.map(({ bucket_id: bucketId, unit, currency }) =>
    bucketId === null ? undefined : { bucketId, unit, currency },
  );
};

export type Consumed = SlotBucket & {
  readonly accountId: string;
  /** Taken from it in the span, and what it held and had reserved at its end. */
  readonly debited: bigint;
  readonly remaining: bigint;
  readonly reserved: bigint;
};

const consumed = `
  SELECT used.account_id, b.bucket_id, b.unit, b.currency, used.debited,
    used.remaining_after, used.reserved_after
  FROM (
    SELECT account_id, slot, sum(debited) AS debited, max(entry) AS entry,
      (array_agg(remaining_after ORDER BY entry DESC, place DESC))[1] AS remaining_after,
      (array_agg(reserved_after ORDER BY entry DESC, place DESC))[1] AS reserved_after
    FROM ledger_postings
    WHERE account_id = ANY ($1) AND entry >= $2 AND entry < $3 AND slot >= 0
    GROUP BY account_id, slot) AS used
  JOIN LATERAL (
    SELECT bucket_id, unit, currency FROM ledger_buckets
    WHERE account_id = used.account_id AND slot = used.slot AND entry <= used.entry
    ORDER BY entry DESC LIMIT 1) AS b ON b.bucket_id IS NOT NULL
  ORDER BY used.account_id, used.slot`;

/** Of each bucket of the accounts that anything happened to from `from` to before `until`. */
export const sumConsumed = async (
  statements: Statements,
  accountIds: readonly string[],
  { from, until }: { readonly from: JournalPosition; readonly until: JournalPosition },
): Promise<readonly Consumed[]> => {
  const { rows } = await statements.query(consumed, [accountIds, from, until]);
  return rows.map((row) => ({
    ...{ accountId: row.account_id, bucketId: row.bucket_id },
    ...{ unit: row.unit, currency: row.currency, debited: BigInt(row.debited) },
    ...{ remaining: BigInt(row.remaining_after), reserved: BigInt(row.reserved_after) },
  }));
};
