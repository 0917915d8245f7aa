// Parties through the doors: TMF632 and TMF669, and what these do not have: consents, likely
// duplicates, merging.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { readCursor } from "../http/page-cursor.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Kinds } from "../http/tmf/references.ts";
import { shownOf } from "../http/tmf/resource-kind.ts";
import { idParams, resourceRoutes } from "../http/tmf/resource-routes.ts";
import { must } from "../http/tmf/values.ts";
import { limits } from "../limits.ts";
import { consentHistory, currentConsents, recordConsent } from "./consents.ts";
import { findParty } from "./find-party.ts";
import type { PartyKinds } from "./kinds.ts";
import { likelyDuplicates } from "./likely-duplicates.ts";
import { mergeParties } from "./merge-parties.ts";

const word = must.name.min(1);
const moment = z.iso.datetime({ offset: true });

const consentBody = z
  .strictObject({
    purpose: word.meta({ description: "what the data may be used for, as in marketing" }),
    decision: z.enum(["given", "withdrawn"]),
    channel: word.meta({ description: "how it was said, as in shop, call, selfCare" }),
    at: must.moment.optional().meta({ description: "when it was said; else now" }),
    until: must.moment.optional().meta({ description: "given up to then" }),
    textVersion: word.optional().meta({ description: "of the text that was agreed to" }),
  })
  .meta({ id: "PartyConsentCreate" });

const consentShape = z
  .object({
    ...{ id: z.int(), partyId: z.string(), purpose: z.string() },
    decision: z.enum(["given", "withdrawn"]),
    ...{ at: moment, recordedAt: moment, recordedBy: z.string(), channel: z.string() },
    ...{ textVersion: z.string().nullable(), until: moment.nullable() },
  })
  .meta({ id: "PartyConsent" });

const currentShape = consentShape
  .extend({
    isInForce: z.boolean(),
    givenAt: moment.nullable(),
    withdrawnAt: moment.nullable(),
  })
  .meta({ id: "PartyConsentState" });

const pageQuery = z.strictObject({
  cursor: z.string().max(100).optional().meta({ description: "next of the page before" }),
  limit: z.coerce.number().int().min(1).max(limits.consentPageMax).optional(),
});

const duplicateShape = z
  .object({
    ...{ id: z.string(), href: z.string(), score: z.int() },
    shares: z.array(z.string()).meta({ description: "what both have in common" }),
  })
  .meta({ id: "LikelyDuplicate" });

const tag = "Parties";

const consentRoutes: readonly Route[] = [
  defineRoute({
    ...{ method: "GET", path: "/api/parties/:id/consents", tag },
    summary: "What a party agreed to, as it holds now: the last of each purpose",
    permission: "party:read",
    params: idParams,
    answers: { 200: z.array(currentShape) },
    handle: async (context, { params, reach }) => {
      const current = await currentConsents(context, params.id, reach);
      return current.isOk ? ok({ status: 200, body: current.value }) : current;
    },
  }),
  defineRoute({
    ...{ method: "GET", path: "/api/parties/:id/consents/history", tag },
    summary: "All that a party ever agreed to or withdrew, the latest first",
    permission: "party:read",
    ...{ params: idParams, query: pageQuery },
    answers: { 200: z.object({ items: z.array(consentShape), next: z.string().nullable() }) },
    handle: async (context, { params, query, reach }) => {
      const after = readCursor(query.cursor);
      if (!after.isOk) return after;
      const limit = query.limit ?? limits.consentPageDefault;
      const page = { after: after.value, limit, reach };
      const history = await consentHistory(context, params.id, page);
      return history.isOk ? ok({ status: 200, body: history.value }) : history;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/parties/:id/consents", tag },
    summary: "Record that a party agreed to something, or takes it back",
    permission: "party:write",
    ...{ params: idParams, body: consentBody },
    answers: { 201: consentShape },
    handle: async (context, { params, body, reach }) => {
      const { at, until, ...rest } = body;
      const given = {
        ...rest,
        at: at === undefined ? undefined : Date.parse(at),
        until: until === undefined ? undefined : Date.parse(until),
      };
      const consent = await recordConsent(context, params.id, given, reach);
      return consent.isOk ? ok({ status: 201, body: consent.value }) : consent;
    },
  }),
];

const duplicateRoutes = (party: PartyKinds, kinds: Kinds): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path: "/api/parties/:id/duplicates", tag },
    summary: "Parties that may be the same, the likeliest first",
    permission: "customer:write",
    params: idParams,
    answers: { 200: z.array(duplicateShape) },
    handle: async (context, { params, reach }) => {
      const found = await findParty(context, params.id, reach);
      if (!found.isOk) return found;
      const kind = party[found.value.kind];
      const likely = await likelyDuplicates(context, kind, found.value.id, reach);
      return likely.isOk ? ok({ status: 200, body: likely.value }) : likely;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/parties/:id/merge", tag },
    summary: "Merge another party into this one, which takes over all that refers to the other",
    permission: "customer:write",
    params: idParams,
    body: z.strictObject({ merged: must.id }).meta({ id: "PartyMerge" }),
    answers: {
      200: z.object({ survivor: z.unknown(), references: z.int() }).meta({ id: "PartyMerged" }),
    },
    handle: async (context, { params, body, reach }) => {
      const found = await findParty(context, params.id, reach);
      if (!found.isOk) return found;
      const kind = party[found.value.kind];
      const merge = { kind, survivor: params.id, merged: body.merged };
      const done = await mergeParties(context, kinds, merge);
      if (!done.isOk) return done;
      const survivor = shownOf(kind, done.value.survivor, context.actor);
      return ok({ status: 200, body: { ...done.value, survivor } });
    },
  }),
];

export const partyRoutes = (party: PartyKinds, kinds: Kinds): readonly Route[] => [
  ...[party.individual, party.organization, party.partyRole].flatMap(resourceRoutes),
  ...consentRoutes,
  ...duplicateRoutes(party, kinds),
];
