// `npm run transfers` from the outside: its exit codes, and what an operator reads.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { openDirectEngine } from "../../engine/simulation/direct-engine.ts";
import { openMortalEngine } from "../../engine/simulation/mortal-engine.ts";
import { openings, topUp } from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { keys, shardOf } from "../../engine/store/keys.ts";
import { tokenFiles } from "../supervisor/access-tokens.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import { businessToken, createCleanUp, startEngineHere } from "../testing/engine.ts";
import { freePorts } from "../testing/free-ports.ts";
import { emptyRedisOfFile } from "../testing/redis-of-file.ts";
import { runCommand } from "../testing/run-command.ts";

const shards = 3;
const minute = 60_000;

const redis = emptyRedisOfFile();

const list = (url: string, ...words: string[]) =>
  runCommand("scripts/transfers/main.ts", words, {
    ...{ PATH: process.env["PATH"], REDIS_URL: url },
    ...{ TOLLGATE_DATA: folder, ENGINE_PORT: String(port) },
  });

/** Where the command finds its token, and the engine that it asks. */
let folder: string;
let port = 9;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-transfers-"));
  const paths = dataFolderPaths(folder);
  mkdirSync(paths.tokens, { recursive: true });
  writeFileSync(tokenFiles(paths).business, businessToken);
});
afterAll(() => rmSync(folder, { recursive: true }));
const cleanUp = createCleanUp();
afterEach(cleanUp.run);

const open = async () => {
  const engine = await openDirectEngine({ redisUrl: redis.url, shards, now: Date.now });
  await checkInstallation(engine.store, shards);
  await engine.handle(openings(["anna", "bruno"]));
  await engine.handle([topUp("anna", "t", "data", 4_096), topUp("anna", "u", "main", 5_000_000)]);
  return engine;
};

/** Debited so long ago by an engine that died then. */
const leave = async (
  requestId: string,
  bucketId: string,
  amount: number,
  ms: number,
  step: "debit" | "credit" = "debit",
) => {
  const now = () => Date.now() - ms;
  const death = { batch: step === "debit" ? 0 : 1, isCarriedOut: true };
  const engine = await openMortalEngine({ redisUrl: redis.url, shards, now }, death);
  const from = { fromAccountId: "anna", fromBucketId: bucketId };
  const to = { toAccountId: "bruno", toBucketId: bucketId };
  const request = { requestId, ...from, ...to, amount, fee: 5, kind: "gift" } as const;
  void engine.handle([{ operation: "transfer", request }]);
  await engine.death;
  await engine.close();
};

const target = shardOf("bruno", shards);
/** The target's shard knows nothing of what was more than an hour ago, and turns over no more. */
const forget = async () => {
  const turned = { topUps: Date.now(), topUpsSince: Date.now() - 60 * minute };
  await redis.client.hset(keys.sweep(target), turned);
  await redis.client.del(keys.topUps(target), keys.topUpsPrevious(target));
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

    await forget();
    const { stdout } = await list(redis.url);
    expect(stdout).toMatch(/ inDoubt .* lent\n.* waiting .* gift\n/);
  });
});

test("settles what is in doubt by the journal, once", { timeout: 60_000 }, async () => {
  await closing(await open(), async () => {
    await leave("lost", "main", 1_500_000, 200 * minute);
    await leave("come", "data", 1_024, 200 * minute, "credit");
    await forget();
    port = 9;
    const away = await list(redis.url, "--settle");
    expect([away.code, away.stderr]).toEqual([2, expect.stringMatching(/: no engine at ws:/)]);
    port = cleanUp.add(await startEngineHere({ redisUrl: redis.url, shards })).port;
    const { code, stderr, stdout } = await list(redis.url, "--settle");
    expect(stderr).toContain("looking for come in the journal: it came in\n");
    expect(stderr).toContain("looking for lost in the journal: it never came in\n");
    expect([code, ...stdout.split("\n").slice(0, -2).sort()]).toEqual([
      0,
      "come of anna: it had arrived, and is over",
      "lost of anna: it never arrived; 1.500005 EUR went back",
    ]);
    expect(stdout).toMatch(/\n0 in transit, 0 older than 60 s\.\n$/);
    expect((await list(redis.url, "--settle")).stdout).toMatch(/^nothing is in doubt\n/);
  });
});

test("says so where the journal does not go back to it", { timeout: 60_000 }, async () => {
  await closing(await open(), async () => {
    await leave("lost", "main", 1_500_000, 200 * minute);
    await forget();
    await redis.client.xtrim(keys.journal(target), "MAXLEN", 0);
    port = cleanUp.add(await startEngineHere({ redisUrl: redis.url, shards })).port;
    const { code, stdout } = await list(redis.url, "--settle");
    const why = "not settled, the journal of account bruno does not go back to it";
    expect([code, stdout.split("\n")[0]]).toEqual([1, `lost of anna: ${why}`]);
    expect(stdout).toMatch(/ inDoubt .* lost\n/);
  });
});

test("goes by a shortened journal as far as it goes back", { timeout: 60_000 }, async () => {
  await closing(await open(), async () => {
    await leave("lost", "main", 1_500_000, 200 * minute);
    await forget();
    // Of somebody else, an hour before the transfer.
    const journal = keys.journal(target);
    await redis.client.del(journal);
    const fields = ["q", "", "k", "emil\n", "s", "", "a", ""];
    await redis.client.xadd(journal, `${Date.now() - 260 * minute}-0`, ...fields);
    port = cleanUp.add(await startEngineHere({ redisUrl: redis.url, shards })).port;
    const { code, stdout } = await list(redis.url, "--settle");
    const line = "lost of anna: it never arrived; 1.500005 EUR went back";
    expect([code, stdout.split("\n")[0]]).toEqual([0, line]);
  });
});

test("exits 2 with one line where it cannot be told", { timeout: 60_000 }, async () => {
  const [free] = await freePorts(1);
  const nobody = await list(`redis://user:secret@127.0.0.1:${free}`);
  expect([nobody.code, nobody.stdout]).toEqual([2, ""]);
  const where = `127.0.0.1:${free}`;
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
