// Snapshots of Redis, kept beside the ledger: a rebuild begins with one, and carries out only what
// the journals have behind it. What the pages are is the engine's (engine/store/snapshot.ts).

import { createHash } from "node:crypto";
import { and, desc, eq, inArray, lt, notInArray, or, sql } from "drizzle-orm";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { fieldParts, readFields } from "./entry-bytes.ts";
import type { Committed } from "./journal-stream.ts";
import { ledgerSnapshotPages, ledgerSnapshotShards, ledgerSnapshots } from "./schema.ts";

type Reading = Pick<Database, "tables">;

/** Where the journal of a shard was when a snapshot was taken. */
export type SnapshotPosition = Committed & { readonly shard: number };

export type Snapshot = {
  readonly id: number;
  readonly installation: string;
  readonly accountLayout: number;
  /** ms since 1970. */
  readonly begunAt: number;
  readonly accounts: number;
  readonly pages: number;
  /** Of the shards whose journal had begun. */
  readonly positions: readonly SnapshotPosition[];
};

/** Its id. Nobody uses it before it is completed. */
export const beginSnapshot = async (
  { tables }: Reading,
  of: Pick<Snapshot, "installation" | "accountLayout" | "begunAt">,
): Promise<number> => {
  const values = { ...of, accounts: 0, pages: 0, isComplete: false };
  const [row] = await tables.insert(ledgerSnapshots).values(values).returning();
  return row!.id;
};

export const addSnapshotPage = async (
  { tables }: Reading,
  snapshot: number,
  page: number,
  fields: readonly Buffer[],
): Promise<void> => {
  const octets = Buffer.concat(fieldParts(fields));
  const row = { snapshot, page, octets, digest: digestOf(octets) };
  await tables.insert(ledgerSnapshotPages).values(row);
};

/** The error says what is wrong with it. */
export const readSnapshotPage = async (
  { tables }: Reading,
  snapshot: number,
  page: number,
): Promise<Result<readonly Buffer[], string>> => {
  const { snapshot: of, page: number } = ledgerSnapshotPages;
  const [row] = await tables
    .select()
    .from(ledgerSnapshotPages)
    .where(and(eq(of, snapshot), eq(number, page)));
  if (row === undefined) return err("it is not there");
  if (!digestOf(row.octets).equals(row.digest)) return err("it is not what was saved");
  return ok(readFields(row.octets));
};

const digestOf = (octets: Buffer): Buffer => createHash("sha256").update(octets).digest();

/** From then on rebuilds begin with it. */
export const completeSnapshot = (
  { transact }: Pick<Database, "transact">,
  { id, accounts, pages, positions }: Pick<Snapshot, "id" | "accounts" | "pages" | "positions">,
): Promise<void> =>
  transact(async (client) => {
    for (const { shard, entry, entries } of positions) {
      await client.query(addPosition, [id, shard, entry, entries]);
    }
    await client.query(complete, [id, accounts, pages]);
  });

const addPosition = `
  INSERT INTO ledger_snapshot_shards (snapshot, shard, entry, entries) VALUES ($1, $2, $3, $4)`;
const complete = `
  UPDATE ledger_snapshots SET accounts = $2, pages = $3, is_complete = true WHERE id = $1`;

export const dropSnapshot = async ({ tables }: Reading, id: number): Promise<void> => {
  await tables.delete(ledgerSnapshots).where(eq(ledgerSnapshots.id, id));
};

/** All but the `kept` newest; and what nobody has completed in a day. Returns how many. */
export const dropOldSnapshots = async (
  { tables }: Reading,
  installation: string,
  kept: number,
  now: number,
): Promise<number> => {
  const { id, isComplete, begunAt } = ledgerSnapshots;
  const ours = eq(ledgerSnapshots.installation, installation);
  const newest = tables
    .select({ id })
    .from(ledgerSnapshots)
    .where(and(ours, isComplete))
    .orderBy(desc(id))
    .limit(kept);
  const isOld = and(isComplete, notInArray(id, newest));
  const isLeft = and(sql`NOT ${isComplete}`, lt(begunAt, now - limits.snapshotTakingMsMax));
  const dropped = await tables
    .delete(ledgerSnapshots)
    .where(and(ours, or(isOld, isLeft)))
    .returning({ id });
  return dropped.length;
};

/** The complete ones, the newest first. */
export const readSnapshots = async ({ tables }: Reading): Promise<readonly Snapshot[]> => {
  const rows = await tables
    .select()
    .from(ledgerSnapshots)
    .where(eq(ledgerSnapshots.isComplete, true))
    .orderBy(desc(ledgerSnapshots.id));
  if (rows.length === 0) return [];
  const shards = await tables
    .select()
    .from(ledgerSnapshotShards)
    .where(
      inArray(
        ledgerSnapshotShards.snapshot,
        rows.map(({ id }) => id),
      ),
    );
  return rows.map(({ isComplete: _, ...row }) => ({
    ...row,
    positions: shards.filter(({ snapshot }) => snapshot === row.id),
  }));
};
