// Every time that somebody spoke with a customer: only ever added to. The note is sealed, and shown
// to whoever cares for customers, and to the customer itself.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type PageEnd, pageOf } from "../http/page-cursor.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { findParty, sightOf } from "../parties/index.ts";
import type { Reach } from "../permissions.ts";
import type { Cipher, EncryptedTable } from "../privacy/index.ts";

export type Interaction = {
  readonly direction: "inbound" | "outbound";
  readonly channel: string;
  readonly subject: string;
  readonly note?: string | undefined;
  /** Who spoke for the customer. */
  readonly partyId?: string | undefined;
  /** ms since 1970; undefined: now. */
  readonly at?: number | undefined;
};

type Row = {
  readonly id: string;
  readonly customer_id: string;
  readonly party_id: string | null;
  readonly at: string;
  readonly recorded_at: string;
  readonly direction: string;
  readonly channel: string;
  readonly subject: string;
  readonly note: string | null;
  readonly recorded_by: string;
};

const notePurpose = "customer_interactions.note";

/** For the change of keys. */
export const encryptedInteractions: EncryptedTable = {
  ...{ table: "customer_interactions", idColumn: "id", documents: [] },
  columns: [{ column: "note", purpose: notePurpose }],
};

const hidden = "•••••";

const openNote = (cipher: Cipher, sealed: string): string => {
  const opened = cipher.open(sealed, notePurpose);
  if (!opened.isOk) throw new Error(`${notePurpose} does not open: ${opened.error.code}`);
  return opened.value;
};

/** Whoever merely watches sees that there is a note. */
const interactionOf = (context: Context, cipher: Cipher, row: Row) => {
  const isMasked = sightOf(context.actor) === "none";
  const note = row.note === null || isMasked ? row.note && hidden : openNote(cipher, row.note);
  return {
    id: Number(row.id),
    customerId: row.customer_id,
    partyId: row.party_id,
    at: new Date(Number(row.at)).toISOString(),
    recordedAt: new Date(Number(row.recorded_at)).toISOString(),
    recordedBy: row.recorded_by,
    direction: row.direction,
    channel: row.channel,
    subject: row.subject,
    note,
  };
};

const findCustomer = async (
  { statements, actor }: Context,
  id: string,
  reach: Reach,
): Promise<Answered<void>> => {
  const owner = reach === "own" ? (actor.customerId ?? "") : null;
  const { rowCount } = await statements.query(
    "SELECT FROM customer WHERE id = $1 AND ($2::text IS NULL OR owner = $2)",
    [id, owner],
  );
  return rowCount === 0 ? refuse("NOT_FOUND", `there is no customer ${id}`) : ok(undefined);
};

export const recordInteraction = async (
  context: Context,
  cipher: Cipher,
  customerId: string,
  interaction: Interaction,
) => {
  const { now, actor } = context;
  const { direction, channel, subject, note, partyId, at = now } = interaction;
  const place = (pointer: string, detail: string) =>
    refuse("UNPROCESSABLE", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
  if (at > now) return place("/at", "it is yet to come");
  const found = await findCustomer(context, customerId, "all");
  if (!found.isOk) return found;
  const party = partyId === undefined ? undefined : await findParty(context, partyId, "all");
  if (party?.isOk === false) return place("/partyId", "is not there");
  const { rows } = await context.statements.query<Row>(
    `INSERT INTO customer_interactions
      (customer_id, party_id, at, recorded_at, direction, channel, subject, note, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *`,
    [
      ...[customerId, party?.value.id ?? null, at, now, direction, channel, subject],
      note === undefined ? null : cipher.seal(note, notePurpose),
      `${actor.kind}:${actor.id}`,
    ],
  );
  const row = rows[0] as Row;
  context.record({
    ...{ entity: "customerInteraction", entityId: row.id, action: "create" },
    ...{ before: null, after: row },
  });
  return ok(interactionOf(context, cipher, row));
};

/** The latest first; who was merged since is said as the survivor. */
export const listInteractions = async (
  context: Context,
  cipher: Cipher,
  customerId: string,
  page: { readonly after: PageEnd | undefined; readonly limit: number; readonly reach: Reach },
) => {
  const found = await findCustomer(context, customerId, page.reach);
  if (!found.isOk) return found;
  const { rows } = await context.statements.query<Row & { survivor: string | null }>(
    `SELECT i.*, m.survivor FROM customer_interactions i
      LEFT JOIN merged_parties m ON m.id = i.party_id
    WHERE customer_id = $1 AND (at, i.id) < ($2, $3) ORDER BY at DESC, i.id DESC LIMIT $4`,
    [
      ...[customerId, page.after?.at ?? Number.MAX_SAFE_INTEGER, page.after?.id ?? 0],
      page.limit + 1,
    ],
  );
  const ends = rows.map((row) => ({ at: Number(row.at), id: Number(row.id), row }));
  const { items, next } = pageOf(ends, page.limit);
  const shown = items.map(({ row }) => {
    const partyId = row.survivor ?? row.party_id;
    return interactionOf(context, cipher, { ...row, party_id: partyId });
  });
  return ok({ items: shown, next });
};
