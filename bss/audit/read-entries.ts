// Entries for the auditor, newest first, a page at a time. The next page begins where one ended,
// whatever was appended meanwhile.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";

export type EntryQuery = {
  readonly entity?: string | undefined;
  readonly entityId?: string | undefined;
  readonly actorId?: string | undefined;
  /** ms since 1970; half-open. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type AuditEntry = {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly requestId: string;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  readonly reason: string | null;
  readonly entity: string;
  readonly entityId: string;
  readonly action: string;
  readonly before: unknown;
  readonly after: unknown;
  /** SHA-256, in hex. */
  readonly digest: string;
  /** In the chain; null: it is not a second old. */
  readonly position: number | null;
};

export type EntryPage = {
  readonly items: readonly AuditEntry[];
  /** Null: there are no more. */
  readonly next: string | null;
};

type Place = { readonly at: number; readonly id: number };

const cursorOf = ({ at, id }: Place): string =>
  Buffer.from(`${at}.${id}`, "latin1").toString("base64url");

const readCursor = (cursor: string): Place | undefined => {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const [, at, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (at === undefined || id === undefined) return undefined;
  return { at: Number(at), id: Number(id) };
};

/** Refuses a cursor that is none of its own. */
export const readEntries = async (
  { statements }: Context,
  query: EntryQuery,
): Promise<Answered<EntryPage>> => {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (query.cursor !== undefined && after === undefined) {
    const errors = [{ pointer: "?cursor", detail: "it is not from a page before" }];
    return refuse("INVALID_REQUEST", "?cursor: it is not from a page before", { errors });
  }
  const conditions: string[] = [];
  const values: unknown[] = [];
  const where = (condition: (...places: string[]) => string, ...given: readonly unknown[]) => {
    if (given.some((value) => value === undefined)) return;
    conditions.push(condition(...given.map((value) => `$${values.push(value)}`)));
  };
  where((place) => `entity = ${place}`, query.entity);
  where((place) => `entity_id = ${place}`, query.entityId);
  where((place) => `actor_id = ${place}`, query.actorId);
  where((place) => `at >= ${place}`, query.from);
  where((place) => `at < ${place}`, query.to);
  where((at, id) => `(at, id) < (${at}::bigint, ${id}::bigint)`, after?.at, after?.id);
  // One more than asked for tells whether there is a next page.
  const { rows } = await statements.query(
    `SELECT page.*, seal.position FROM (
      SELECT * FROM audit_entries ${conditions.length > 0 ? "WHERE" : ""}
      ${conditions.join(" AND ")} ORDER BY at DESC, id DESC LIMIT $${values.push(query.limit + 1)}
    ) page LEFT JOIN audit_seals seal ON seal.entry_id = page.id
    ORDER BY at DESC, id DESC`,
    values,
  );
  const items = rows.slice(0, query.limit).map(entryOf);
  const last = rows[query.limit - 1];
  const isMore = rows.length > query.limit && last !== undefined;
  return ok({
    items,
    next: isMore ? cursorOf({ at: Number(last.at), id: Number(last.id) }) : null,
  });
};

const entryOf = (row: Record<string, unknown>): AuditEntry => ({
  id: Number(row["id"]),
  at: new Date(Number(row["at"])).toISOString(),
  requestId: String(row["request_id"]),
  actor: {
    ...{ kind: String(row["actor_kind"]), id: String(row["actor_id"]) },
    name: String(row["actor_name"]),
  },
  reason: row["reason"] as string | null,
  ...{ entity: String(row["entity"]), entityId: String(row["entity_id"]) },
  action: String(row["action"]),
  ...{ before: row["before"], after: row["after"] },
  digest: (row["digest"] as Buffer).toString("hex"),
  position: row["position"] === null ? null : Number(row["position"]),
});
