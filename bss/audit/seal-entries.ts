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

/** All that is committed by now, page by page; each page is a transaction. */
export const sealEntries = async (database: Pick<Database, "transact">): Promise<Sealing> => {
  let sealed = 0;
  for (;;) {
    const page = await database.transact(sealPage, limits.auditSealMsMax);
    sealed += page.sealed;
    if (page.sealed < limits.auditSealPageMax) return { head: page.head, sealed };
  }
};

const sealPage = async (client: PoolClient): Promise<Sealing> => {
  await client.query("SELECT pg_advisory_xact_lock($1)", [sealLock]);
  const last = await readLast(client);
  const { rows } = await client.query(last.isRestored ? findAll : find, [
    ...[last.horizon, limits.auditSealPageMax],
  ]);
  const [first] = rows;
  if (first === undefined) return { head: last.head, sealed: 0 };
  let { hash } = last.head;
  const hashes = rows.map(({ digest }: { digest: Buffer }) => {
    hash = chainHash(hash, digest);
    return hash;
  });
  // What is left over lies behind the horizon of before.
  const isWhole = rows.length < limits.auditSealPageMax;
  await client.query(insert, [
    ...[last.head.position, isWhole ? first.horizon : last.horizon],
    ...[rows.map(({ id }) => id), rows.map(({ digest }) => digest), hashes],
  ]);
  const head = { position: last.head.position + rows.length, hash };
  return { head, sealed: rows.length };
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

/** In one statement, so that all of it is of one snapshot. */
const findWhere = (bound: string): string => `
  SELECT id, digest, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon
  FROM audit_entries entry
  WHERE transaction >= $1::xid8 ${bound}
    AND NOT EXISTS (SELECT FROM audit_seals WHERE entry_id = entry.id)
  ORDER BY transaction, id LIMIT $2`;

const find = findWhere("AND transaction < pg_snapshot_xmax(pg_current_snapshot())");
const findAll = findWhere("");

const insert = `
  INSERT INTO audit_seals (position, entry_id, digest, hash, horizon)
  SELECT $1::bigint + place, id, digest, hash, $2::xid8
  FROM unnest($3::bigint[], $4::bytea[], $5::bytea[]) WITH ORDINALITY
    AS seal (id, digest, hash, place)`;
