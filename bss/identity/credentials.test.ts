// What a request shows is read whatever it is.

import fc from "fast-check";
import { expect, test } from "vitest";
import { credentialOf } from "./credentials.ts";
import { apiKeyBegin, newSecret, sessionTokenBegin } from "./secrets.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const session = newSecret(sessionTokenBegin);
const key = newSecret(apiKeyBegin);
const cookie = `theme=dark; __Host-tollgate-session=${session}; other=1`;

test.each([
  ["a session's token", `Bearer ${session}`, { kind: "session", token: session }],
  ["a key", `bearer  ${key} `, { kind: "api-key", key }],
  ["a JWT", "Bearer e30.e30.c2ln", { kind: "jwt", token: "e30.e30.c2ln" }],
  ["a JWT without signature", "Bearer e30.e30.", { kind: "jwt", token: "e30.e30." }],
])("reads %s", (_, authorization, expected) => {
  expect(credentialOf({ headers: { authorization } })).toEqual({ isOk: true, value: expected });
});

const neither = "the token is neither of a session, nor an API key, nor a JWT";
const notBearer = "expected Authorization: Bearer with one token";
test.each([
  ["Basic YWRhOnNlY3JldA==", notBearer],
  ["Bearer", notBearer],
  ["", notBearer],
  [`Bearer ${session}, Bearer ${key}`, notBearer],
  [`Bearer ${session.slice(0, -1)}`, neither],
  ["Bearer tgx_abc", neither],
  [`Bearer ${"a".repeat(8_193)}`, "the token is too long"],
])("refuses %.40j", (authorization, detail) => {
  const read = credentialOf({ headers: { authorization } });
  expect(read).toMatchObject({ isOk: false, error: { code: "UNAUTHENTICATED", detail } });
});

test("reads the console's cookie, but not one that another page sent along", () => {
  const asked = (site?: string) => credentialOf({ headers: { cookie, "sec-fetch-site": site } });
  const isSession = { isOk: true, value: { kind: "session", token: session } };
  const isNobody = { isOk: true, value: { kind: "none" } };
  expect([asked(), asked("same-origin"), asked("none")]).toEqual(Array(3).fill(isSession));
  expect([asked("cross-site"), asked("same-site")]).toEqual(Array(2).fill(isNobody));
});

test("by the origin where a browser does not tell the site", () => {
  const asked = (origin?: string) =>
    credentialOf({ headers: { cookie, host: "tollgate.example:7700", origin } });
  expect(asked()).toMatchObject({ value: { kind: "session" } });
  expect(asked("https://tollgate.example:7700")).toMatchObject({ value: { kind: "session" } });
  for (const other of ["https://tollgate.example", "https://evil.example", "null", ""]) {
    expect(asked(other)).toMatchObject({ value: { kind: "none" } });
  }
});

test("a header goes before the cookie, and both before the certificate", () => {
  const certificate = { fingerprint: "00", commonName: "smf" };
  const authorization = `Bearer ${key}`;
  const kinds = [
    { headers: { authorization, cookie }, certificate },
    { headers: { cookie }, certificate },
    { headers: {}, certificate },
    { headers: {} },
  ].map((head) => {
    const read = credentialOf(head);
    return read.isOk && read.value.kind;
  });
  expect(kinds).toEqual(["api-key", "session", "certificate", "none"]);
});

const anything = fc.string({ unit: "binary", maxLength: 120 });
const nearlyRight = fc
  .tuple(
    fc.constantFrom("Bearer ", "bearer", "BEARER\t", "Basic ", "", "Bearer  "),
    fc.constantFrom(session, key, "a.b.c", "..", "tgs_", "tgk_", "\0"),
    anything,
    fc.nat(60),
  )
  .map(([scheme, token, noise, at]) => scheme + token.slice(0, at) + noise + token.slice(at));

test(`no header throws, and each is answered or refused with a reason (seed ${seed})`, () => {
  const value = fc.oneof(anything, nearlyRight, fc.array(nearlyRight, { maxLength: 3 }));
  const head = fc.record(
    { authorization: value, cookie: value, "sec-fetch-site": value, origin: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(head, (headers) => {
      const read = credentialOf({ headers });
      if (!read.isOk) expect(read.error).toMatchObject({ code: "UNAUTHENTICATED" });
    }),
    { seed, numRuns: 3_000 },
  );
});
