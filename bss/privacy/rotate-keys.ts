// Brings everything that domains have encrypted under the newest key, page by page beside running
// processes. How far a table is stands in its own row, written with each page: whatever ends it, it
// goes on from there.

import { escapeIdentifier, type PoolClient } from "pg";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import type { Cipher } from "./cipher.ts";
import type { EncryptedTable } from "./encrypted-table.ts";
import { type ResealedRow, type Row, resealRow } from "./reseal-row.ts";

export type Rotation = {
  readonly database: Pick<Database, "transact">;
  readonly cipher: Cipher;
  readonly tables: readonly EncryptedTable[];
  /** Ends it after the page under way. */
  readonly signal: AbortSignal;
  /** Rows of the table that are done, of so many. */
  readonly onProgress: (table: string, done: number, total: number) => void;
};

export type TableRotation = {
  readonly table: string;
  /** Those of an interrupted run before are among them. */
  readonly rows: number;
  readonly resealed: number;
  /** Rows that cannot be opened stay as they are; the first of them, each a line. */
  readonly unreadable: number;
  readonly unreadableExamples: readonly string[];
  readonly isComplete: boolean;
};

/**
 * Of every table that was begun. A process that has not noticed the key yet seals by an older one
 * meanwhile: nothing is under that any more once a run has sealed nothing anew.
 */
export const rotateKeys = async (rotation: Rotation): Promise<readonly TableRotation[]> => {
  const done: TableRotation[] = [];
  for (const table of rotation.tables) {
    if (rotation.signal.aborted) break;
    done.push(await rotateTable(rotation, table));
  }
  return done;
};

const examplesMax = 10;

type Cursor = { readonly lastId: string | null; readonly rows: number; readonly resealed: number };

const rotateTable = async (rotation: Rotation, table: EncryptedTable): Promise<TableRotation> => {
  const { database, cipher, signal, onProgress } = rotation;
  const keyId = cipher.newestKeyId();
  const shape = await database.transact(
    (client) => readShape(client, table),
    limits.privacyRotateMsMax,
  );
  let cursor = await database.transact((client) => readCursor(client, table, keyId));
  let isComplete = false;
  const problems: string[] = [];
  let unreadable = 0;
  while (!isComplete && !signal.aborted) {
    const from = cursor;
    const page = await database.transact(async (client) => {
      const rows = await readPage(client, table, shape, from.lastId);
      const changed = rows.map((row) => ({ row, changed: resealRow(row, table, cipher) }));
      await writePage(client, table, shape, changed.flatMap(toWrite));
      const next = after(from, changed);
      const isLast = rows.length < limits.privacyRotatePageMax;
      await client.query(saveCursor, [
        ...[table.table, keyId, next.lastId, next.rows, next.resealed, isLast],
      ]);
      return { next, isLast, changed };
    }, limits.privacyRotateMsMax);
    for (const { row, changed } of page.changed) {
      if (changed.isOk) continue;
      unreadable += 1;
      if (problems.length < examplesMax) problems.push(`${row["id"]}: ${changed.error}`);
    }
    cursor = page.next;
    isComplete = page.isLast;
    onProgress(table.table, cursor.rows, Math.max(cursor.rows, shape.rows));
  }
  const { rows, resealed } = cursor;
  const examples = problems.map((problem) => `${table.table} ${problem}`);
  return {
    ...{ table: table.table, rows, resealed, unreadable },
    ...{ unreadableExamples: examples, isComplete },
  };
};

type Changed = { readonly row: Row; readonly changed: ReturnType<typeof resealRow> };
type Written = { readonly id: string; readonly values: ResealedRow["values"] };

const toWrite = ({ row, changed }: Changed): readonly Written[] =>
  changed.isOk && changed.value.resealed > 0
    ? [{ id: String(row["id"]), values: changed.value.values }]
    : [];

const after = ({ lastId, rows, resealed }: Cursor, page: readonly Changed[]): Cursor => ({
  lastId: page.length === 0 ? lastId : String(page.at(-1)?.row["id"]),
  rows: rows + page.length,
  resealed: page.reduce(
    (sum, { changed }) => sum + (changed.isOk ? changed.value.resealed : 0),
    resealed,
  ),
});

type Shape = { readonly idType: string; readonly rows: number };

const readShape = async (
  client: PoolClient,
  { table, idColumn }: EncryptedTable,
): Promise<Shape> => {
  const { rows } = await client.query(
    `SELECT format_type(atttypid, atttypmod) AS type,
      (SELECT count(*) FROM ${escapeIdentifier(table)}) AS rows
    FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2`,
    [escapeIdentifier(table), idColumn],
  );
  if (rows[0] === undefined) throw new Error(`${table} has no column ${idColumn}`);
  return { idType: rows[0].type, rows: Number(rows[0].rows) };
};

/** Of an interrupted run under this key; else of one that begins. */
const readCursor = async (
  client: PoolClient,
  { table }: EncryptedTable,
  keyId: string,
): Promise<Cursor> => {
  const { rows } = await client.query(
    `SELECT last_id, rows, resealed FROM privacy_rotations
    WHERE table_name = $1 AND key_id = $2 AND NOT is_complete`,
    [table, keyId],
  );
  const [row] = rows;
  if (row === undefined) return { lastId: null, rows: 0, resealed: 0 };
  return { lastId: row.last_id, rows: Number(row.rows), resealed: Number(row.resealed) };
};

const saveCursor = `
  INSERT INTO privacy_rotations (table_name, key_id, last_id, rows, resealed, is_complete)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (table_name, key_id) DO UPDATE SET last_id = excluded.last_id,
    rows = excluded.rows, resealed = excluded.resealed, is_complete = excluded.is_complete`;

const columnsOf = ({ columns, documents }: EncryptedTable): readonly string[] =>
  [...columns, ...documents].map(({ column }) => column);

/** Locked: whoever changes one of them meanwhile waits, and then changes what was sealed anew. */
const readPage = async (
  client: PoolClient,
  table: EncryptedTable,
  { idType }: Shape,
  lastId: string | null,
): Promise<readonly Row[]> => {
  const id = escapeIdentifier(table.idColumn);
  const selected = columnsOf(table).map(escapeIdentifier);
  const { rows } = await client.query(
    `SELECT ${id}::text AS id, ${selected.join()} FROM ${escapeIdentifier(table.table)}
    ${lastId === null ? "" : `WHERE ${id} > $1::${idType}`}
    ORDER BY ${escapeIdentifier(table.table)}.${id} LIMIT ${limits.privacyRotatePageMax}
    FOR UPDATE`,
    lastId === null ? [] : [lastId],
  );
  return rows;
};

const writePage = async (
  client: PoolClient,
  table: EncryptedTable,
  { idType }: Shape,
  written: readonly Written[],
): Promise<void> => {
  if (written.length === 0) return;
  const name = escapeIdentifier(table.table);
  const columns = columnsOf(table);
  const isDocument = (column: string) => table.documents.some((one) => one.column === column);
  const sets = columns.map((column, n) => {
    const value = isDocument(column) ? `changed.c${n}::jsonb` : `changed.c${n}`;
    return `${escapeIdentifier(column)} = ${value}`;
  });
  const names = columns.map((_, n) => `c${n}`);
  const arrays = columns.map((_, n) => `$${n + 2}::text[]`);
  await client.query(
    `UPDATE ${name} SET ${sets.join()}
    FROM unnest(${["$1::text[]", ...arrays].join()}) AS changed (${["id", ...names].join()})
    WHERE ${name}.${escapeIdentifier(table.idColumn)} = changed.id::${idType}`,
    [
      written.map(({ id }) => id),
      ...columns.map((column) => written.map(({ values }) => values[column] ?? null)),
    ],
  );
};
