// Whether an operation of an account is in the ledger, and how it ended: for whoever asked an
// engine that has forgotten its answer by now. It reads the whole history of the account.

import { sql } from "drizzle-orm";
import type { Context } from "../context.ts";

export type FoundOperation = {
  /** Of its last record: a transfer has one when it begins and one when it is over. */
  readonly code: number;
  readonly records: number;
};

export const findOperation = async (
  { tables }: Pick<Context, "tables">,
  accountId: string,
  operationId: string,
): Promise<FoundOperation | undefined> => {
  const { rows } = await tables.execute(sql`
    SELECT code FROM ledger_records
    WHERE account_id = ${accountId} AND operation_id = ${operationId}
    ORDER BY entry, place`);
  const last = rows.at(-1) as { readonly code: number } | undefined;
  return last && { code: last.code, records: rows.length };
};
