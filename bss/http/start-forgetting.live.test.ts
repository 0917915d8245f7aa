// Answers are forgotten when their keys are over, and no sooner, by however many workers.

import { expect, onTestFinished, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { openDatabase } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { startForgetting } from "./start-forgetting.ts";

const file = databaseOfFile();
const now = 1_800_000_000_000;

const open = (url: string) => {
  const database = openDatabase({ url, name: "test", onError: () => undefined });
  onTestFinished(() => database.close());
  return database;
};

const start = (url: string) => {
  const told: string[] = [];
  const tell = (_: unknown, words?: string) => void told.push(words ?? "");
  const { statements } = open(url);
  const log = { info: tell, warn: tell };
  const worker = startForgetting({ statements, now: () => now, log: log as never }, 20);
  onTestFinished(() => worker.stop());
  return { worker, told };
};

const left = async () => {
  const [row] = await file.sql`SELECT count(*)::int AS n, min(at) AS oldest FROM http_requests`;
  return { count: row!["n"], oldest: Number(row!["oldest"]) };
};

test("a backlog is forgotten, what is younger stays", async () => {
  const young = now - limits.idempotencyMs;
  await file.sql`INSERT INTO http_requests (actor_id, idempotency_key, fingerprint, at)
    SELECT 'a', n::text, 'f', ${young}::bigint - n FROM generate_series(-99, 2500) AS n`;
  const workers = [start(file.url), start(file.url)];
  while ((await left()).count > 100) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await left()).toEqual({ count: 100, oldest: young });
  for (const { worker } of workers) await worker.stop();
  expect(workers.flatMap(({ told }) => told)).toEqual([]);
});

test("without Postgres it says so once, and goes on", async () => {
  const { worker, told } = start("postgres://127.0.0.1:1/nowhere");
  await new Promise((resolve) => setTimeout(resolve, 300));
  await worker.stop();
  expect(told).toEqual(["old answers are not forgotten"]);
});
