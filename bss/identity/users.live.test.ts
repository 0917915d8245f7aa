// Users, as administrators see to them.

import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import {
  type IdentityOfTest,
  openIdentityOfFile,
  type TestUser,
} from "../../scripts/testing/identity-of-test.ts";
import { roles } from "../permissions.ts";

const file = databaseOfFile();
let on: IdentityOfTest;
let admin: TestUser;
beforeAll(async () => {
  const { opened, close } = await openIdentityOfFile(file.url);
  on = opened;
  admin = await on.newUser("administrator");
  return close;
});

const as = (token: string, method: string, path: string, body?: object) =>
  on.ask(method, `/api/identity/${path}`, { token, ...(body ? { body } : {}) });
const asAdmin = (method: string, path: string, body?: object) =>
  as(admin.token, method, path, body);

test("a user is made with a one-time password, found, changed and deleted", async () => {
  const wanted = { login: "Grace", email: "Grace@Example.org", name: "Grace", roles: ["auditor"] };
  const made = await asAdmin("POST", "user", wanted);
  expect(made.status).toBe(201);
  const { user, oneTimePassword } = made.body;
  expect(oneTimePassword).toMatch(/^(?:[a-zA-Z2-9]{5}-){3}[a-zA-Z2-9]{5}$/);
  expect(user).toMatchObject({ ...wanted, isActive: true, mustChangePassword: true });
  expect((await asAdmin("GET", `user/${user.id}`)).body).toEqual(user);
  const changed = await asAdmin("PATCH", `user/${user.id}`, { name: "Grace H.", email: null });
  expect(changed.body).toEqual({ ...user, name: "Grace H.", email: null });
  expect((await asAdmin("DELETE", `user/${user.id}`)).status).toBe(204);
  expect((await asAdmin("GET", `user/${user.id}`)).status).toBe(404);
  const audited = await file.sql`SELECT action, actor_id, before->>'name' AS before,
    after->>'name' AS after FROM audit_entries WHERE entity_id = ${user.id} ORDER BY id`;
  const by = { actor_id: admin.id };
  expect(audited).toEqual([
    { ...by, action: "create", before: null, after: "Grace" },
    { ...by, action: "update", before: "Grace", after: "Grace H." },
    { ...by, action: "delete", before: "Grace H.", after: null },
  ]);
});

test("with a user the keys go, and the audit has each of them", async () => {
  const user = await on.newUser("billing");
  const made = { token: user.token, body: { name: "k" } };
  const { key, apiKey } = (await on.ask("POST", "/api/identity/me/apiKey", made)).body;
  expect((await as(key, "GET", "me")).status).toBe(200);
  expect((await asAdmin("DELETE", `user/${user.id}`)).status).toBe(204);
  expect((await as(key, "GET", "me")).status).toBe(401);
  const told = await file.sql`SELECT action FROM audit_entries WHERE entity_id = ${apiKey.id}`;
  expect(told.map(({ action }) => action)).toEqual(["create", "delete"]);
});

test("who a customer is stands nowhere in the audit, and no e-mail address at all", async () => {
  const customer = { name: "Ada Lovelace", email: "ada.l@example.org", customerId: "c-7" };
  const user = await on.newUser("self-care", customer);
  const changed = await asAdmin("PATCH", `user/${user.id}`, { email: "ada.k@example.org" });
  expect(changed.body.email).toBe("ada.k@example.org");
  const staff = await on.newUser("billing", { name: "Grace", email: "grace@example.org" });
  await as(staff.token, "DELETE", "session");
  await asAdmin("DELETE", `user/${user.id}`);
  const entries = await file.sql`SELECT actor_name, action, before, after,
    row_to_json(entry)::text AS row FROM audit_entries AS entry WHERE entity_id = ${user.id}
    OR actor_id IN (${user.id}, ${staff.id}) ORDER BY id`;
  const all = entries.map(({ row }) => row).join("\n");
  for (const told of ["Lovelace", "ada.", "grace@", user.login]) expect(all).not.toContain(told);
  expect(entries.map((entry) => entry["actor_name"])).toContain("A••••• L•••••");
  const update = entries.find(({ action, after }) => action === "update" && after.name);
  expect(update!["after"].name).toEqual(update!["before"].name);
  const email = entries.find(
    ({ before, after }) =>
      before?.email !== undefined &&
      after !== null &&
      before.email.$fingerprint !== after.email.$fingerprint,
  );
  expect(email?.["after"].email.$masked).toBe("a•••••@example.org");
});

test("nobody has another's login or e-mail address, whatever its case", async () => {
  const [one, other] = [
    { login: "Hopper", email: "h@example.org", name: "H", roles: [] },
    { login: "Lovelace", email: "l@example.org", name: "L", roles: [] },
  ];
  expect((await asAdmin("POST", "user", one)).status).toBe(201);
  const { id } = (await asAdmin("POST", "user", other)).body.user;
  const answers = [
    await asAdmin("POST", "user", { ...one, login: "hOPPER", email: null }),
    await asAdmin("POST", "user", { ...one, login: "hopper2", email: "H@EXAMPLE.org" }),
    await asAdmin("PATCH", `user/${id}`, { email: "H@example.org" }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
  const same = { ...one, login: "at-once", email: null };
  const both = await Promise.all([asAdmin("POST", "user", same), asAdmin("POST", "user", same)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
});

test("the last active administrator stays one, also when two go at once", async () => {
  let other = await on.newUser("administrator");
  const logInAgain = async (user: TestUser): Promise<TestUser> => {
    on.clock.ticks += 2_000;
    return { ...user, token: (await on.logIn(user)).body.token };
  };
  for (const step of [{ isActive: false }, { roles: ["billing"] }]) {
    const [one, two] = await Promise.all([
      asAdmin("PATCH", `user/${admin.id}`, step),
      as(other.token, "PATCH", `user/${other.id}`, step),
    ]);
    expect([one.status, two.status].toSorted()).toEqual([200, 409]);
    await file.sql`UPDATE identity_users SET roles = '{administrator}', is_active = true
      WHERE id IN (${admin.id}, ${other.id})`;
    [admin, other] = [await logInAgain(admin), await logInAgain(other)];
  }
  expect((await asAdmin("DELETE", `user/${other.id}`)).status).toBe(204);
  expect((await asAdmin("DELETE", `user/${admin.id}`)).status).toBe(409);
});

test("a reset gives another one-time password, and ends all that was open", async () => {
  const user = await on.newUser("billing");
  const made = { token: user.token, body: { name: "k" } };
  const { key } = (await on.ask("POST", "/api/identity/me/apiKey", made)).body;
  expect((await as(key, "GET", "me")).status).toBe(200);
  const reset = await asAdmin("POST", `user/${user.id}/resetPassword`, { removesTotp: true });
  expect(reset.status).toBe(200);
  expect((await as(user.token, "GET", "me")).status).toBe(401);
  on.clock.ticks += 2_000;
  expect((await as(key, "GET", "me")).body.detail).toContain("change the password first");
  expect((await on.logIn(user)).status).toBe(401);
  expect((await on.logIn({ ...user, password: reset.body.oneTimePassword })).status).toBe(201);
});

test("all sessions of a user are listed and ended at once", async () => {
  const user = await on.newUser("billing");
  const second = (await on.logIn(user)).body.token;
  const listed = await asAdmin("GET", `user/${user.id}/session`);
  expect(listed.body).toHaveLength(2);
  expect(listed.text).not.toContain("tgs_");
  expect((await asAdmin("POST", `user/${user.id}/revokeSessions`, {})).body).toEqual({ count: 2 });
  const both = await Promise.all([as(user.token, "GET", "me"), as(second, "GET", "me")]);
  expect(both.map(({ status }) => status)).toEqual([401, 401]);
});

test("a user keeps fifty sessions, those that were used last", async () => {
  const user = await on.newUser("billing");
  const { now } = on.clock;
  await file.sql`INSERT INTO identity_sessions SELECT u.id || n, sha256((u.id || n)::bytea), u.id,
    ${now}::bigint, ${now}::bigint - n, ${now}::bigint + 3600000, '', ''
    FROM identity_users AS u, generate_series(1, 60) AS n WHERE u.id = ${user.id}`;
  await on.logIn(user);
  const listed = await asAdmin("GET", `user/${user.id}/session`);
  expect(listed.body).toHaveLength(50);
});

test("users are listed page by page", async () => {
  const all = (await asAdmin("GET", "user")).body.map(({ login }: TestUser) => login);
  const paged: string[] = [];
  for (let after: string | undefined; ; after = paged.at(-1)) {
    const query = after === undefined ? "" : `&after=${encodeURIComponent(after.toUpperCase())}`;
    const page = (await asAdmin("GET", `user?limit=2${query}`)).body;
    if (page.length === 0) break;
    paged.push(...page.map(({ login }: TestUser) => login));
  }
  expect(paged).toEqual(all);
});

test("each role may what the matrix says of identity, and no more", async () => {
  for (const role of roles) {
    const { token } = await on.newUser(role, { customerId: "c-1" });
    const asked = await Promise.all([
      as(token, "GET", "me"),
      as(token, "GET", "user"),
      as(token, "POST", "user", { login: `by-${role}`, name: "x", roles: [] }),
    ]);
    const reads = ["administrator", "auditor"].includes(role) ? 200 : 403;
    const writes = role === "administrator" ? 201 : 403;
    expect([role, ...asked.map(({ status }) => status)]).toEqual([role, 200, reads, writes]);
  }
});

const odd = { login: "odd", name: "Odd", roles: ["auditor"] };
test.each([
  ["a role that there is not", { ...odd, roles: ["emperor"] }, "/roles/0"],
  ["a login that is not one", { ...odd, login: "o d d" }, "/login"],
  ["an address that is not one", { ...odd, email: "odd" }, "/email"],
  ["a name of control characters", { ...odd, name: "O\u0000dd" }, "/name"],
  ["a field that there is not", { ...odd, password: "x" }, "/password"],
  ["self-care of nobody", { ...odd, roles: ["self-care"] }, "/customerId"],
])("a user with %s is not made, and it is said where", async (_, body, pointer) => {
  const answer = await asAdmin("POST", "user", body);
  expect([400, 422]).toContain(answer.status);
  expect(answer.body.errors[0].pointer).toBe(pointer);
});
