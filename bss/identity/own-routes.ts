// What somebody does about themselves: log in and out, sessions, password, authenticator app, keys.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { refuse } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { reachOf } from "../permissions.ts";
import {
  actorAnswer,
  createdKeyAnswer,
  keyAnswer,
  openedAnswer,
  sessionAnswer,
  totpAnswer,
} from "./answers.ts";
import { createOwnApiKey, revokeOwnApiKey } from "./api-keys.ts";
import { changePassword } from "./change-password.ts";
import { expiredCookie, newCookie, sessionCookie } from "./cookies.ts";
import { findSelf } from "./find-user.ts";
import { allPermissions } from "./granted.ts";
import type { Identity } from "./identity.ts";
import { logIn } from "./log-in.ts";
import type { OpenedSession } from "./open-session.ts";
import { listApiKeys, listSessions } from "./queries.ts";
import { logOut, revokeOwnSession } from "./revoke-sessions.ts";
import {
  changePasswordShape,
  codeShape,
  idShape,
  logInShape,
  ownKeyShape,
  passwordShape,
} from "./shapes.ts";
import { confirmTotp, enrolTotp, removeTotp } from "./totp-enrolment.ts";
import { apiKeyView, sessionView, userView } from "./views.ts";

const tag = "Identity: oneself";
const permission = "self:write";
const done = { status: 204 } as const;

const openedBody = ({ session, user }: OpenedSession) => ({
  session: sessionView(session),
  user: userView(user),
});

const logInRoute = (identity: Identity): Route =>
  defineRoute({
    ...{ method: "POST", path: "/api/identity/session", tag, summary: "Log in" },
    // It holds no transaction while a password is hashed, but has two of its own.
    ...{ permission: "public", isRead: true, isAnswerSecret: true },
    ...{ body: logInShape, answers: { 201: openedAnswer } },
    handle: async (context, { body, headers, address }) => {
      const { isForBrowser, ...given } = body;
      const whence = { address, userAgent: headers["user-agent"] ?? "" };
      const opened = await logIn(context, identity, { ...given, ...whence });
      if (!opened.isOk) return opened;
      const { token } = opened.value;
      if (isForBrowser !== true) {
        return ok({ status: 201, body: { token, ...openedBody(opened.value) } });
      }
      const cookie = newCookie(sessionCookie, token, limits.sessionMsMax);
      return ok({ status: 201, body: openedBody(opened.value), headers: { "set-cookie": cookie } });
    },
  });

const sessionRoutes = (identity: Identity): readonly Route[] => [
  logInRoute(identity),
  defineRoute({
    ...{ method: "DELETE", path: "/api/identity/session", tag, summary: "Log out" },
    ...{ permission, answers: { 204: null } },
    handle: async (context, { headers }) => {
      const ended = await logOut(context, identity, { headers });
      const cookie = expiredCookie(sessionCookie);
      return ended.isOk ? ok({ ...done, headers: { "set-cookie": cookie } }) : ended;
    },
  }),
  defineRoute({
    ...{ method: "GET", path: "/api/identity/me", tag, summary: "Who I am, and what I may" },
    ...{ permission, answers: { 200: actorAnswer } },
    handle: async ({ actor }) => {
      const { kind, id, name, roles, scopes, customerId = null } = actor;
      const allowed = allPermissions.flatMap((one) => {
        const reach = (scopes?.includes(one) ?? true) ? reachOf(roles, one) : undefined;
        return reach === undefined ? [] : [[one, reach] as const];
      });
      const body = { kind, id, name, roles, customerId, permissions: Object.fromEntries(allowed) };
      return ok({ status: 200, body });
    },
  }),
  defineRoute({
    ...{ method: "GET", path: "/api/identity/me/session", tag, summary: "My sessions" },
    ...{ permission, answers: { 200: z.array(sessionAnswer) } },
    handle: async (context) => {
      const self = await findSelf(context);
      if (!self.isOk) return self;
      const sessions = await listSessions(context, self.value.id);
      return ok({ status: 200, body: sessions.map(sessionView) });
    },
  }),
  defineRoute({
    ...{ method: "DELETE", path: "/api/identity/me/session/:id", tag },
    ...{ summary: "End one of my sessions", permission, params: idShape, answers: { 204: null } },
    handle: async (context, { params }) => {
      const ended = await revokeOwnSession(context, identity, params.id);
      return ended.isOk ? ok(done) : ended;
    },
  }),
];

const passwordRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "POST", path: "/api/identity/me/password", tag },
    ...{ summary: "Choose another password; my other sessions end", permission },
    ...{ body: changePasswordShape, answers: { 204: null } },
    handle: async (context, { body, headers }) => {
      const changed = await changePassword(context, identity, { ...body, request: { headers } });
      return changed.isOk ? ok(done) : changed;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/identity/me/totp", tag, permission, isAnswerSecret: true },
    ...{ summary: "Begin with an authenticator app: its secret, shown once" },
    ...{ body: passwordShape, answers: { 201: totpAnswer } },
    handle: async (context, { body }) => {
      const enrolled = await enrolTotp(context, identity, body.password);
      return enrolled.isOk ? ok({ status: 201, body: enrolled.value }) : enrolled;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/identity/me/totp/confirm", tag, permission },
    ...{ summary: "Its first code: from now on it is asked for", body: codeShape },
    answers: { 204: null },
    handle: async (context, { body }) => {
      const confirmed = await confirmTotp(context, identity, body.code);
      return confirmed.isOk ? ok(done) : confirmed;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/identity/me/totp/remove", tag, permission },
    ...{ summary: "Log in without it again", body: passwordShape, answers: { 204: null } },
    handle: async (context, { body }) => {
      const removed = await removeTotp(context, identity, body.password);
      return removed.isOk ? ok(done) : removed;
    },
  }),
];

const ownKeyRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path: "/api/identity/me/apiKey", tag, summary: "My API keys" },
    ...{ permission, answers: { 200: z.array(keyAnswer) } },
    handle: async (context) => {
      if (context.actor.kind !== "user") return refuse("FORBIDDEN", "only a user has keys");
      const own = { userId: context.actor.id, limit: limits.identityPageMax };
      const keys = await listApiKeys(context, own);
      return ok({ status: 200, body: keys.map(apiKeyView) });
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/identity/me/apiKey", tag, permission, isAnswerSecret: true },
    ...{ summary: "Make an API key that may what I may; shown once" },
    ...{ body: ownKeyShape, answers: { 201: createdKeyAnswer } },
    handle: async (context, { body }) => {
      const expiresAt = body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt);
      const created = await createOwnApiKey(context, { ...body, expiresAt });
      if (!created.isOk) return created;
      const { key, apiKey } = created.value;
      return ok({ status: 201, body: { key, apiKey: apiKeyView(apiKey) } });
    },
  }),
  defineRoute({
    ...{ method: "DELETE", path: "/api/identity/me/apiKey/:id", tag, permission },
    ...{ summary: "Revoke one of my keys", params: idShape, answers: { 204: null } },
    handle: async (context, { params }) => {
      const revoked = await revokeOwnApiKey(context, identity, params.id);
      return revoked.isOk ? ok(done) : revoked;
    },
  }),
];

export const ownRoutes = (identity: Identity): readonly Route[] => [
  ...sessionRoutes(identity),
  ...passwordRoutes(identity),
  ...ownKeyRoutes(identity),
];
