// The process as it is run: it migrates, follows the journals, says how it is, and ends in order.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync as read, rmSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { moveClockCommand, movedClockRemedy } from "../engine/protocol/clock-value.ts";
import { tariffDocument, traffic } from "../engine/simulation/small-operator.ts";
import { checkInstallation } from "../engine/store/installation.ts";
import { makeCertificates } from "../scripts/testing/certificates.ts";
import { databaseOfFile } from "../scripts/testing/database-of-file.ts";
import { until } from "../scripts/testing/engine.ts";
import { untilCommitted } from "../scripts/testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest } from "../scripts/testing/redis-of-file.ts";
import { startTcpProxy } from "../scripts/testing/tcp-proxy.ts";
import { limits } from "./limits.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tollgate-bss-"));
const keysFile = path.join(folder, "privacy-keys.json");
afterAll(() => rmSync(folder, { recursive: true }));
const root = fileURLToPath(new URL("..", import.meta.url));
const redis = emptyRedisOfFile();
const database = databaseOfFile();

const startBss = (environment: Readonly<Record<string, string>> = {}): ChildProcess => {
  const child = spawn(process.execPath, ["--import", "tsx", "bss/main.ts"], {
    cwd: root,
    env: {
      PATH: process.env["PATH"],
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      BSS_PORT: "0",
      PRIVACY_KEYS_FILE: keysFile,
      ENGINE_URL: "ws://127.0.0.1:1",
      BSS_ENGINE_TOKEN: "of no engine",
      BSS_OPS_PORT: "0",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
};

const startUp = async (environment = {}) => {
  const child = startBss(environment);
  for await (const line of createInterface(child.stdout!)) {
    const { operationsPort, port } = JSON.parse(line);
    if (operationsPort === undefined) continue;
    const ask = async (path: string, method = "GET") => {
      const response = await fetch(`http://127.0.0.1:${operationsPort}${path}`, { method });
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    return { child, ask, port };
  }
  throw new Error("it ended before it was up");
};

test("keeps the ledger, says that it is ready, counts, and ends in order", async () => {
  await database.sql`DROP SCHEMA IF EXISTS drizzle CASCADE`;
  await database.sql`DROP SCHEMA public CASCADE`;
  await database.sql`CREATE SCHEMA public`;
  const { child, ask } = await startUp();
  expect((await ask("/livez")).status).toBe(200);
  const waiting = await ask("/readyz");
  expect(waiting.status).toBe(503);
  expect(JSON.parse(waiting.text)).toEqual({
    isReady: false,
    checks: [
      { name: "database", isOk: true, detail: "it answers" },
      { name: "ledger", isOk: false, detail: expect.any(String) },
      { name: "clock", isOk: true, detail: "ahead by 0 s" },
      { name: "audit", isOk: true, detail: "it is sealed" },
      { name: "events", isOk: true, detail: expect.stringMatching(/^not spread for/) },
    ],
  });
  const engine = await engineOfTest(redis, { now: Date.now() });
  await checkInstallation(engine.store, 1);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  for (const requests of traffic(["anna", "bruno"], Date.now())) await engine.handle(requests);
  await untilCommitted(redis.client, database, 1);
  await until("it is ready", async () => (await ask("/readyz")).status === 200);
  const { text } = await ask("/metrics");
  const [row] = await database.sql`SELECT entries, records FROM ledger_shards`;
  expect(text).toContain(`tollgate_ledger_committed_total{of="entries"} ${row!["entries"]}`);
  expect(text).toContain(`tollgate_ledger_committed_total{of="records"} ${row!["records"]}`);
  expect(text).toContain('tollgate_ledger_lag_seconds{shard="0"} 0');
  expect(text).toContain('tollgate_ledger_shards{state="followed"} 1');
  const unknown = await ask("/nowhere");
  expect([unknown.status, unknown.headers.get("content-type")]).toEqual([
    404,
    expect.stringContaining("application/problem+json"),
  ]);
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});

test("ends when it is told to, also when Postgres has gone silent", async () => {
  const wire = await startTcpProxy(Number(new URL(database.url).port));
  onTestFinished(() => wire.stop());
  const url = new URL(database.url);
  url.port = String(wire.port);
  await database.sql`DELETE FROM ledger_shards`;
  const { child, ask } = await startUp({ DATABASE_URL: url.href });
  const engine = await engineOfTest(redis, { now: Date.now() });
  await checkInstallation(engine.store, 1);
  await until("it is ready", async () => (await ask("/readyz")).status === 200);
  wire.silence();
  await until("it is not ready", async () => (await ask("/readyz")).status === 503);
  const exited = once(child, "exit");
  const askedAt = performance.now();
  child.kill("SIGTERM");
  expect(await exited).toEqual([expect.any(Number), null]);
  expect(performance.now() - askedAt).toBeLessThan(limits.stopMsMax + 3_000);
});

const endingOf = async (environment: Readonly<Record<string, string>>) => {
  const child = startBss(environment);
  let said = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const [code] = await once(child, "close");
  return { code, said };
};

test("settings that cannot be are told line by line, before anything else", async () => {
  const ending = await endingOf({ DATABASE_URL: "x", BSS_OPS_PORT: "y" });
  expect(ending.code).toBe(2);
  expect(ending.said.trim().split("\n")).toEqual([
    expect.stringMatching(/^BSS_OPS_PORT: /),
    expect.stringMatching(/^DATABASE_URL: /),
  ]);
});

test("without a database it ends and says why, without the password", async () => {
  const ending = await endingOf({ DATABASE_URL: "postgres://user:hidden@127.0.0.1:1/tollgate" });
  expect(ending.code).toBe(1);
  expect(ending.said).toContain("the database cannot be brought up to date: ");
  expect(ending.said).toContain("ECONNREFUSED");
  expect(ending.said).not.toContain("hidden");
});

test("a port that is taken is told", async () => {
  const { port } = new URL(redis.url);
  const ending = await endingOf({ BSS_OPS_PORT: port });
  expect(ending.code).toBe(1);
  expect(ending.said).toContain(`BSS_OPS_PORT: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
});

test("it does not start on a clock that was moved, unless it is one for tests", async () => {
  const moved = moveClockCommand({ revision: 1, offsetMs: 60_000, goalOffsetMs: 60_000 });
  await redis.client.call(moved[0], ...moved.slice(1).map(String));
  const ending = await endingOf({ BSS_OPS_PORT: "0" });
  expect([ending.code, ending.said]).toEqual([1, expect.stringContaining(movedClockRemedy)]);
  const { ask } = await startUp({ CLOCK_MOVABLE: "yes" });
  expect((await ask("/readyz")).text).toContain('"detail":"ahead by 60 s"');
  expect((await ask("/metrics")).text).toContain("tollgate_clock_offset_seconds 60");
});

test("a network element comes in by its certificate, and nobody by one of their own", async () => {
  const { caFile, server, client, stranger } = makeCertificates(folder);
  await database.sql`INSERT INTO identity_peers (id, name, common_name, roles, is_active,
      created_at)
    VALUES ('p', 'pgw', 'client', '{network}', true, 0)`;
  const { port } = await startUp({
    ...{ BSS_TLS_KEY_FILE: server.keyFile, BSS_TLS_CERT_FILE: server.certificateFile },
    BSS_TLS_CA_FILE: caFile,
  });
  const me = (files?: typeof client) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const own = files && { key: read(files.keyFile), cert: read(files.certificateFile) };
      const path = "/api/identity/me";
      const options = { host: "localhost", port, path, ca: read(caFile), ...own, agent: false };
      get(options, async (response) => {
        resolve({ status: response.statusCode, text: await text(response) });
      }).on("error", reject);
    });
  const asked = await me(client);
  expect([asked.status, JSON.parse(asked.text).kind]).toEqual([200, "peer"]);
  expect((await me(stranger)).status).toBe(401);
  expect((await me()).status).toBe(401);
});
