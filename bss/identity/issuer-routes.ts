// Issuers, and logging in with them.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { issuerAnswer } from "./answers.ts";
import { cookieOf, newCookie, sessionCookie, stateCookie } from "./cookies.ts";
import { finishOidcLogin } from "./finish-oidc-login.ts";
import { given } from "./given.ts";
import type { Identity } from "./identity.ts";
import { createIssuer, deleteIssuer, updateIssuer } from "./issuers.ts";
import { listIssuers, listLoginIssuers } from "./queries.ts";
import {
  callbackShape,
  idShape,
  issuerChangesShape,
  issuerNameShape,
  newIssuerShape,
} from "./shapes.ts";
import { startOidcLogin } from "./start-oidc-login.ts";
import { issuerView } from "./views.ts";

const tag = "Identity: issuers";
const path = "/api/identity/issuer";
const loginPath = "/api/identity/oidc";
const read = "identity:read";
const write = "identity:write";

const settingsRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path, tag, summary: "All issuers" },
    ...{ permission: read, answers: { 200: z.array(issuerAnswer) } },
    handle: async (context) => {
      const issuers = await listIssuers(context);
      return ok({ status: 200, body: issuers.map(issuerView) });
    },
  }),
  defineRoute({
    ...{ method: "POST", path, tag, summary: "An issuer whose tokens are believed" },
    ...{ permission: write, body: newIssuerShape, answers: { 201: issuerAnswer } },
    handle: async (context, { body }) => {
      const created = await createIssuer(context, identity, body);
      return created.isOk ? ok({ status: 201, body: issuerView(created.value) }) : created;
    },
  }),
  defineRoute({
    ...{ method: "PATCH", path: `${path}/:id`, tag, summary: "Change an issuer" },
    ...{ permission: write, params: idShape, body: issuerChangesShape },
    answers: { 200: issuerAnswer },
    handle: async (context, { params: { id }, body }) => {
      const updated = await updateIssuer(context, identity, { id, changes: given(body) });
      return updated.isOk ? ok({ status: 200, body: issuerView(updated.value) }) : updated;
    },
  }),
  defineRoute({
    ...{ method: "DELETE", path: `${path}/:id`, tag, summary: "Delete an issuer with its users" },
    ...{ permission: write, params: idShape, answers: { 204: null } },
    handle: async (context, { params }) => {
      const deleted = await deleteIssuer(context, identity, params.id);
      return deleted.isOk ? ok({ status: 204 }) : deleted;
    },
  }),
];

/** Reads to the doors: they write with statements and a transaction of their own. */
const loginRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path: loginPath, tag, summary: "With which issuers one may log in" },
    ...{ permission: "public", answers: { 200: z.array(z.object({ name: z.string() })) } },
    handle: async (context) => {
      const names = await listLoginIssuers(context);
      return ok({ status: 200, body: names.map((name) => ({ name })) });
    },
  }),
  defineRoute({
    ...{ method: "GET", path: `${loginPath}/:name/start`, tag, permission: "public" },
    ...{ summary: "To the issuer, to log in there", isRead: true, answers: { 303: null } },
    params: issuerNameShape,
    handle: async (context, { params }) => {
      const started = await startOidcLogin(context, identity, params.name);
      if (!started.isOk) return started;
      const { location, state } = started.value;
      const cookie = newCookie(stateCookie, state, limits.oidcLoginMsMax, "Lax");
      return ok({ status: 303, headers: { location, "set-cookie": cookie } });
    },
  }),
  defineRoute({
    ...{ method: "GET", path: `${loginPath}/callback`, tag, permission: "public" },
    ...{ summary: "Back from the issuer", isRead: true, isAnswerSecret: true },
    ...{ query: callbackShape, answers: { 303: null } },
    handle: async (context, { query: { state, code, error, iss }, headers, address }) => {
      const keptState = cookieOf(headers["cookie"], stateCookie);
      const whence = { address, userAgent: headers["user-agent"] ?? "" };
      const given = { state, keptState, code, error, iss, ...whence };
      const opened = await finishOidcLogin(context, identity, given);
      if (!opened.isOk) return opened;
      const cookie = newCookie(sessionCookie, opened.value.token, limits.sessionMsMax);
      const location = `${identity.publicUrl}/`;
      return ok({ status: 303, headers: { location, "set-cookie": cookie } });
    },
  }),
];

export const issuerRoutes = (identity: Identity): readonly Route[] => [
  ...settingsRoutes(identity),
  ...loginRoutes(identity),
];
