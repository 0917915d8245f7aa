// API keys of programs, and network elements by certificate.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { createdKeyAnswer, keyAnswer, peerAnswer } from "./answers.ts";
import { createApiKey, revokeApiKey } from "./api-keys.ts";
import { given } from "./given.ts";
import type { Identity } from "./identity.ts";
import { createPeer, deletePeer, updatePeer } from "./peers.ts";
import { listApiKeys, listPeers } from "./queries.ts";
import { idShape, newKeyShape, newPeerShape, peerChangesShape } from "./shapes.ts";
import { apiKeyView, peerView } from "./views.ts";

const keyTag = "Identity: API keys";
const peerTag = "Identity: network peers";
const keyPath = "/api/identity/apiKey";
const peerPath = "/api/identity/peer";
const read = "identity:read";
const write = "identity:write";

const keyRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path: keyPath, tag: keyTag, summary: "The newest API keys" },
    ...{ permission: read, answers: { 200: z.array(keyAnswer) } },
    handle: async (context) => {
      const keys = await listApiKeys(context, { limit: limits.identityPageMax });
      return ok({ status: 200, body: keys.map(apiKeyView) });
    },
  }),
  defineRoute({
    ...{ method: "POST", path: keyPath, tag: keyTag, permission: write, isAnswerSecret: true },
    ...{ summary: "A key for a program, shown once" },
    ...{ body: newKeyShape, answers: { 201: createdKeyAnswer } },
    handle: async (context, { body }) => {
      const expiresAt = body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt);
      const created = await createApiKey(context, { ...body, expiresAt });
      if (!created.isOk) return created;
      const { key, apiKey } = created.value;
      return ok({ status: 201, body: { key, apiKey: apiKeyView(apiKey) } });
    },
  }),
  defineRoute({
    ...{ method: "DELETE", path: `${keyPath}/:id`, tag: keyTag, summary: "Revoke a key" },
    ...{ permission: write, params: idShape, answers: { 204: null } },
    handle: async (context, { params }) => {
      const revoked = await revokeApiKey(context, identity, params.id);
      return revoked.isOk ? ok({ status: 204 }) : revoked;
    },
  }),
];

const peerRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path: peerPath, tag: peerTag, summary: "All network peers" },
    ...{ permission: read, answers: { 200: z.array(peerAnswer) } },
    handle: async (context) => {
      const peers = await listPeers(context);
      return ok({ status: 200, body: peers.map(peerView) });
    },
  }),
  defineRoute({
    ...{ method: "POST", path: peerPath, tag: peerTag, summary: "A new network peer" },
    ...{ permission: write, body: newPeerShape, answers: { 201: peerAnswer } },
    handle: async (context, { body }) => {
      const created = await createPeer(context, body);
      return created.isOk ? ok({ status: 201, body: peerView(created.value) }) : created;
    },
  }),
  defineRoute({
    ...{ method: "PATCH", path: `${peerPath}/:id`, tag: peerTag, summary: "Change a peer" },
    ...{ permission: write, params: idShape, body: peerChangesShape },
    answers: { 200: peerAnswer },
    handle: async (context, { params: { id }, body }) => {
      const updated = await updatePeer(context, identity, { id, changes: given(body) });
      return updated.isOk ? ok({ status: 200, body: peerView(updated.value) }) : updated;
    },
  }),
  defineRoute({
    ...{ method: "DELETE", path: `${peerPath}/:id`, tag: peerTag, summary: "Delete a peer" },
    ...{ permission: write, params: idShape, answers: { 204: null } },
    handle: async (context, { params }) => {
      const deleted = await deletePeer(context, identity, params.id);
      return deleted.isOk ? ok({ status: 204 }) : deleted;
    },
  }),
];

export const machineRoutes = (identity: Identity): readonly Route[] => [
  ...keyRoutes(identity),
  ...peerRoutes(identity),
];
