// Whose the engine's accounts are, for rooms that have something to show of an account.

import type { Statements } from "../db/connection.ts";

/** All that the customer has, in the order of their ids. */
export const accountsOf = async (
  statements: Statements,
  customerId: string,
): Promise<readonly string[]> => {
  const { rows } = await statements.query<{ readonly id: string }>(
    "SELECT account_id AS id FROM balance_accounts WHERE owner = $1 ORDER BY account_id",
    [customerId],
  );
  return rows.map(({ id }) => id);
};

/** By account; none of those that belong to nobody. */
export const ownersOf = async (
  statements: Statements,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await statements.query<{ readonly id: string; readonly owner: string }>(
    `SELECT account_id AS id, owner FROM balance_accounts
      WHERE account_id = ANY ($1) AND owner IS NOT NULL`,
    [accountIds],
  );
  return new Map(rows.map(({ id, owner }) => [id, owner]));
};
