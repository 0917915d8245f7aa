// How far the ledger of a shard is. The first worker of an installation puts down all of its shards
// at once, so that a database has the shards of one installation and each of them: the journal of
// another one is never mixed in, and a rebuild knows how many there were.

import { err, ok, type Result } from "../../engine/values/result.ts";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { journalBegin } from "./journal-position.ts";
import type { Committed, Installation } from "./journal-stream.ts";
import { readShards } from "./read-ledger.ts";

/** The error is one line for the operator. */
export const openLedgerShard = async (
  database: Pick<Database, "tables" | "transact">,
  installation: Installation,
  shard: number,
): Promise<Result<Committed, string>> => {
  const { id, shards } = installation;
  let rows = await readShards(database);
  if (rows.length < shards && rows.every((row) => row.installation === id)) {
    await putDownShards(database, installation);
    rows = await readShards(database);
  }
  const other = rows.find((row) => row.installation !== id);
  if (other !== undefined) {
    return err(
      `this database has the ledger of another installation (${other.installation}), and this ` +
        `Redis is ${id}: give it its own DATABASE_URL, or rebuild the other one's Redis: ` +
        "npm run rebuild",
    );
  }
  const row = rows.find((one) => one.shard === shard);
  if (row === undefined) return err(`this database has no shard ${shard} of this Redis`);
  return ok({ entry: row.entry, entries: row.entries });
};

/** Of two installations that begin at once the second one waits, and finds the first one's rows. */
const putDown = `
  INSERT INTO ledger_shards (shard, installation, entry, entries, records)
  SELECT shard, $1, $3, 0, 0 FROM generate_series(0, $2 - 1) AS shard
  WHERE NOT EXISTS (SELECT FROM ledger_shards WHERE installation <> $1)
  ON CONFLICT DO NOTHING`;

const putDownShards = (
  { transact }: Pick<Database, "transact">,
  { id, shards }: Installation,
): Promise<void> =>
  transact(async (client) => {
    await client.query("LOCK TABLE ledger_shards IN SHARE ROW EXCLUSIVE MODE");
    await client.query(putDown, [id, shards, journalBegin]);
  }, limits.ledgerCommitMsMax);
