// Users, as administrators see to them.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { countAnswer, passwordAnswer, sessionAnswer, userAnswer } from "./answers.ts";
import { createUser, type UserWithPassword } from "./create-user.ts";
import { findUser } from "./find-user.ts";
import type { Identity } from "./identity.ts";
import { listSessions, listUsers } from "./queries.ts";
import { resetPassword, unlockUser } from "./reset-password.ts";
import { revokeSessionsOfUser } from "./revoke-sessions.ts";
import {
  idShape,
  newUserShape,
  nothing,
  pageShape,
  resetShape,
  userChangesShape,
} from "./shapes.ts";
import { deleteUser, updateUser } from "./update-user.ts";
import { sessionView, userView } from "./views.ts";

const tag = "Identity: users";
const path = "/api/identity/user";
const read = "identity:read";
const write = "identity:write";

const withPassword = ({ user, oneTimePassword }: UserWithPassword) => ({
  user: userView(user),
  oneTimePassword,
});

const readRoutes: readonly Route[] = [
  defineRoute({
    ...{ method: "GET", path, tag, summary: "Users by login; `after` is the last one's" },
    ...{ permission: read, query: pageShape, answers: { 200: z.array(userAnswer) } },
    handle: async (context, { query: { after, limit = limits.identityPageMax } }) => {
      const users = await listUsers(context, { after, limit });
      return ok({ status: 200, body: users.map(userView) });
    },
  }),
  defineRoute({
    ...{ method: "GET", path: `${path}/:id`, tag, summary: "A user" },
    ...{ permission: read, params: idShape, answers: { 200: userAnswer } },
    handle: async (context, { params }) => {
      const user = await findUser(context, params.id);
      return user.isOk ? ok({ status: 200, body: userView(user.value) }) : user;
    },
  }),
  defineRoute({
    ...{ method: "GET", path: `${path}/:id/session`, tag, summary: "The sessions of a user" },
    ...{ permission: read, params: idShape, answers: { 200: z.array(sessionAnswer) } },
    handle: async (context, { params }) => {
      const user = await findUser(context, params.id);
      if (!user.isOk) return user;
      const sessions = await listSessions(context, params.id);
      return ok({ status: 200, body: sessions.map(sessionView) });
    },
  }),
];

const writeRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "POST", path, tag, summary: "A new user, with a one-time password, shown once" },
    ...{ permission: write, body: newUserShape, isAnswerSecret: true },
    answers: { 201: passwordAnswer },
    handle: async (context, { body }) => {
      const created = await createUser(context, identity, body);
      return created.isOk ? ok({ status: 201, body: withPassword(created.value) }) : created;
    },
  }),
  defineRoute({
    ...{ method: "PATCH", path: `${path}/:id`, tag, summary: "Change a user" },
    ...{ permission: write, params: idShape, body: userChangesShape },
    answers: { 200: userAnswer },
    handle: async (context, { params: { id }, body: changes }) => {
      const updated = await updateUser(context, identity, { id, changes });
      return updated.isOk ? ok({ status: 200, body: userView(updated.value) }) : updated;
    },
  }),
  defineRoute({
    ...{ method: "DELETE", path: `${path}/:id`, tag, summary: "Delete a user with all keys" },
    ...{ permission: write, params: idShape, answers: { 204: null } },
    handle: async (context, { params }) => {
      const deleted = await deleteUser(context, identity, params.id);
      return deleted.isOk ? ok({ status: 204 }) : deleted;
    },
  }),
];

const rescueRoutes = (identity: Identity): readonly Route[] => [
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/resetPassword`, tag, permission: write },
    ...{ summary: "Another one-time password, shown once; all sessions end" },
    ...{ params: idShape, body: resetShape, isAnswerSecret: true },
    answers: { 200: passwordAnswer },
    handle: async (context, { params: { id }, body: { removesTotp = false } }) => {
      const reset = await resetPassword(context, identity, { id, removesTotp });
      return reset.isOk ? ok({ status: 200, body: withPassword(reset.value) }) : reset;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/unlock`, tag, permission: write },
    ...{ summary: "Let a user try again", params: idShape, body: nothing },
    answers: { 200: userAnswer },
    handle: async (context, { params }) => {
      const unlocked = await unlockUser(context, identity, params.id);
      return unlocked.isOk ? ok({ status: 200, body: userView(unlocked.value) }) : unlocked;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/revokeSessions`, tag, permission: write },
    ...{ summary: "End all sessions of a user", params: idShape, body: nothing },
    answers: { 200: countAnswer },
    handle: async (context, { params }) => {
      const revoked = await revokeSessionsOfUser(context, identity, params.id);
      return revoked.isOk ? ok({ status: 200, body: { count: revoked.value } }) : revoked;
    },
  }),
];

export const userRoutes = (identity: Identity): readonly Route[] => [
  ...readRoutes,
  ...writeRoutes(identity),
  ...rescueRoutes(identity),
];
