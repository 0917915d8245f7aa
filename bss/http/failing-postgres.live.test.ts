// The doors when Postgres is slow, in the way of itself, or gone in the middle of a write: what the
// asker is told, and that asking again by the same key tells what became of it.

import { beforeAll, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { openDoors } from "../../scripts/testing/doors-of-test.ts";
import { startTcpProxy } from "../../scripts/testing/tcp-proxy.ts";
import { limits } from "../limits.ts";
import { defineRoute, type Route } from "./route.ts";

const file = databaseOfFile();

beforeAll(async () => {
  await file.sql`CREATE TABLE thing (name text PRIMARY KEY)`;
});

const write = (path: string, work: Route["handle"]) =>
  defineRoute({
    ...{ method: "POST", path, tag: "Test", summary: path, permission: "customer:write" },
    body: z.strictObject({ name: z.string() }),
    answers: { 201: z.unknown() },
    handle: work as never,
  });
const read = (path: string, text: string, values: readonly unknown[] = []) =>
  defineRoute({
    ...{ method: "GET", path, tag: "Test", summary: path, permission: "customer:read" },
    answers: { 200: z.unknown() },
    handle: async ({ statements }) => {
      const { rows } = await statements.query(text, [...values]);
      return ok({ status: 200, body: rows });
    },
  });

const insert: Route["handle"] = async ({ statements }, { body }) => {
  const { name } = body as { readonly name: string };
  await statements.query("INSERT INTO thing VALUES ($1)", [name]);
  return ok({ status: 201, headers: { etag: '"1"' }, body: { name } });
};

const keyed = (name: string) => ({ body: { name }, headers: { "idempotency-key": name } });

test("the outcome of a COMMIT without an answer is unknown, until asked for by key", async () => {
  const wire = await startTcpProxy(Number(new URL(file.url).port));
  onTestFinished(() => wire.stop());
  const url = new URL(file.url);
  [url.hostname, url.port] = ["127.0.0.1", String(wire.port)];
  let isSpoilt = true;
  const spoilt: Route["handle"] = async (context, input) => {
    const answer = await insert(context, input);
    if (isSpoilt) {
      wire.swallowReplies();
      setTimeout(wire.cut, 300);
    }
    return answer;
  };
  const doors = await openDoors(url.href, () => [write("/api/spoilt", spoilt)]);
  const lost = await doors.ask("POST", "/api/spoilt", keyed("lost"));
  expect([lost.status, lost.body.code]).toEqual([503, "UNAVAILABLE"]);
  expect(lost.body.detail).toContain("Idempotency-Key");
  expect(lost.headers.get("retry-after")).not.toBe(null);
  isSpoilt = false;
  wire.mend();
  const again = await doors.ask("POST", "/api/spoilt", keyed("lost"));
  expect([again.status, again.body]).toEqual([201, { name: "lost" }]);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.headers.get("etag")).toBe('"1"');
  expect(await file.sql`SELECT name FROM thing WHERE name = 'lost'`).toHaveLength(1);
});

test("a connection that goes before COMMIT leaves nothing; asked again, it is done", async () => {
  let isSpoilt = true;
  const spoilt: Route["handle"] = async (context, input) => {
    const answer = await insert(context, input);
    if (isSpoilt) await context.statements.query("SELECT pg_terminate_backend(pg_backend_pid())");
    return answer;
  };
  const doors = await openDoors(file.url, () => [write("/api/spoilt", spoilt)]);
  const lost = await doors.ask("POST", "/api/spoilt", keyed("ended"));
  expect([lost.status, lost.body.code]).toEqual([503, "UNAVAILABLE"]);
  isSpoilt = false;
  const again = await doors.ask("POST", "/api/spoilt", keyed("ended"));
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, null]);
});

test("who comes with the key of a long request is told that it is under way", async () => {
  const slow: Route["handle"] = async (context, input) => {
    await context.statements.query("SELECT pg_sleep($1)", [limits.lockMsMax / 1_000 + 1]);
    return insert(context, input);
  };
  const doors = await openDoors(file.url, () => [write("/api/slow", slow)]);
  const first = doors.ask("POST", "/api/slow", keyed("slow"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const second = await doors.ask("POST", "/api/slow", keyed("slow"));
  expect([second.status, second.body.code]).toEqual([409, "IDEMPOTENCY_IN_PROGRESS"]);
  expect(second.headers.get("retry-after")).toBe("1");
  expect((await first).status).toBe(201);
});

test("a read that takes too long is given up on both sides, and says so", async () => {
  const text = `SELECT pg_sleep(${limits.statementMsMax / 1_000 + 5}) AS endless`;
  const doors = await openDoors(file.url, () => [read("/api/endless", text)]);
  const answer = await doors.ask("GET", "/api/endless");
  expect([answer.status, answer.body.code]).toEqual([503, "UNAVAILABLE"]);
  expect(answer.body.detail).toContain("narrow");
  const running = await file.sql`SELECT pid FROM pg_stat_activity
    WHERE query LIKE '%AS endless' AND state = 'active' AND pid <> pg_backend_pid()`;
  expect(running).toEqual([]);
}, 30_000);

test("without Postgres all is unavailable, and nothing is said of where it is", async () => {
  const url = "postgres://nobody:hidden@127.0.0.1:1/nowhere";
  const doors = await openDoors(url, () => [read("/api/one", "SELECT 1"), write("/api/w", insert)]);
  for (const answer of [
    await doors.ask("GET", "/api/one"),
    await doors.ask("POST", "/api/w", keyed("x")),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([503, "UNAVAILABLE"]);
    expect(answer.text).not.toMatch(/127\.0|ECONN|hidden|nobody/);
  }
});

test("text that Postgres cannot keep is the asker's mistake", async () => {
  const doors = await openDoors(file.url, () => [write("/api/thing", insert)]);
  const answer = await doors.ask("POST", "/api/thing", { body: { name: "a\0b" } });
  expect([answer.status, answer.body.code]).toEqual([400, "INVALID_REQUEST"]);
});
