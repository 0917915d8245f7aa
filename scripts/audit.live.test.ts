// `npm run audit` from the outside: its exit codes, and what an operator reads.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { openDirectEngine } from "../engine/simulation/direct-engine.ts";
import { tariffDocument, traffic } from "../engine/simulation/small-operator.ts";
import { checkInstallation } from "../engine/store/installation.ts";
import { keys } from "../engine/store/keys.ts";
import { freePorts } from "./testing/free-ports.ts";
import { emptyRedisOfFile } from "./testing/redis-of-file.ts";
import { runCommand } from "./testing/run-command.ts";

const runAudit = (environment: NodeJS.ProcessEnv, ...words: readonly string[]) => {
  const env = { ...process.env, ENGINE_REDIS_CLUSTER: "", ...environment };
  return runCommand("scripts/audit.ts", words, env);
};

const redis = emptyRedisOfFile();

const chargeALittle = async () => {
  const now = () => Date.parse("2027-01-01T00:00:00Z");
  const engine = await openDirectEngine({ redisUrl: redis.url, now });
  await checkInstallation(engine.store, 1);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  for (const tick of traffic(["anna", "bruno"], now())) await engine.handle(tick);
  await engine.close();
};

test("exits 0 where not one unit is amiss, and shows the sums", async () => {
  await chargeALittle();
  const { code, stdout } = await runAudit({ REDIS_URL: redis.url });
  expect(code).toBe(0);
  expect(stdout).toContain("2 accounts, 20 records in ");
  expect(stdout).toMatch(/money EUR +10\.00 +7\.20 +1\.80 +1\.00 +0\.00 +0\.00 +0\.00\n/);
  expect(stdout).toMatch(/octets +30,000,000 +0 +0 +30,000,000 +0 +0 +0\n/);
  expect(stdout).toMatch(/\nNo drift\.\n$/);
  const words = (text: string) => (/^ *credited.*$/m.exec(text)?.[0] ?? text).split(/ +/);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(words(readme), "the columns that README.md shows").toEqual(words(stdout));
});

test("exits 1 where one unit is amiss, and names the account and what differs", async () => {
  await chargeALittle();
  const value = (await redis.client.getBuffer(keys.account(0, "bruno")))!;
  // A bucket, then two counters, of two numbers each.
  const mainRemaining = value.length - 8 * 6;
  value.writeDoubleLE(value.readDoubleLE(mainRemaining) + 1, mainRemaining);
  await redis.client.set(keys.account(0, "bruno"), value);
  const { code, stdout } = await runAudit({ REDIS_URL: redis.url });
  expect(code).toBe(1);
  expect(stdout).toContain(
    "account bruno on shard 0:\n" +
      "  bucket main in slot 2: remaining is 3600001 in Redis, 3600000 by the journal\n" +
      "1 account differs.\n",
  );
  expect(stdout).not.toContain("anna");
});

test("exits 2 with one line where it cannot run", { timeout: 30_000 }, async () => {
  const [port] = await freePorts(1);
  const nobody = await runAudit({ REDIS_URL: `redis://user:secret@127.0.0.1:${port}` });
  expect([nobody.code, nobody.stdout]).toEqual([2, ""]);
  const where = `127.0.0.1:${port}`;
  expect(nobody.stderr).toBe(`audit: no Redis at ${where}; start Tollgate: npm start\n`);

  const rude = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(rude, "listening");
  const { port: rudePort } = rude.address() as AddressInfo;
  const odd = await runAudit({ REDIS_URL: `redis://user:secret@127.0.0.1:${rudePort}` });
  rude.close();
  expect([odd.code, odd.stdout]).toEqual([2, ""]);
  expect(odd.stderr).toMatch(/^audit: Redis at 127\.0\.0\.1:\d+ does not answer .*\n$/);
  expect(odd.stderr).not.toContain("secret");

  const empty = await runAudit({ REDIS_URL: redis.url });
  expect(empty).toMatchObject({ code: 2, stdout: "" });
  expect(empty.stderr).toBe("audit: no Tollgate has ever run on this Redis\n");

  const noUrl = await runAudit({ REDIS_URL: "http://127.0.0.1" });
  expect(noUrl).toMatchObject({ code: 2, stdout: "" });
  expect(noUrl.stderr).toMatch(/^audit: REDIS_URL: expected redis:.*\n$/);
});

test("tells how it is used, and audits nothing for words that it does not know", async () => {
  const asked = await runAudit({}, "--help");
  expect([asked.code, asked.stderr, asked.stdout.split(" ")[2]]).toEqual([0, "", "audit"]);
  for (const [word, reason] of [
    ["--foo", "Unknown option '--foo'"],
    ["extra", "Unexpected argument 'extra'"],
  ] as const) {
    const { code, stdout, stderr } = await runAudit({ REDIS_URL: redis.url }, word);
    expect([code, stdout, stderr]).toEqual([2, "", `audit: ${reason}\n`]);
  }
});

test("exits 2 and names the entry where the journal cannot be read", async () => {
  await chargeALittle();
  await redis.client.xadd(keys.journal(0), "*", "q", "\u0063", "k", "", "s", "", "a", "");
  const { code, stderr } = await runAudit({ REDIS_URL: redis.url });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /audit: journal of shard 0, entry \d+-\d+: a batch of version 99, known is 4\n$/,
  );
});
