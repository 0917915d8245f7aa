// JWTs of an issuer, whose keys come over a real socket: what is believed, and what each other one
// is refused for.

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import {
  type IdentityOfTest,
  openIdentityOfFile,
  type TestUser,
} from "../../scripts/testing/identity-of-test.ts";
import { type OidcServer, startOidcServer } from "../../scripts/testing/oidc-server.ts";

const file = databaseOfFile();
let on: IdentityOfTest;
let admin: TestUser;
let server: OidcServer;
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
  const issuer = {
    ...{ name: `i${server.issuer.split(":").at(-1)}`, issuer: server.issuer, audience: "tollgate" },
    ...{ jwksUri: server.jwksUri, algorithms: ["ES256"], customerClaim: "customer" },
    ...{ rolesClaim: "groups", rolesByClaim: { helpdesk: ["care-agent"], shop: ["self-care"] } },
  };
  const made = await asAdmin("POST", "issuer", issuer);
  expect(made.status).toBe(201);
  issuerId = made.body.id;
});

const seconds = (ms: number) => Math.floor((on.clock.now + ms) / 1_000);
const claims = (more: object = {}) => ({
  ...{ iss: server.issuer, aud: "tollgate", sub: "ada", name: "Ada", groups: ["helpdesk"] },
  ...{ iat: seconds(0), exp: seconds(60_000) },
  ...more,
});
const ask = (token: string) => on.authenticate({ headers: { authorization: `Bearer ${token}` } });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a token is somebody of an issuer, with roles by what its claims are worth", async () => {
  const asked = await ask(await server.sign(claims({ groups: ["shop", "x"], customer: "c-7" })));
  expect(asked).toMatchObject({
    isOk: true,
    value: { kind: "federated", name: "Ada", roles: ["self-care"], customerId: "c-7" },
  });
  const answer = await on.ask("GET", "/api/identity/me", { token: await server.sign(claims()) });
  expect(answer.body).toMatchObject({ roles: ["care-agent"] });
  // One fetch for all of them.
  expect(server.asked.get("/keys")).toBe(1);
});

test("a token of nobody's roles is somebody who may nothing", async () => {
  const token = await server.sign(claims({ groups: ["administrator"] }));
  expect((await on.ask("GET", "/api/identity/me", { token })).status).toBe(403);
});

const refused: [string, string, () => string | Promise<string>][] = [
  [
    "has expired",
    "the token has expired",
    () => server.sign(claims({ exp: seconds(-31_000), iat: seconds(-90_000) })),
  ],
  ["never ends", "the token says no end", () => server.sign(claims({ exp: undefined }))],
  [
    "is not valid yet",
    "the token is not valid yet",
    () => server.sign(claims({ nbf: seconds(40_000) })),
  ],
  [
    "is for another audience",
    "the token is for another audience",
    () => server.sign(claims({ aud: ["other", "another"] })),
  ],
  [
    "has no audience",
    "the token is for another audience",
    () => server.sign(claims({ aud: undefined })),
  ],
  ["names no subject", "the token names no subject", () => server.sign(claims({ sub: undefined }))],
  [
    "is of an unknown issuer",
    "the issuer of the token is not known here",
    () => server.sign(claims({ iss: `${server.issuer}/` })),
  ],
  [
    "tells a client who logged in",
    "an id token opens nothing: an access token is needed",
    () => server.sign(claims({ nonce: "n" })),
  ],
  ["names no issuer", "the token names no issuer", () => server.sign(claims({ iss: undefined }))],
  [
    "names an issuer that no database can look for",
    "the issuer of the token is not known here",
    () => `${part({ alg: "ES256" })}.${part({ iss: "\u0000" })}.`,
  ],
  [
    "has a subject that no database can look for",
    "the token names no subject that can be kept",
    () => server.sign(claims({ sub: "ada\u0000" })),
  ],
  [
    "has a subject that is longer than any (OpenID Connect Core 2)",
    "the token names no subject that can be kept",
    () => server.sign(claims({ sub: "a".repeat(256) })),
  ],
  [
    "is not signed, by its own word",
    "the token is not signed",
    () => `${part({ alg: "none" })}.${part(claims())}.`,
  ],
  [
    "says None in capitals",
    "the token is not signed",
    () => `${part({ alg: "NONE" })}.${part(claims())}.`,
  ],
  [
    "has lost its signature",
    "the signature of the token is not right",
    async () => (await server.sign(claims())).replace(/[^.]*$/, ""),
  ],
  [
    "is signed with a secret, the public key",
    "the token is signed with an algorithm that its issuer does not use",
    async () => {
      const jwk = await (await fetch(server.jwksUri)).text();
      const signed = `${part({ alg: "HS256" })}.${part(claims())}`;
      return `${signed}.${createHmac("sha256", jwk).update(signed).digest("base64url")}`;
    },
  ],
  [
    "is signed with an algorithm that the issuer does not use",
    "the token is signed with an algorithm that its issuer does not use",
    async () => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
      const signed = `${part({ alg: "RS256" })}.${part(claims())}`;
      return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
    },
  ],
  [
    "was changed after it was signed",
    "the signature of the token is not right",
    async () => {
      const [header, , signature] = (await server.sign(claims())).split(".");
      return `${header}.${part(claims({ groups: ["helpdesk"], sub: "eve" }))}.${signature}`;
    },
  ],
  [
    "names a key that there is not",
    "its issuer has no such key",
    () => server.sign(claims(), { kid: "x" }),
  ],
  ["is no JSON inside", "the token is not a JWT", () => "aaaa.bbbb.cccc"],
  [
    "has a critical header that nobody knows",
    "the token is not a JWT that can be read",
    async () => {
      const token = await server.sign(claims());
      const [, payload, signature] = token.split(".");
      return `${part({ alg: "ES256", crit: ["odd"], odd: 1 })}.${payload}.${signature}`;
    },
  ],
];
test.each(refused)("a token that %s is refused: %s", async (_, detail, make) => {
  const asked = await ask(await make());
  expect(asked).toMatchObject({ isOk: false, error: { code: "UNAUTHENTICATED", detail } });
});

test("a clock that is 30 seconds off is not held against a token", async () => {
  const late = claims({ exp: seconds(-29_000), iat: seconds(-90_000) });
  expect((await ask(await server.sign(late))).isOk).toBe(true);
  expect((await ask(await server.sign(claims({ nbf: seconds(29_000) })))).isOk).toBe(true);
});

test("an issuer's new key is fetched when a token has it, made-up ones are not", async () => {
  expect((await ask(await server.sign(claims()))).isOk).toBe(true);
  const old = await server.sign(claims({ sub: "old" }));
  await server.rotate();
  const fresh = claims({ sub: "fresh" });
  // Too soon after the last fetch.
  expect(await ask(await server.sign(fresh))).toMatchObject({ isOk: false });
  on.clock.ticks += 30_000;
  expect((await ask(await server.sign(fresh))).isOk).toBe(true);
  expect(await ask(old)).toMatchObject({ isOk: false });
  const fetches = server.asked.get("/keys");
  const made = Array.from({ length: 20 }, (_, at) =>
    server.sign(claims(), { kid: `made-up-${at}` }),
  );
  for (const token of await Promise.all(made)) await ask(token);
  expect(server.asked.get("/keys")).toBe(fetches);
});

test.each(["broken", "huge", "no-json"] as const)(
  "keys that are not to be had (%s) are a 503, and are not asked for at each request",
  async (keys) => {
    server.keys = keys;
    for (let tries = 0; tries < 5; tries++) {
      const answer = await on.ask("GET", "/api/identity/me", {
        token: await server.sign(claims()),
      });
      expect([answer.status, answer.body.code]).toEqual([503, "UNAVAILABLE"]);
      expect(answer.headers.get("retry-after")).toBe("5");
    }
    expect(server.asked.get("/keys")).toBe(1);
    server.keys = "served";
    on.clock.ticks += 5_000;
    expect((await ask(await server.sign(claims()))).isOk).toBe(true);
  },
);

test("an issuer that does not answer is a 503 after its time", async () => {
  server.keys = "hanging";
  const begun = performance.now();
  const asked = await ask(await server.sign(claims()));
  expect(asked).toMatchObject({ isOk: false, error: { code: "UNAVAILABLE" } });
  expect(performance.now() - begun).toBeGreaterThan(4_900);
  expect(performance.now() - begun).toBeLessThan(8_000);
});

test("with an issuer that went away the keys it had go on for an hour", async () => {
  expect((await ask(await server.sign(claims()))).isOk).toBe(true);
  server.keys = "broken";
  on.clock.ticks += 59 * 60_000;
  expect((await ask(await server.sign(claims({ sub: "b" })))).isOk).toBe(true);
  on.clock.ticks += 60_000;
  const asked = await ask(await server.sign(claims({ sub: "c" })));
  expect(asked).toMatchObject({ isOk: false, error: { code: "UNAVAILABLE" } });
});

test("an issuer that is put out of use lets nobody in from that moment on", async () => {
  const token = await server.sign(claims());
  expect((await ask(token)).isOk).toBe(true);
  await asAdmin("PATCH", `issuer/${issuerId}`, { isActive: false });
  expect(await ask(token)).toMatchObject({ isOk: false });
});

const odd = { name: "odd", issuer: "https://i.example.org", audience: "a", rolesClaim: "r" };
test.each([
  ["HS256", { algorithms: ["HS256"] }, "/algorithms/0"],
  ["none", { algorithms: ["none"] }, "/algorithms/0"],
  ["no algorithm", { algorithms: [] }, "/algorithms"],
  ["keys over plain HTTP", { jwksUri: "http://i.example.org/keys" }, "/jwksUri"],
  ["keys in a file", { jwksUri: "file:///etc/passwd" }, "/jwksUri"],
  ["roles that there are not", { rolesByClaim: { a: ["emperor"] } }, "/rolesByClaim/a/0"],
])("an issuer with %s is not taken", async (_, wrong, pointer) => {
  const right = { jwksUri: "https://i.example.org/keys", algorithms: ["RS256"], rolesByClaim: {} };
  const answer = await asAdmin("POST", "issuer", { ...odd, ...right, ...wrong });
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].pointer).toBe(pointer);
});
