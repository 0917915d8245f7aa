// What is reserved outside of sessions. The engine has taken it from its bucket; a row says that it
// is neither spent nor back, of which bucket it is, and when it ends by itself.

import type { Context } from "../context.ts";
import { limits } from "../limits.ts";
import type { Action } from "./action-kinds.ts";
import type { Movement } from "./movement.ts";

export type Hold = {
  readonly id: string;
  readonly accountId: string;
  readonly bucketId: string;
  readonly amount: number;
  readonly state: "held" | "ending";
};

/** `validFor.endDateTime`, which has passed its shape; else a while from now. */
export const expiryOf = (now: number, action: Readonly<Record<string, unknown>>): number => {
  const { endDateTime } = (action["validFor"] ?? {}) as { readonly endDateTime?: string };
  return endDateTime === undefined ? now + limits.balanceHoldMsDefault : Date.parse(endDateTime);
};

export const insertHold = async (
  { statements }: Context,
  id: string,
  action: Action,
  movement: Movement,
): Promise<void> => {
  if (movement.operation !== "adjust") throw new Error("a reservation is a debit");
  const { accountId, bucketId, amount } = movement;
  const expiresAt = expiryOf(0, action);
  await statements.query(
    `INSERT INTO balance_holds (id, account_id, bucket_id, amount, expires_at, state)
      VALUES ($1, $2, $3, $4, $5, 'held')`,
    [id, accountId, bucketId, -amount, expiresAt],
  );
};

type HoldRow = {
  readonly id: string;
  readonly account_id: string;
  readonly bucket_id: string;
  readonly amount: string;
  readonly state: Hold["state"];
};

const holdOf = (row: HoldRow): Hold => ({
  id: row.id,
  accountId: row.account_id,
  bucketId: row.bucket_id,
  amount: Number(row.amount),
  state: row.state,
});

/** Until the transaction ends nobody else ends it. */
export const lockHold = async ({ statements }: Context, id: string): Promise<Hold | undefined> => {
  const { rows } = await statements.query<HoldRow>(
    `SELECT * FROM balance_holds WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return rows[0] && holdOf(rows[0]);
};

export const endHold = async ({ statements }: Context, id: string): Promise<void> => {
  await statements.query(`UPDATE balance_holds SET state = 'ending' WHERE id = $1`, [id]);
};

export const dropHold = async ({ statements }: Context, id: string): Promise<void> => {
  await statements.query(`DELETE FROM balance_holds WHERE id = $1`, [id]);
};

/** Of these accounts' buckets, by `accountId` and `bucketId`; 0 where nothing is held. */
export const heldAmounts = async (
  { statements }: Context,
  accountIds: readonly string[],
): Promise<(accountId: string, bucketId: string) => number> => {
  const { rows } = await statements.query<HoldRow>(
    `SELECT account_id, bucket_id, sum(amount) AS amount FROM balance_holds
      WHERE account_id = ANY($1) GROUP BY account_id, bucket_id`,
    [accountIds],
  );
  const keyOf = (accountId: string, bucketId: string) => JSON.stringify([accountId, bucketId]);
  const amounts = new Map(
    rows.map((row) => [keyOf(row.account_id, row.bucket_id), Number(row.amount)]),
  );
  return (accountId, bucketId) => amounts.get(keyOf(accountId, bucketId)) ?? 0;
};

/** Oldest first. */
export const expiredHolds = async ({ statements, now }: Context): Promise<readonly string[]> => {
  const { rows } = await statements.query<{ id: string }>(
    `SELECT id FROM balance_holds WHERE state = 'held' AND expires_at <= $1
      ORDER BY expires_at LIMIT $2`,
    [now, limits.balanceLeftoversMax],
  );
  return rows.map(({ id }) => id);
};
