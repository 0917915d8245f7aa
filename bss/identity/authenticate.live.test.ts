// Who asks, by API key and by certificate, and how soon what was revoked is worth nothing.

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { makeCertificates } from "../../scripts/testing/certificates.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import {
  type IdentityOfTest,
  openIdentity,
  openIdentityOfFile,
  type TestUser,
} from "../../scripts/testing/identity-of-test.ts";
import { limits } from "../limits.ts";
import type { PeerCertificate } from "./credentials.ts";
import { certificateOf } from "./index.ts";
import { newSecret } from "./secrets.ts";

const file = databaseOfFile();
let on: IdentityOfTest;
let admin: TestUser;
beforeAll(async () => {
  const { opened, close } = await openIdentityOfFile(file.url);
  on = opened;
  admin = await on.newUser("administrator");
  return close;
});

const asAdmin = (method: string, path: string, body?: object) =>
  on.ask(method, `/api/identity/${path}`, { token: admin.token, ...(body ? { body } : {}) });
const me = (token: string) => on.ask("GET", "/api/identity/me", { token });

test("nobody is anonymous, and anonymous may nothing but what is public", async () => {
  const asked = await on.authenticate({ headers: {} });
  expect(asked).toMatchObject({ isOk: true, value: { kind: "anonymous", roles: [] } });
  expect((await on.ask("GET", "/api/identity/me")).status).toBe(401);
  expect((await on.ask("GET", "/api/identity/oidc")).status).toBe(200);
});

test("a key may what its roles and its scopes both say, at its own rate", async () => {
  const wanted = { name: "nightly report", roles: ["auditor"], requestsPerMinuteMax: 7 };
  const made = await asAdmin("POST", "apiKey", { ...wanted, scopes: ["identity:read"] });
  expect(made.status).toBe(201);
  const { key, apiKey } = made.body;
  expect(key).toMatch(/^tgk_[A-Za-z0-9_-]{43}$/);
  expect(key.startsWith(apiKey.hint)).toBe(true);
  expect(apiKey).toMatchObject({ ...wanted, userId: null, lastUsedAt: null });
  const read = () => on.ask("GET", "/api/identity/user", { token: key });
  expect((await read()).status).toBe(200);
  expect((await me(key)).status).toBe(403);
  for (let asked = 2; asked < 7; asked++) await read();
  expect((await read()).status).toBe(429);
  const listed = await asAdmin("GET", "apiKey");
  expect(listed.text).not.toContain(key);
});

test("a key's use is written once a minute", async () => {
  const made = await asAdmin("POST", "apiKey", { name: "clock", roles: ["billing"] });
  const { key, apiKey } = made.body;
  const used = async () => {
    on.clock.ticks += 2_000;
    expect((await me(key)).status).toBe(200);
    const [row] = await file.sql`SELECT last_used_at::float8 AS at FROM identity_api_keys
      WHERE id = ${apiKey.id}`;
    return row!["at"] - start;
  };
  const start = on.clock.now;
  expect(await used()).toBe(0);
  on.clock.now = start + 59_999;
  expect(await used()).toBe(0);
  on.clock.now = start + 60_000;
  expect(await used()).toBe(60_000);
});

test("a key that was revoked, or has expired, says so from that moment on", async () => {
  const expiresAt = new Date(on.clock.now + 5_000).toISOString();
  const past = new Date(on.clock.now).toISOString();
  const wanted = { name: "brief", roles: ["billing"] };
  expect((await asAdmin("POST", "apiKey", { ...wanted, expiresAt: past })).status).toBe(422);
  const [brief, revoked] = [
    (await asAdmin("POST", "apiKey", { ...wanted, expiresAt })).body,
    (await asAdmin("POST", "apiKey", wanted)).body,
  ];
  expect([(await me(brief.key)).status, (await me(revoked.key)).status]).toEqual([200, 200]);
  expect((await asAdmin("DELETE", `apiKey/${revoked.apiKey.id}`)).status).toBe(204);
  expect((await me(revoked.key)).body.detail).toBe("the API key was revoked");
  on.clock.now += 5_000;
  on.clock.ticks += 2_000;
  const answer = await me(brief.key);
  expect(answer.body.detail).toBe("the API key has expired");
  expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
});

test("one's own key may no more than oneself, and ends with oneself", async () => {
  const user = await on.newUser(["billing", "auditor"]);
  const made = await on.ask("POST", "/api/identity/me/apiKey", {
    token: user.token,
    body: { name: "mine" },
  });
  const { key } = made.body;
  expect((await me(key)).body.roles).toEqual(["billing", "auditor"]);
  await asAdmin("PATCH", `user/${user.id}`, { roles: ["billing"] });
  expect((await me(key)).body.roles).toEqual(["billing"]);
  await asAdmin("PATCH", `user/${user.id}`, { isActive: false });
  expect((await me(key)).body.detail).toBe("the user of the API key is not active");
  expect((await me(user.token)).status).toBe(401);
  // It makes none itself, for it would outlive its own revocation.
  const again = await on.newUser("billing");
  const own = { token: again.token, body: { name: "mine" } };
  const other = (await on.ask("POST", "/api/identity/me/apiKey", own)).body.key;
  const second = { token: other, body: { name: "mine too" } };
  expect((await on.ask("POST", "/api/identity/me/apiKey", second)).status).toBe(403);
});

test("a key that is held to scopes cannot make one, or somebody, that is not", async () => {
  const wanted = { name: "narrow", roles: ["administrator"], scopes: ["identity:write"] };
  const token = (await asAdmin("POST", "apiKey", wanted)).body.key;
  const tried = await Promise.all([
    on.ask("POST", "/api/identity/apiKey", { token, body: { name: "wide", roles: ["billing"] } }),
    on.ask("POST", "/api/identity/user", { token, body: { login: "w", name: "W", roles: [] } }),
    on.ask("PATCH", `/api/identity/user/${admin.id}`, { token, body: { name: "W" } }),
    on.ask("POST", `/api/identity/user/${admin.id}/resetPassword`, { token, body: {} }),
    on.ask("POST", "/api/identity/peer", {
      token,
      body: { name: "w", commonName: "w", roles: [] },
    }),
  ]);
  expect(tried.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
});

test("whoever makes up tokens is held to the rate of an address", async () => {
  const own = await openIdentity(file.url);
  const statuses = new Map<number, number>();
  for (let asked = 0; asked < limits.requestsPerMinuteOfAddress + 5; asked++) {
    const { status } = await own.ask("GET", "/api/identity/me", { token: newSecret("tgk_") });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [401, limits.requestsPerMinuteOfAddress],
    [429, 5],
  ]);
});

test("keys are cached for no more than are used at once", async () => {
  const before = on.identity.actors.size();
  const headers = { authorization: `Bearer tgk_${"a".repeat(43)}` };
  expect(await on.authenticate({ headers })).toMatchObject({ isOk: false });
  expect(on.identity.actors.size()).toBe(before);
});

test("a network element is known by its certificate over TLS, by print before name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-peers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { caFile, server, client, stranger } = makeCertificates(folder);
  const read = (path: string) => readFileSync(path);
  const tls = { key: read(server.keyFile), cert: read(server.certificateFile), ca: read(caFile) };
  const seen: (PeerCertificate | undefined)[] = [];
  const options = { ...tls, requestCert: true, rejectUnauthorized: false };
  const listener = createServer(options, ({ socket, headers }, response) => {
    const certificate = certificateOf(socket);
    seen.push(certificate);
    void on
      .authenticate({ headers: headers as Record<string, string>, certificate })
      .then((asked) => response.end(JSON.stringify(asked)));
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as AddressInfo;
  const ask = async (files?: typeof client) => {
    const own = files && { key: read(files.keyFile), cert: read(files.certificateFile) };
    const asked = request({ host: "127.0.0.1", port, ca: tls.ca, agent: false, ...own }).end();
    const [response] = await once(asked, "response");
    return JSON.parse(Buffer.concat(await response.toArray()).toString());
  };

  expect((await ask(client)).error.detail).toBe("the certificate is of no known peer");
  const byName = { name: "SMF west", commonName: "client", roles: ["network"] };
  expect((await asAdmin("POST", "peer", byName)).status).toBe(201);
  expect((await asAdmin("POST", "peer", byName)).status).toBe(409);
  expect((await ask(client)).value).toMatchObject({ kind: "peer", name: "SMF west" });
  const { fingerprint } = seen[0]!;
  const byPrint = { name: "SMF west 1", fingerprint, roles: ["network"], requestsPerMinuteMax: 9 };
  const peer = (await asAdmin("POST", "peer", byPrint)).body;
  expect(peer.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  on.clock.ticks += 2_000;
  expect((await ask(client)).value).toMatchObject({ name: "SMF west 1", requestsPerMinuteMax: 9 });
  expect((await asAdmin("PATCH", `peer/${peer.id}`, { isActive: false })).status).toBe(200);
  expect((await ask(client)).error.detail).toBe("the peer of this certificate is not active");
  expect((await asAdmin("PATCH", `peer/${peer.id}`, { commonName: "x" })).status).toBe(422);
  // Signed by nobody whom this door trusts, with a name that it knows.
  const made = { name: "liar", commonName: "stranger", roles: ["network"] };
  expect((await asAdmin("POST", "peer", made)).status).toBe(201);
  expect((await ask(stranger)).value.kind).toBe("anonymous");
  expect((await ask()).value.kind).toBe("anonymous");
  expect((await asAdmin("DELETE", `peer/${peer.id}`)).status).toBe(204);
});
