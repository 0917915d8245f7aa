// Which Redis may hold balances, judged by what INFO says.

import { expect, test } from "vitest";
import { explainUnreachable, judgeRedis, parseInfo } from "./redis-fitness.ts";

const url = "redis://me:secret@10.0.0.1:6379";
const fit = {
  redis_version: "7.0.15",
  loading: "0",
  role: "master",
  maxmemory_policy: "noeviction",
  aof_enabled: "1",
};
const judge = (changes: Record<string, string>): string | null =>
  judgeRedis(new Map(Object.entries({ ...fit, ...changes })), url);

test("a Redis with an append-only file and without eviction is fit", () => {
  expect(judge({})).toBeNull();
});

test.each([
  [{ redis_version: "6.2.14" }, /version 6\.2\.14; 7\.0\.0 or later/],
  [{ loading: "1" }, /still loading/],
  [{ role: "slave", master_host: "h", master_port: "1" }, /replica; .* h:1/],
  [{ maxmemory_policy: "allkeys-lru" }, /CONFIG SET maxmemory-policy noeviction/],
  [{ aof_enabled: "0" }, /CONFIG SET appendonly yes/],
])("%j is refused with the remedy, and without the password", (changes, message) => {
  expect(judge(changes)).toMatch(message);
  expect(judge(changes)).not.toContain("secret");
});

test("INFO becomes names and values", () => {
  const info = parseInfo("# Server\r\nredis_version:7.0.15\r\nexecutable:/a:b\r\n\r\n");
  expect([...info]).toEqual([
    ["redis_version", "7.0.15"],
    ["executable", "/a:b"],
  ]);
});

test.each([
  ["NOAUTH Authentication required.", /user or password/],
  ["WRONGPASS invalid username-password pair", /user or password/],
  ["connect ECONNREFUSED 10.0.0.1:6379", /\(ECONNREFUSED 10\.0\.0\.1:6379\); start it/],
])("%s becomes one line with the remedy", (problem, message) => {
  expect(explainUnreachable(url, problem)).toMatch(message);
  expect(explainUnreachable(url, problem)).not.toContain("secret");
});
