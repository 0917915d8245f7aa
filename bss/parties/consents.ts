// What a party agreed to: a ledger. Nothing in it is changed; to withdraw is to add. Those who were
// merged are one person, so their ledgers are read as one, and what was said last counts.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type PageEnd, pageOf } from "../http/page-cursor.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Reach } from "../permissions.ts";
import { findParty, holdParty, idsOfParty } from "./find-party.ts";

export type ConsentGiven = {
  readonly purpose: string;
  readonly decision: "given" | "withdrawn";
  readonly channel: string;
  /** ms since 1970; undefined: now. */
  readonly at?: number | undefined;
  readonly until?: number | undefined;
  readonly textVersion?: string | undefined;
};

type Row = {
  readonly id: string;
  readonly party_id: string;
  readonly purpose: string;
  readonly decision: "given" | "withdrawn";
  readonly at: string;
  readonly recorded_at: string;
  readonly channel: string;
  readonly text_version: string | null;
  readonly until: string | null;
  readonly recorded_by: string;
};

const iso = (ms: string | null): string | null =>
  ms === null ? null : new Date(Number(ms)).toISOString();

/** As it is shown. */
const consentOf = (row: Row) => ({
  id: Number(row.id),
  partyId: row.party_id,
  purpose: row.purpose,
  decision: row.decision,
  at: iso(row.at),
  recordedAt: iso(row.recorded_at),
  recordedBy: row.recorded_by,
  channel: row.channel,
  textVersion: row.text_version,
  until: iso(row.until),
});
export type Consent = ReturnType<typeof consentOf>;

const badPlace = (pointer: string, detail: string) =>
  refuse("UNPROCESSABLE", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });

export const recordConsent = async (
  context: Context,
  partyId: string,
  given: ConsentGiven,
  reach: Reach,
): Promise<Answered<Consent>> => {
  const { now, actor } = context;
  const { purpose, decision, channel, at = now, until, textVersion } = given;
  if (at > now) return badPlace("/at", "it is yet to come");
  if (until !== undefined && decision === "withdrawn") {
    return badPlace("/until", "what is withdrawn has no end");
  }
  if (until !== undefined && until <= at) return badPlace("/until", "it ends before it begins");
  const party = await holdParty(context, partyId, reach);
  if (!party.isOk) return party;
  const { id } = party.value;
  const { rows } = await context.statements.query<Row>(
    `INSERT INTO party_consents
      (party_id, purpose, decision, at, recorded_at, channel, text_version, until, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *`,
    [
      ...[id, purpose, decision, at, now, channel, textVersion ?? null, until ?? null],
      `${actor.kind}:${actor.id}`,
    ],
  );
  const consent = consentOf(rows[0] as Row);
  context.record({
    ...{ entity: "partyConsent", entityId: `${consent.id}`, action: "create" },
    ...{ before: null, after: consent },
  });
  context.publish({
    ...{ eventType: "PartyConsentCreateEvent", domain: "party", resourceName: "partyConsent" },
    ...{ resource: consent, resourceId: `${consent.id}` },
  });
  return ok(consent);
};

/** Of each purpose what was said last, and whether it holds now. */
export const currentConsents = async (context: Context, partyId: string, reach: Reach) => {
  const party = await findParty(context, partyId, reach);
  if (!party.isOk) return party;
  const { rows } = await context.statements.query<Row & { given_at: string | null }>(
    `SELECT DISTINCT ON (purpose) *,
      CASE WHEN decision = 'given' THEN at ELSE (
        SELECT max(given.at) FROM party_consents given WHERE given.party_id = ANY($1)
          AND given.purpose = said.purpose AND given.decision = 'given' AND given.at <= said.at)
      END AS given_at
    FROM party_consents said WHERE party_id = ANY($1)
    ORDER BY purpose, at DESC, id DESC`,
    [await idsOfParty(context, party.value.id)],
  );
  const isOpen = (until: string | null) => until === null || Number(until) > context.now;
  return ok(
    rows.map((row) => ({
      ...consentOf(row),
      isInForce: row.decision === "given" && isOpen(row.until),
      givenAt: iso(row.given_at),
      withdrawnAt: row.decision === "withdrawn" ? iso(row.at) : null,
    })),
  );
};

/** All that was ever said, the latest first. */
export const consentHistory = async (
  context: Context,
  partyId: string,
  page: { readonly after: PageEnd | undefined; readonly limit: number; readonly reach: Reach },
) => {
  const party = await findParty(context, partyId, page.reach);
  if (!party.isOk) return party;
  const { rows } = await context.statements.query<Row>(
    `SELECT * FROM party_consents
    WHERE party_id = ANY($1) AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4`,
    [
      await idsOfParty(context, party.value.id),
      page.after?.at ?? Number.MAX_SAFE_INTEGER,
      page.after?.id ?? 0,
      page.limit + 1,
    ],
  );
  const ends = rows.map((row) => ({ at: Number(row.at), id: Number(row.id), row }));
  const { items, next } = pageOf(ends, page.limit);
  return ok({ items: items.map(({ row }) => consentOf(row)), next });
};
