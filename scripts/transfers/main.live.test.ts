// `npm run transfers` from the outside: its exit codes, and what an operator reads.

import { expect, test } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { openDirectEngine } from "../../engine/simulation/direct-engine.ts";
import { openMortalEngine } from "../../engine/simulation/mortal-engine.ts";
import { openings, topUp } from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { keys, shardOf } from "../../engine/store/keys.ts";
import { freePorts } from "../testing/free-ports.ts";
import { emptyRedisOfFile } from "../testing/redis-of-file.ts";
import { runCommand } from "../testing/run-command.ts";

const shards = 3;
const minute = 60_000;

const redis = emptyRedisOfFile();

const list = (url: string, ...words: string[]) =>
  runCommand("scripts/transfers/main.ts", words, { PATH: process.env["PATH"], REDIS_URL: url });

const open = async () => {
  const engine = await openDirectEngine({ redisUrl: redis.url, shards, now: Date.now });
  await checkInstallation(engine.store, shards);
  await engine.handle(openings(["anna", "bruno"]));
  await engine.handle([topUp("anna", "t", "data", 4_096), topUp("anna", "u", "main", 5_000_000)]);
  return engine;
};

/** Debited so long ago by an engine that died then. */
const leave = async (requestId: string, bucketId: string, amount: number, ms: number) => {
  const now = () => Date.now() - ms;
  const death = { batch: 0, isCarriedOut: true };
  const engine = await openMortalEngine({ redisUrl: redis.url, shards, now }, death);
  const from = { fromAccountId: "anna", fromBucketId: bucketId };
  const to = { toAccountId: "bruno", toBucketId: bucketId };
  const request = { requestId, ...from, ...to, amount, fee: 5, kind: "gift" } as const;
  void engine.handle([{ operation: "transfer", request }]);
  await engine.death;
  await engine.close();
};

const closing = async (engine: DirectEngine, then: () => Promise<void>) => {
  await then();
  await engine.close();
};

test("exits 0 where nothing is late", { timeout: 60_000 }, async () => {
  await closing(await open(), async () => {
    const none = await list(redis.url);
    expect(none).toEqual({ code: 0, stdout: "0 in transit, 0 older than 60 s.\n", stderr: "" });
    await leave("young", "data", 1_024, 0);
    const one = await list(redis.url);
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(/\d s +underWay +1 KiB +5 octets +anna data +bruno data +young\n/);
    expect(one.stdout).toMatch(/\n1 in transit, 0 older than 60 s\.\n$/);
    expect((await list(redis.url, "--older-than", "0")).code).toBe(1);
  });
});

test("exits 1 and shows the oldest first where some are late", { timeout: 60_000 }, async () => {
  await closing(await open(), async () => {
    await leave("gift", "data", 1_024, 2 * minute);
    await leave("lent", "main", 1_500_000, 200 * minute);
    const both = await list(redis.url);
    expect(both.code).toBe(1);
    const [heading, first, second, summary] = both.stdout.split("\n");
    expect(heading).toMatch(/^age +state +amount +fee +from +to +request$/);
    expect(first).toMatch(/^3 h 20 min +waiting +1\.50 EUR +0\.000005 EUR +anna main +.* lent$/);
    expect(second).toMatch(/^2 min.* +waiting +1 KiB +5 octets +anna data +bruno data +gift$/);
    expect(summary).toBe("2 in transit, 2 older than 60 s.");
    expect((await list(redis.url, "--older-than", "20000")).code).toBe(0);

    // The target's shard has forgotten what was before.
    const target = shardOf("bruno", shards);
    await redis.client.hset(keys.sweep(target), "topUpsSince", Date.now() - 60 * minute);
    const { stdout } = await list(redis.url);
    expect(stdout).toMatch(/ inDoubt .* lent\n.* waiting .* gift\n/);
  });
});

test("exits 2 with one line where it cannot be told", { timeout: 60_000 }, async () => {
  const [port] = await freePorts(1);
  const nobody = await list(`redis://user:secret@127.0.0.1:${port}`);
  expect([nobody.code, nobody.stdout]).toEqual([2, ""]);
  const where = `127.0.0.1:${port}`;
  expect(nobody.stderr).toBe(`transfers: no Redis at ${where}; start Tollgate: npm start\n`);
  for (const [words, reason] of [
    [[], "no Tollgate has ever run on this Redis"],
    [["--older-than", "a day"], "--older-than: seconds, up to 999999999"],
    [["--colour"], "Unknown option '--colour'"],
  ] as const) {
    const { code, stdout, stderr } = await list(redis.url, ...words);
    expect([code, stdout, stderr]).toEqual([2, "", `transfers: ${reason}\n`]);
  }
});
