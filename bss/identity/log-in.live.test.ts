// Logging in and out over a real socket: passwords, one-time codes, locks, sessions that end.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { type IdentityOfTest, openIdentityOfFile } from "../../scripts/testing/identity-of-test.ts";
import { systemActor } from "../context.ts";
import { firstAdministrator, resetAdministrator } from "./index.ts";
import { codeAt, stepOf } from "./totp.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const minute = 60_000;
const hour = 60 * minute;
const wrongDetail = "login or password is wrong, or the login is locked for a while";
const file = databaseOfFile();
let on: IdentityOfTest;
beforeAll(async () => {
  const { opened, close } = await openIdentityOfFile(file.url);
  on = opened;
  return close;
});

const me = async (token: string) => (await on.ask("GET", "/api/identity/me", { token })).status;
const asker = { actor: systemActor("start"), requestId: "start" };

test("of many first starts one makes the administrator, with a password to change", async () => {
  const starts = Array.from({ length: 6 }, () =>
    on.doors.transact(asker, (context) => firstAdministrator(context, on.identity)),
  );
  const made = (await Promise.all(starts)).flatMap((one) =>
    one.isOk && one.value !== undefined ? [one.value] : [],
  );
  expect(made).toHaveLength(1);
  const { login, oneTimePassword } = made[0]!;
  expect(login).toBe("admin");
  const first = await on.logIn({ login, password: oneTimePassword });
  expect(first.status).toBe(201);
  expect(first.body.user.mustChangePassword).toBe(true);
  const { token } = first.body;
  expect((await on.ask("GET", "/api/identity/user", { token })).status).toBe(403);
  const key = { body: { name: "escape" } };
  expect((await on.ask("POST", "/api/identity/me/apiKey", { token, ...key })).status).toBe(403);
  const totp = { body: { password: oneTimePassword } };
  expect((await on.ask("POST", "/api/identity/me/totp", { token, ...totp })).status).toBe(403);

  const change = (newPassword: string) => {
    const body = { password: oneTimePassword, newPassword };
    return on.ask("POST", "/api/identity/me/password", { token, body });
  };
  expect((await change(oneTimePassword)).status).toBe(422);
  expect((await change("tollgate1234")).body.errors[0].pointer).toBe("/newPassword");
  expect((await change("brass wheels turn")).status).toBe(204);
  // At once, in the session that it was changed in.
  expect((await on.ask("GET", "/api/identity/user", { token })).status).toBe(200);
  expect((await on.logIn({ login, password: oneTimePassword })).status).toBe(401);
});

test("whoever runs the database gets back in, whatever was lost", async () => {
  const user = await on.newUser("billing");
  await file.sql`UPDATE identity_users SET is_active = false, locked_until = ${on.clock.now + hour},
    is_totp_confirmed = true, totp_secret = 'x' WHERE id = ${user.id}`;
  const reset = await on.doors.transact(asker, (context) =>
    resetAdministrator(context, on.identity, user.login.toUpperCase()),
  );
  if (!reset.isOk) throw new Error(reset.error.detail);
  const back = await on.logIn({ ...user, password: reset.value.oneTimePassword });
  expect(back.status).toBe(201);
  expect(back.body.user.roles).toEqual(["billing", "administrator"]);
});

test("a wrong password, no such user, an inactive and a locked one are told the same", async () => {
  const [wrong, inactive, locked] = [
    await on.newUser("billing"),
    await on.newUser("billing"),
    await on.newUser("billing"),
  ];
  await file.sql`UPDATE identity_users SET is_active = false WHERE id = ${inactive.id}`;
  await file.sql`UPDATE identity_users SET locked_until = ${on.clock.now + hour}
    WHERE id = ${locked.id}`;
  const answers = await Promise.all([
    on.logIn({ ...wrong, password: "not this one, sorry" }),
    on.logIn({ login: "nobody", password: "not this one, sorry" }),
    on.logIn(inactive),
    on.logIn(locked),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  expect(new Set(answers.map(({ body }) => body.detail))).toEqual(new Set([wrongDetail]));
});

test("a login is one whatever its case", async () => {
  const user = await on.newUser("billing");
  expect((await on.logIn({ ...user, login: user.login.toUpperCase() })).status).toBe(201);
});

test(`of any number of tries at once no more than five are looked at (seed ${seed})`, async () => {
  const user = await on.newUser("billing");
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 6, max: 24 }), async (guesses) => {
      await file.sql`UPDATE identity_users SET failed_tries = 0, locked_until = NULL
        WHERE id = ${user.id}`;
      const wrong = { ...user, password: "not this one, sorry" };
      const answers = await Promise.all(Array.from({ length: guesses }, () => on.logIn(wrong)));
      expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true);
      const [row] = await file.sql`SELECT failed_tries AS tries, locked_until::float8 AS until
        FROM identity_users WHERE id = ${user.id}`;
      expect(row!["tries"]).toBe(5);
      expect(row!["until"]).toBe(on.clock.now + 15 * minute);
      // Now the right one is worth nothing either.
      expect((await on.logIn(user)).status).toBe(401);
    }),
    { seed, numRuns: 4 },
  );
});

test("a lock ends by itself, is doubled by five more, and an administrator undoes it", async () => {
  const [user, admin] = [await on.newUser("billing"), await on.newUser("administrator")];
  const guess = async () => {
    for (let tries = 0; tries < 5; tries++) {
      expect((await on.logIn({ ...user, password: "not this one, sorry" })).status).toBe(401);
    }
  };
  await guess();
  on.clock.now += 15 * minute;
  await guess();
  on.clock.now += 29 * minute;
  expect((await on.logIn(user)).status).toBe(401);
  const path = `/api/identity/user/${user.id}/unlock`;
  const again = await on.logIn(admin);
  const unlocked = await on.ask("POST", path, { token: again.body.token, body: {} });
  expect(unlocked.body).toMatchObject({ failedTries: 0, lockedUntil: null });
  expect((await on.logIn(user)).status).toBe(201);
  // What was counted is forgotten with the first that is right.
  const [row] = await file.sql`SELECT failed_tries FROM identity_users WHERE id = ${user.id}`;
  expect(row).toEqual({ failed_tries: 0 });
  const locks = await file.sql`SELECT actor_kind, before, after FROM audit_entries
    WHERE entity_id = ${user.id} AND after->>'lockedUntil' IS NOT NULL ORDER BY id`;
  expect(locks.map(({ after }) => after.failedTries)).toEqual([5, 10]);
});

test("with an authenticator app each code is good for one login", async () => {
  const user = await on.newUser("billing");
  const { token, password } = user;
  const bad = await on.ask("POST", "/api/identity/me/totp", { token, body: { password: "no" } });
  expect(bad.status).toBe(403);
  const enrolled = await on.ask("POST", "/api/identity/me/totp", { token, body: { password } });
  expect(enrolled.body.uri).toContain(`secret=${enrolled.body.secret}&issuer=Tollgate`);
  // Of no effect until it is confirmed.
  expect((await on.logIn(user)).status).toBe(201);
  const secret = fromBase32(enrolled.body.secret);
  const code = () => codeAt(secret, stepOf(on.clock.now));
  const confirm = (body: object) =>
    on.ask("POST", "/api/identity/me/totp/confirm", { token, body });
  const wrong = String((Number(code()) + 1) % 1_000_000).padStart(6, "0");
  expect((await confirm({ code: wrong })).status).toBe(422);
  expect((await confirm({ code: code() })).status).toBe(204);

  const asked = await on.logIn(user);
  expect([asked.status, asked.body.errors[0].pointer]).toEqual([401, "/code"]);
  // It was used to confirm.
  expect((await on.logIn(user, { code: code() })).status).toBe(401);
  on.clock.now += 30_000;
  const both = await Promise.all([
    on.logIn(user, { code: code() }),
    on.logIn(user, { code: code() }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 401]);
  const removed = await on.ask("POST", "/api/identity/me/totp/remove", {
    token,
    body: { password },
  });
  expect(removed.status).toBe(204);
  expect((await on.logIn(user)).status).toBe(201);
});

test("being asked for a code is no failure, a wrong code is one", async () => {
  const user = await on.newUser("billing");
  const secret = Buffer.alloc(20, 7);
  const sealed = on.identity.cipher.seal(secret.toString("base64"), "identity_users.totp_secret");
  await file.sql`UPDATE identity_users SET is_totp_confirmed = true, totp_secret = ${sealed}
    WHERE id = ${user.id}`;
  for (let tries = 0; tries < 7; tries++) expect((await on.logIn(user)).status).toBe(401);
  const right = codeAt(secret, stepOf(on.clock.now));
  const code = String((Number(right) + 1) % 1_000_000).padStart(6, "0");
  for (let tries = 0; tries < 5; tries++) await on.logIn(user, { code });
  expect((await on.logIn(user, { code: right })).body.detail).toBe(wrongDetail);
});

test("a session ends by idling, by its age, by logging out, or is revoked", async () => {
  const user = await on.newUser("billing");
  const tokens: string[] = [];
  for (let count = 0; count < 3; count++) tokens.push((await on.logIn(user)).body.token);
  const [idle, aged, out] = tokens as [string, string, string];
  expect(await Promise.all(tokens.map(me))).toEqual([200, 200, 200]);
  expect((await on.ask("DELETE", "/api/identity/session", { token: out })).status).toBe(204);
  expect(await me(out)).toBe(401);
  // Used every 20 minutes, until 12 hours are over.
  for (let used = 0; used < 35; used++) {
    on.clock.now += 20 * minute;
    on.clock.ticks += 3_000;
    expect(await me(aged)).toBe(200);
  }
  expect(await me(idle)).toBe(401);
  on.clock.now += 20 * minute;
  on.clock.ticks += 3_000;
  expect(await me(aged)).toBe(401);

  const [here, there] = [(await on.logIn(user)).body, (await on.logIn(user)).body];
  const listed = await on.ask("GET", "/api/identity/me/session", { token: here.token });
  expect(listed.body.map(({ id }: { id: string }) => id)).toContain(there.session.id);
  const path = `/api/identity/me/session/${there.session.id}`;
  const other = await on.newUser("billing");
  expect((await on.ask("DELETE", path, { token: other.token })).status).toBe(404);
  expect(await me(there.token)).toBe(200);
  expect((await on.ask("DELETE", path, { token: here.token })).status).toBe(204);
  expect(await me(there.token)).toBe(401);
});

test("a session that another process ended goes on for two seconds at the most", async () => {
  const user = await on.newUser("billing");
  // Until then nothing of this user is kept, for this process has ended sessions of it.
  on.clock.ticks += 2_000;
  expect(await me(user.token)).toBe(200);
  await file.sql`DELETE FROM identity_sessions WHERE user_id = ${user.id}`;
  expect(await me(user.token)).toBe(200);
  on.clock.ticks += 2_000;
  expect(await me(user.token)).toBe(401);
});

test("another password ends the other sessions, and weak ones are no wrong tries", async () => {
  const user = await on.newUser("billing");
  const other = (await on.logIn(user)).body.token;
  expect(await me(other)).toBe(200);
  const change = (body: object) =>
    on.ask("POST", "/api/identity/me/password", { token: user.token, body });
  for (let tries = 0; tries < 7; tries++) {
    expect((await change({ password: user.password, newPassword: "short" })).status).toBe(422);
  }
  const newPassword = "thirteen brass wheels";
  expect((await change({ password: "a wrong old one", newPassword })).status).toBe(403);
  expect((await change({ password: user.password, newPassword })).status).toBe(204);
  expect([await me(user.token), await me(other)]).toEqual([200, 401]);
});

test("a browser has its token in a cookie that no script reads", async () => {
  const user = await on.newUser("billing");
  const opened = await on.logIn(user, { isForBrowser: true });
  expect(opened.body.token).toBeUndefined();
  const [cookie, ...attributes] = opened.headers.get("set-cookie")!.split("; ");
  expect(attributes).toEqual(["Path=/", "Max-Age=43200", "Secure", "HttpOnly", "SameSite=Strict"]);
  const asked = (headers: Record<string, string>) =>
    on.ask("GET", "/api/identity/me", { headers: { cookie: cookie!, ...headers } });
  expect((await asked({})).body.id).toBe(user.id);
  expect((await asked({ "sec-fetch-site": "same-site" })).status).toBe(401);
  const out = await on.ask("DELETE", "/api/identity/session", { headers: { cookie: cookie! } });
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  // With what is left of it one may still log in.
  const again = await on.ask("POST", "/api/identity/session", {
    headers: { cookie: cookie! },
    body: { login: user.login, password: user.password },
  });
  expect(again.status).toBe(201);
});

test("nothing that opens a door is in the audit, nor in any table as it is", async () => {
  const user = await on.newUser("billing");
  const dumped = await file.sql`SELECT row_to_json(audit_entries)::text AS row FROM audit_entries
    UNION ALL SELECT row_to_json(identity_sessions)::text FROM identity_sessions
    UNION ALL SELECT row_to_json(identity_users)::text FROM identity_users`;
  const all = dumped.map(({ row }) => row).join("\n");
  expect(all).toContain(user.login);
  expect(all).not.toContain(user.password);
  expect(all).not.toContain(user.token);
  const audited = await file.sql`SELECT before::text || after::text AS row FROM audit_entries`;
  expect(audited.map(({ row }) => row).join("\n")).not.toContain("$argon2");
  const [hash] = await file.sql`SELECT password_hash FROM identity_users WHERE id = ${user.id}`;
  expect(hash!["password_hash"]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

const fromBase32 = (text: string): Buffer => {
  const bits = [...text]
    .map((character) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(character))
    .map((value) => value.toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)));
};
