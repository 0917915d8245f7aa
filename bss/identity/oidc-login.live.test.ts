// Logging in with an issuer: the browser's way there and back, over real sockets.

import { beforeAll, beforeEach, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import {
  type IdentityOfTest,
  openIdentityOfFile,
  type TestUser,
} from "../../scripts/testing/identity-of-test.ts";
import { type OidcServer, startOidcServer } from "../../scripts/testing/oidc-server.ts";
import { limits } from "../limits.ts";
import { sweepIdentity } from "./index.ts";

const file = databaseOfFile();
let on: IdentityOfTest;
let admin: TestUser;
let server: OidcServer;
let name: string;
let issuerId: string;
beforeAll(async () => {
  const { opened, close } = await openIdentityOfFile(file.url);
  on = opened;
  admin = await on.newUser("administrator");
  return close;
});

const asAdmin = (method: string, path: string, body?: object) =>
  on.ask(method, `/api/identity/${path}`, { token: admin.token, ...(body ? { body } : {}) });

beforeEach(async () => {
  server = await startOidcServer(cleanUpOfTest());
  on.clock.ticks += 2_000;
  // As an installation has it after a night.
  if ((await on.ask("GET", "/api/identity/me", { token: admin.token })).status === 401) {
    admin = { ...admin, token: (await on.logIn(admin)).body.token };
  }
  const seconds = Math.floor(on.clock.now / 1_000);
  server.person = { sub: "ada", name: "Ada", groups: ["helpdesk"], exp: seconds + 60 };
  name = `i${server.issuer.split(":").at(-1)}`;
  const { id: clientId, secret: clientSecret } = server.client;
  const { issuer, jwksUri, authorizationEndpoint, tokenEndpoint } = server;
  const settings = { name, issuer, jwksUri, audience: "tollgate-api", algorithms: ["ES256"] };
  const made = await asAdmin("POST", "issuer", {
    ...{ ...settings, clientId, clientSecret, authorizationEndpoint, tokenEndpoint },
    ...{ rolesClaim: "groups", rolesByClaim: { helpdesk: ["care-agent"], boss: ["billing"] } },
  });
  expect(made.status).toBe(201);
  expect(made.text).not.toContain(clientSecret);
  issuerId = made.body.id;
});

type Way = { readonly path: string; readonly cookie: string };

/** To the issuer and as far as its answer, that the browser is to follow. */
const goThere = async (): Promise<Way> => {
  const started = await on.ask("GET", `/api/identity/oidc/${name}/start`);
  expect(started.status).toBe(303);
  const cookie = started.headers.get("set-cookie")!;
  expect(cookie).toMatch(/; Secure; HttpOnly; SameSite=Lax$/);
  const there = await fetch(started.headers.get("location")!, { redirect: "manual" });
  expect(there.status).toBe(302);
  const back = new URL(there.headers.get("location")!);
  expect(back.origin + back.pathname).toBe("http://localhost:7700/api/identity/oidc/callback");
  return { path: back.pathname + back.search, cookie: cookie.split(";")[0]! };
};
const comeBack = ({ path, cookie }: Way) => on.ask("GET", path, { headers: { cookie } });
const sessionOf = (headers: Headers) => headers.get("set-cookie")!.split(";")[0]!;
const me = (cookie: string) => on.ask("GET", "/api/identity/me", { headers: { cookie } });

test("who logs in with an issuer has a session here, with the roles that it says now", async () => {
  const back = await comeBack(await goThere());
  expect([back.status, back.headers.get("location")]).toEqual([303, "http://localhost:7700/"]);
  const first = await me(sessionOf(back.headers));
  expect(first.body).toMatchObject({ kind: "user", name: "Ada", roles: ["care-agent"] });

  server.person = { ...server.person, groups: ["boss"], name: "Ada L." };
  const again = await me(sessionOf((await comeBack(await goThere())).headers));
  const { id } = first.body;
  expect(again.body).toMatchObject({ id, name: "Ada L.", roles: ["billing"] });
  // The first session too: what was lost there is lost everywhere.
  expect((await me(sessionOf(back.headers))).body.roles).toEqual(["billing"]);
  const audited = await file.sql`SELECT actor_id, entity, action FROM audit_entries
    WHERE actor_id = ${id} ORDER BY id`;
  expect(audited.map(({ entity, action }) => `${action} ${entity}`)).toEqual([
    ...["create user", "create session", "update user", "create session"],
  ]);
});

test("a password opens nothing for somebody of an issuer", async () => {
  const back = await comeBack(await goThere());
  const { id } = (await me(sessionOf(back.headers))).body;
  expect((await on.logIn({ login: `${name}:ada`, password: "twelve brass wheels" })).status).toBe(
    401,
  );
  expect((await asAdmin("POST", `user/${id}/resetPassword`, {})).status).toBe(422);
  expect((await asAdmin("PATCH", `user/${id}`, { roles: ["administrator"] })).status).toBe(422);
  expect((await asAdmin("PATCH", `user/${id}`, { isActive: false })).status).toBe(200);
  expect((await me(sessionOf(back.headers))).status).toBe(401);
  expect((await comeBack(await goThere())).status).toBe(403);
});

test("with the issuer the sessions of its users end, and they have no keys here", async () => {
  const cookie = sessionOf((await comeBack(await goThere())).headers);
  const body = { name: "mine" };
  const key = await on.ask("POST", "/api/identity/me/apiKey", { headers: { cookie }, body });
  expect(key.status).toBe(403);
  expect((await me(cookie)).status).toBe(200);
  await asAdmin("PATCH", `issuer/${issuerId}`, { isActive: false });
  expect((await me(cookie)).status).toBe(401);
});

test("the way back is open once, for ten minutes, and for the browser that left", async () => {
  const way = await goThere();
  const other = await goThere();
  expect((await comeBack({ ...way, cookie: other.cookie })).status).toBe(401);
  expect((await comeBack({ ...way, cookie: "" })).status).toBe(401);
  expect((await comeBack(way)).status).toBe(303);
  expect((await comeBack(way)).body.detail).toContain("begin again");
  on.clock.now += limits.oidcLoginMsMax;
  expect((await comeBack(other)).body.detail).toContain("begin again");
  const late = await goThere();
  on.clock.now += limits.oidcLoginMsMax + 1;
  expect(await sweepIdentity(on.doors.database.statements, on.clock.now)).toBeGreaterThan(0);
  expect((await comeBack(late)).status).toBe(401);
});

test.each([
  ["no code", (path: string) => path.replace(/code=[^&]*/, "error=access_denied"), "let nobody in"],
  [
    "a code that is none",
    (path: string) => path.replace(/code=[^&]*/, "code=x"),
    "not take the code",
  ],
  ["another issuer", (path: string) => path.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fx"), "another"],
])("with %s nobody is let in", async (_, change, detail) => {
  const way = await goThere();
  const back = await comeBack({ ...way, path: change(way.path) });
  expect([back.status, back.body.code]).toEqual([401, "UNAUTHENTICATED"]);
  expect(back.body.detail).toContain(detail);
  // The state is gone with it.
  expect((await comeBack(way)).status).toBe(401);
});

test.each([
  ["of another login", { nonce: "another" }, "of another login"],
  ["without the login's nonce", { nonce: undefined }, "of another login"],
  ["for another client", { aud: "another" }, "another audience"],
  ["given to another party", { aud: ["tollgate", "x"], azp: "x" }, "another party"],
  ["for several, given to nobody", { aud: ["tollgate", "x"] }, "another party"],
  ["that has expired", { exp: 1 }, "has expired"],
])("an id token %s lets nobody in", async (_, wrong, detail) => {
  server.wrong = wrong;
  const back = await comeBack(await goThere());
  expect(back.status).toBe(401);
  expect(back.body.detail).toContain(detail);
});

test("an issuer that fails says nothing about anybody: it is a 503", async () => {
  const way = await goThere();
  server.tokens = "broken";
  expect((await comeBack(way)).status).toBe(503);
  server.tokens = "no-id-token";
  expect((await comeBack(await goThere())).body.detail).toContain("without an id token");
  server.tokens = "served";
  server.keys = "broken";
  expect((await comeBack(await goThere())).status).toBe(503);
});

test("somebody whom the issuer knows, but who has no role here, is told so", async () => {
  server.person = { ...server.person, groups: ["canteen"] };
  const back = await comeBack(await goThere());
  expect([back.status, back.body.code]).toEqual([403, "FORBIDDEN"]);
  const [found] = await file.sql`SELECT 1 FROM identity_users WHERE issuer_id = ${issuerId}`;
  expect(found).toBeUndefined();
});

test("an issuer's secret and a login's verifier are sealed; it goes with its users", async () => {
  await comeBack(await goThere());
  await goThere();
  const rows = await file.sql`SELECT row_to_json(i)::text AS row, client_secret FROM
    identity_issuers i UNION ALL SELECT row_to_json(l)::text, code_verifier
    FROM identity_oidc_logins l`;
  expect(rows.length).toBeGreaterThan(1);
  for (const { row, client_secret: sealed } of rows) {
    expect(row).not.toContain(server.client.secret);
    expect(sealed.length).toBeGreaterThan(12 + 16);
  }
  const [user] = await file.sql`SELECT id FROM identity_users WHERE issuer_id = ${issuerId}`;
  expect((await asAdmin("DELETE", `issuer/${issuerId}`)).status).toBe(204);
  const told = await file.sql`SELECT entity FROM audit_entries WHERE action = 'delete'
    AND (entity_id = ${user!["id"]} OR before->>'userId' = ${user!["id"]}) ORDER BY id`;
  expect(told.map(({ entity }) => entity)).toEqual(["session", "user"]);
  const [left] = await file.sql`SELECT count(*)::int AS count FROM identity_users
    WHERE issuer_id = ${issuerId}`;
  expect(left).toEqual({ count: 0 });
  expect((await on.ask("GET", `/api/identity/oidc/${name}/start`)).status).toBe(404);
});

test("what logging in takes is there whole or not at all", async () => {
  const path = `issuer/${issuerId}`;
  expect((await asAdmin("PATCH", path, { tokenEndpoint: null })).status).toBe(422);
  const names = async () => (await on.ask("GET", "/api/identity/oidc")).body;
  expect(await names()).toContainEqual({ name });
  await asAdmin("PATCH", path, {
    ...{ tokenEndpoint: null, authorizationEndpoint: null, clientId: null },
  });
  expect(await names()).not.toContainEqual({ name });
});
