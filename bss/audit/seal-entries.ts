// The sealer: gives every committed entry that has none its place in the chain, in the order in
// which entries became visible. It reads no entry twice: before the horizon, which the last seal
// tells, no transaction was under way any more.

import type { PoolClient } from "pg";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { chainBegin, chainHash } from "./entry-digest.ts";

/** The last place of the chain, and the hash that stands for all up to there. */
export type Head = { readonly position: number; readonly hash: Buffer };

export const emptyHead: Head = { position: 0, hash: chainBegin };

/** "4711:9f86d0…", to be kept outside of the database. */
export const headText = ({ position, hash }: Head): string => `${position}:${hash.toString("hex")}`;

export type Sealing = { readonly head: Head; readonly sealed: number };

/** One seals at a time: by a number that nothing else in this database locks by. */
const sealLock = 0x74_6f_6c_61;

/** All that is committed by now, in transactions of a bounded number of entries. */
export const sealEntries = async (database: Pick<Database, "transact">): Promise<Sealing> => {
  let sealed = 0;
  for (;;) {
    const batch = await database.transact(sealBatch, limits.auditSealMsMax);
    sealed += batch.sealed;
    if (batch.isWhole) return { head: batch.head, sealed };
  }
};

type Batch = Sealing & { readonly isWhole: boolean };

/** The cursor reads in one snapshot what is looked for once, whatever comes meanwhile. */
const sealBatch = async (client: PoolClient): Promise<Batch> => {
  await client.query("SELECT pg_advisory_xact_lock($1)", [sealLock]);
  const last = await readLast(client);
  await client.query(last.isRestored ? findAll : find, [last.horizon]);
  let page = await fetchPage(client);
  let { head } = last;
  while (page.length > 0) {
    const next = await fetchPage(client);
    const isEnd =
      next.length === 0 || head.position - last.head.position >= limits.auditSealBatchMax;
    head = await sealPage(client, page, head, horizonOf(page, last, next.length === 0));
    if (isEnd) break;
    page = next;
  }
  const sealed = head.position - last.head.position;
  return { head, sealed, isWhole: sealed < limits.auditSealBatchMax };
};

type Found = {
  readonly id: string;
  readonly digest: Buffer;
  readonly transaction: string;
  readonly xmin: string;
};

const fetchPage = async (client: PoolClient): Promise<readonly Found[]> =>
  (await client.query(`FETCH ${limits.auditSealPageMax} FROM unsealed`)).rows;

/** Before it everything is sealed, or its transaction was given up. */
const horizonOf = (page: readonly Found[], { isRestored }: Last, isAll: boolean): string => {
  const { transaction = "0", xmin = "0" } = page.at(-1) ?? {};
  if (isAll) return xmin;
  // By their transactions they were found: up to that of the last one nothing is left out.
  if (isRestored) return "0";
  return BigInt(transaction) < BigInt(xmin) ? transaction : xmin;
};

const sealPage = async (
  client: PoolClient,
  page: readonly Found[],
  { position, hash }: Head,
  horizon: string,
): Promise<Head> => {
  let last = hash;
  const hashes = page.map(({ digest }) => {
    last = chainHash(last, digest);
    return last;
  });
  const [ids, digests] = [page.map(({ id }) => id), page.map(({ digest }) => digest)];
  await client.query(insert, [position, horizon, ids, digests, hashes]);
  return { position: position + page.length, hash: last };
};

type Last = { readonly head: Head; readonly horizon: string; readonly isRestored: boolean };

const readLast = async (client: PoolClient): Promise<Last> => {
  const { rows } = await client.query(findLast);
  const [row] = rows;
  if (row === undefined) return { head: emptyHead, horizon: "0", isRestored: true };
  const { position, hash, horizon } = row;
  // Restored from a dump into a server whose transactions have lower numbers: they say nothing.
  const isRestored: boolean = row.is_restored || horizon === "0";
  const head = { position: Number(position), hash };
  return { head, horizon: isRestored ? "0" : horizon, isRestored };
};

/** The head as it is, without sealing anything. */
export const readHead = async ({ statements }: Pick<Database, "statements">): Promise<Head> => {
  const { rows } = await statements.query(findLast);
  const [row] = rows;
  return row === undefined ? emptyHead : { position: Number(row.position), hash: row.hash };
};

const findLast = `
  SELECT position, hash, horizon::text,
    horizon > pg_snapshot_xmax(pg_current_snapshot()) AS is_restored
  FROM audit_seals ORDER BY position DESC LIMIT 1`;

const findWhere = (bound: string): string => `
  DECLARE unsealed NO SCROLL CURSOR FOR
  SELECT id, digest, transaction::text, pg_snapshot_xmin(pg_current_snapshot())::text AS xmin
  FROM audit_entries entry
  WHERE transaction >= $1::xid8 ${bound}
    AND NOT EXISTS (SELECT FROM audit_seals WHERE entry_id = entry.id)
  ORDER BY entry.transaction, id`;

const find = findWhere("AND transaction < pg_snapshot_xmax(pg_current_snapshot())");
const findAll = findWhere("");

const insert = `
  INSERT INTO audit_seals (position, entry_id, digest, hash, horizon)
  SELECT $1::bigint + place, id, digest, hash, $2::xid8
  FROM unnest($3::bigint[], $4::bytea[], $5::bytea[]) WITH ORDINALITY
    AS seal (id, digest, hash, place)`;
