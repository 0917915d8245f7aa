// Clients that are hostile or broken, on raw sockets where fetch is too well-behaved: each is
// answered in the one form, nothing of it costs more than it should, and the server lives on.

import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf, openDoors } from "../../scripts/testing/doors-of-test.ts";
import { limits } from "../limits.ts";
import { refuse } from "./problem.ts";
import { defineRoute } from "./route.ts";

const file = databaseOfFile();
const path = "/api/things";

const things = [
  defineRoute({
    ...{ method: "GET", path: `${path}/:id`, tag: "Test", summary: "one" },
    ...{ permission: "customer:read", params: z.strictObject({ id: z.string() }) },
    answers: { 200: z.unknown() },
    handle: async ({ statements }, { params }) => {
      const { rows } = await statements.query("SELECT $1::text AS id", [params.id]);
      return ok({ status: 200, body: rows[0] });
    },
  }),
  defineRoute({
    ...{ method: "POST", path, tag: "Test", summary: "make", permission: "customer:write" },
    ...{ body: z.unknown(), bodyBytesMax: 64 * 1_048_576, answers: { 201: z.unknown() } },
    handle: async (_, { body }) => ok({ status: 201, body }),
  }),
];

const open = (options = {}) => openDoors(file.url, () => things, options);
const actor = `X-Test-Actor: ${JSON.stringify(actorOf("administrator"))}`;

/** What comes back until the connection ends, or until `isEnough`. */
const say = (url: string, octets: string, isEnough = (_: string) => false): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(octets));
    onTestFinished(() => void socket.destroy());
    let text = "";
    socket.on("data", (some) => {
      text += some;
      if (isEnough(text)) resolve(text);
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });

const head = (line: string, ...headers: string[]): string =>
  [line, "Host: localhost", ...headers, "", ""].join("\r\n");

const expectProblem = (answer: string, status: number, code: string): void => {
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer.toLowerCase()).toContain("content-type: application/problem+json");
  const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
  expect(body).toMatchObject({ status, code, requestId: expect.any(String) });
};

test.each([
  [
    "headers beyond measure",
    head("GET / HTTP/1.1", `X: ${"x".repeat(20_000)}`),
    431,
    "HEADERS_TOO_LARGE",
  ],
  [
    "an address beyond measure",
    head(`GET /${"x".repeat(9_000)} HTTP/1.1`, "Connection: close"),
    414,
    "URI_TOO_LONG",
  ],
  [
    "two lengths",
    head("POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 2"),
    400,
    "MALFORMED_REQUEST",
  ],
  [
    "a length and chunks",
    head("POST / HTTP/1.1", "Content-Length: 4", "Transfer-Encoding: chunked"),
    400,
    "MALFORMED_REQUEST",
  ],
  [
    "a header of two lines",
    head("GET / HTTP/1.1", "X: 1\r\n 2", "Connection: close"),
    400,
    "MALFORMED_REQUEST",
  ],
  ["another protocol", "SSH-2.0-x\r\n\r\n", 400, "MALFORMED_REQUEST"],
])("%s: refused in the one form", async (_, octets, status, code) => {
  const { url } = await open();
  expectProblem(await say(url, octets), status, code);
});

test("a request that names no host is refused by Node itself", async () => {
  const { url } = await open();
  expect(await say(url, "GET / HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
});

test("what is not in time is told so, and holds no connection", async () => {
  const { url } = await open();
  const begun = performance.now();
  const answer = await say(url, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  expectProblem(answer, 408, "REQUEST_TIMEOUT");
  const ms = performance.now() - begun;
  expect(ms).toBeLessThan(limits.headersMsMax + limits.connectionsCheckedMs + 2_000);
}, 30_000);

test("who may not sends no body: the refusal comes before it", async () => {
  const { url } = await open();
  const sent = head(
    `POST ${path} HTTP/1.1`,
    "Content-Type: application/json",
    "Content-Length: 60000000",
  );
  const answer = await say(url, sent, (text) => text.includes("\r\n\r\n"));
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  const auditor = `X-Test-Actor: ${JSON.stringify(actorOf("auditor"))}`;
  const other = await say(url, sent.replace("Host", `${auditor}\r\nHost`), (text) => text !== "");
  expect(other).toMatch(/^HTTP\/1.1 403 /);
});

test("what is compressed or of another charset is not read", async () => {
  const { ask } = await open();
  const coded = await ask("POST", path, {
    body: "{}",
    type: "application/json",
    headers: { "content-encoding": "gzip" },
  });
  expect([coded.status, coded.body.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  const latin = await ask("POST", path, { body: "{}", type: "application/json; charset=latin1" });
  expect([latin.status, latin.body.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  const plain = await ask("POST", path, { body: "{}", type: 'application/json; charset="UTF-8"' });
  expect(plain.status).toBe(201);
});

test.each([
  ["%00", 400],
  ["a%2Fb", 200],
  ["..%2F..%2Fetc", 200],
  ["a/", 200],
  ["%F0%9F%92%A9", 200],
  ["%ED%A0%80", 400],
  ["a//b", 404],
])("the address %s is one thing and nothing else: %i", async (id, status) => {
  const { ask } = await open();
  const answer = await ask("GET", `${path}/${id}`);
  expect(answer.status).toBe(status);
  if (status === 200) expect(answer.body.id).toBe(decodeURIComponent(id).replace(/\/$/, ""));
});

test("HEAD is GET without its body, OPTIONS is not offered, no other site is let in", async () => {
  const { ask } = await open();
  const [got, headed] = [await ask("GET", `${path}/x`), await ask("HEAD", `${path}/x`)];
  expect([headed.status, headed.text]).toEqual([200, ""]);
  expect(headed.headers.get("content-length")).toBe(String(got.text.length));
  const preflight = await ask("OPTIONS", `${path}/x`, {
    headers: { origin: "https://evil.example", "access-control-request-method": "GET" },
  });
  expect([preflight.status, preflight.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  for (const { headers } of [got, preflight]) {
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("credentials that are made up are soon not even looked at", async () => {
  let asked = 0;
  const { ask } = await open({
    authenticate: async () => {
      asked++;
      return refuse("UNAUTHENTICATED", "no such token");
    },
  });
  const answers = [];
  for (let at = 0; at < limits.refusedPerMinuteOfAddress + 5; at++) {
    answers.push(await ask("GET", at % 2 === 0 ? `${path}/x` : "/nowhere"));
  }
  expect(asked).toBe(limits.refusedPerMinuteOfAddress + 1);
  const last = answers.at(-1)!;
  expect([last.status, last.body.code]).toEqual([429, "TOO_MANY_REQUESTS"]);
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(last.headers.get("retry-after")).toMatch(/^\d{1,2}$/);
});

test("one asker has its rate on all addresses together, and another its own", async () => {
  const { ask } = await open({ requestsPerMinute: 3 });
  const statuses = [];
  for (const where of [`${path}/1`, "/nowhere", `${path}/2`, `${path}/3`]) {
    statuses.push((await ask("GET", where)).status);
  }
  expect(statuses).toEqual([200, 404, 200, 429]);
  const other = { actor: actorOf("administrator", { id: "another" }) };
  expect((await ask("GET", `${path}/1`, other)).status).toBe(200);
});

test("when the event loop is far behind, who comes is sent elsewhere in the one form", async () => {
  const { ask } = await open();
  // Sampled once a second: kept busy for longer than that, again and again.
  const isPressed = async () => {
    const until = performance.now() + 2 * limits.eventLoopDelayMsMax;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return (await ask("GET", `${path}/x`)).status === 503;
  };
  let isSeen = false;
  for (let tries = 0; tries < 5 && !isSeen; tries++) isSeen = await isPressed();
  expect(isSeen).toBe(true);
  const answer = await ask("GET", `${path}/x`);
  if (answer.status === 503) {
    expect([answer.body.code, answer.headers.get("retry-after")]).toEqual(["UNAVAILABLE", "1"]);
  }
}, 30_000);

test("who asks for a continuation gets it, and what cannot be expected is refused", async () => {
  const { url } = await open();
  const begin = (expected: string) =>
    head(
      `POST ${path} HTTP/1.1`,
      actor,
      "Content-Type: application/json",
      "Content-Length: 2",
      expected,
    );
  const answer = await say(url, `${begin("Expect: 100-continue")}{}`, (text) =>
    text.endsWith("{}"),
  );
  expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 /);
  const odd = await say(url, begin("Expect: a-miracle"), (text) => text.includes("\r\n\r\n"));
  expect(odd).toMatch(/^HTTP\/1.1 417 /);
});
