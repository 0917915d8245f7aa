// The audit for the auditor, and nobody else.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { readEntries } from "./read-entries.ts";

const text = z.string().min(1).max(limits.auditTextCharactersMax);
const moment = z.iso.datetime({ offset: true });

const entryQuery = z.strictObject({
  entity: text.optional().meta({ description: "as in productOffering" }),
  entityId: text.optional(),
  actor: text.optional().meta({ description: "the id of who did it" }),
  from: moment.optional(),
  to: moment.optional().meta({ description: "up to and without" }),
  cursor: z.string().max(100).optional().meta({ description: "next of the page before" }),
  limit: z.coerce.number().int().min(1).max(limits.auditPageMax).optional(),
});

const auditEntry = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    requestId: z.string(),
    actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    reason: z.string().nullable(),
    entity: z.string(),
    entityId: z.string(),
    action: z.enum(["create", "update", "delete", "execute"]),
    before: z.unknown(),
    after: z.unknown(),
    digest: z.string().meta({ description: "SHA-256 of its canonical JSON, in hex" }),
    position: z.int().nullable().meta({ description: "in the chain; null: not a second old" }),
  })
  .meta({ id: "AuditEntry" });

export const auditRoutes = (): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path: "/api/audit/entries", tag: "Audit" },
    summary: "Who changed what, when and why; newest first",
    permission: "audit:read",
    query: entryQuery,
    answers: {
      200: z.object({ items: z.array(auditEntry), next: z.string().nullable() }),
    },
    handle: async (context, { query }) => {
      const { entity, entityId, actor, from, to, cursor } = query;
      const page = await readEntries(context, {
        ...{ entity, entityId, actorId: actor, cursor },
        from: from === undefined ? undefined : Date.parse(from),
        to: to === undefined ? undefined : Date.parse(to),
        limit: query.limit ?? limits.auditPageDefault,
      });
      return page.isOk ? ok({ status: 200, body: page.value }) : page;
    },
  }),
];
