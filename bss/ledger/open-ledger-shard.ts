// How far the ledger of a shard is. Its first worker puts down whose journal it is; the journal of
// another installation is never mixed in.

import { eq } from "drizzle-orm";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { Database } from "../db/connection.ts";
import { journalBegin } from "./journal-position.ts";
import type { Committed, Installation } from "./journal-stream.ts";
import { ledgerShards } from "./schema.ts";

/** The error is one line for the operator. */
export const openLedgerShard = async (
  { tables }: Pick<Database, "tables">,
  { id }: Installation,
  shard: number,
): Promise<Result<Committed, string>> => {
  const first = { shard, installation: id, entry: journalBegin, entries: 0, records: 0 };
  await tables.insert(ledgerShards).values(first).onConflictDoNothing();
  const [row] = await tables.select().from(ledgerShards).where(eq(ledgerShards.shard, shard));
  const { installation, entry, entries } = row!;
  if (installation !== id) {
    return err(
      `this database has the ledger of another installation (${installation}), and this Redis is ` +
        `${id}: give it its own DATABASE_URL, or rebuild the other one's Redis: npm run rebuild`,
    );
  }
  return ok({ entry, entries });
};
