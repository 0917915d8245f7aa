// Appends changes to the audit, in the transaction that made them and in one statement. They are
// not chained here: a chain that grew within each transaction would let only one write at a time.

import type { QueryConfig } from "pg";
import type { Actor, Change } from "../context.ts";
import type { Statement, Statements } from "../db/connection.ts";
import { maskName } from "../privacy/index.ts";
import { canonicalJson } from "./canonical-json.ts";
import { digestOf, storableText } from "./entry-digest.ts";

/** What the changes of one request have in common. */
export type Stamp = {
  readonly actor: Actor;
  /** ms since 1970. */
  readonly now: number;
  readonly requestId: string;
  readonly reason: string | undefined;
};

/** In their order. Personal data in `before` and `after` is protected by the caller. */
export const appendChanges = async (
  statements: Statements,
  stamp: Stamp,
  changes: readonly Change[],
): Promise<void> => {
  const statement = changesStatement(stamp, changes);
  if (statement !== undefined) await statements.query(statement as QueryConfig);
};

/** The same, to be sent with others; undefined: there is nothing to append. */
export const changesStatement = (
  { actor, now, requestId, reason }: Stamp,
  changes: readonly Change[],
): Statement | undefined => {
  if (changes.length === 0) return undefined;
  const common = {
    at: now,
    requestId: storableText(requestId),
    actorKind: actor.kind,
    actorId: storableText(actor.id),
    // A customer's name stays with the customer, who may be forgotten: the id says who it was.
    actorName: storableText(actor.customerId === undefined ? actor.name : maskName(actor.name)),
    reason: reason === undefined ? null : storableText(reason),
  };
  const entries = changes.map(({ entity, entityId, action, before, after }) => ({
    ...common,
    entity: storableText(entity),
    entityId: storableText(entityId),
    action,
    before: documentText(before),
    after: documentText(after),
  }));
  return {
    name: "audit_append",
    text: append,
    values: [
      ...[common.at, common.requestId, common.actorKind, common.actorId, common.actorName],
      common.reason,
      entries.map(({ entity }) => entity),
      entries.map(({ entityId }) => entityId),
      entries.map(({ action }) => action),
      entries.map(({ before }) => before),
      entries.map(({ after }) => after),
      entries.map(digestOf),
    ],
  };
};

const documentText = (document: unknown): string | null =>
  document === null || document === undefined ? null : canonicalJson(document);

const append = `
  INSERT INTO audit_entries (at, request_id, actor_kind, actor_id, actor_name, reason,
    entity, entity_id, action, before, after, digest)
  SELECT $1, $2, $3, $4, $5, $6, entity, entity_id, action, before::json, after::json, digest
  FROM unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])
    WITH ORDINALITY AS change (entity, entity_id, action, before, after, digest, place)
  ORDER BY place`;
