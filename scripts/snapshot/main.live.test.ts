// `npm run snapshot` from the outside: taken beside a running engine, and a rebuild that begins
// with it ends where one from the beginning does.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { topUp } from "../../engine/simulation/small-operator.ts";
import { keys } from "../../engine/store/keys.ts";
import { accountLayout } from "../../engine/store/lua-constants.ts";
import { cleanUpOfTest, until } from "../testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../testing/ledger-of-test.ts";
import {
  accountIds,
  ledgeredOperatorOfFile,
  shards,
  updateOf,
} from "../testing/ledgered-operator.ts";
import { contentsOf } from "../testing/replayed.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const operator = ledgeredOperatorOfFile();
const { clock, commit, database, environment, other, rebuild, redis, snapshot } = operator;

const entriesIn = async (): Promise<number> => {
  const [row] = await database.sql`SELECT sum(entries)::int AS entries FROM ledger_shards`;
  return row!["entries"];
};
const reasonOf = ({ stderr }: { readonly stderr: string }) => stderr.trim().split("\n").at(-1);

test("a rebuild carries out only what came after it, and sessions stay open", async () => {
  await commit();
  const entries = await entriesIn();
  const taken = await snapshot();
  expect([taken.code, taken.stdout]).toEqual([
    0,
    expect.stringMatching(/^snapshot \d+: 10 accounts in \d+\.\d s\.\n$/),
  ]);
  await operator.engine.handle(accountIds.map((id) => updateOf(id, 2, clock.now)));
  await commit();
  const later = (await entriesIn()) - entries;
  expect(later).toBeGreaterThan(0);
  const before = await contentsOf(redis.client);
  await operator.engine.close();
  for (const words of [[], ["--whole"]]) {
    await redis.client.flushall();
    const rebuilt = await rebuild(words);
    const done = words.length === 0 ? later : later + entries;
    expect(rebuilt.stdout).toMatch(
      new RegExp(`^10 accounts from (?:snapshot \\d+ and )?${done} en`),
    );
    expect(await contentsOf(redis.client)).toEqual(before);
  }
  expect((await operator.audit()).stdout).toMatch(/\nNo drift\.\n$/);
});

test("taken in the middle of traffic it is one moment of it", { timeout: 60_000 }, async () => {
  const worker = ledgerOfTest(cleanUpOfTest(), {
    redisUrl: redis.url,
    databaseUrl: database.url,
  });
  const traffic = new AbortController();
  const charging = (async () => {
    for (let round = 0; !traffic.signal.aborted; round++) {
      await operator.engine.handle(accountIds.map((id) => updateOf(id, 2 + round, clock.now)));
      await operator.engine.handle(accountIds.map((id) => topUp(id, `t${round}`, "main", 1_000)));
    }
  })();
  const taken = await snapshot();
  await pause(100);
  traffic.abort();
  await charging;
  expect(taken.code).toBe(0);
  await untilCommitted(redis.client, database, shards);
  await worker.stop();
  const before = await contentsOf(redis.client);
  await operator.engine.close();
  await redis.client.flushall();
  const rebuilt = await rebuild();
  expect(rebuilt.stdout).toMatch(/^10 accounts from snapshot \d+ and [\d,]+ entries/);
  expect(await contentsOf(redis.client)).toEqual(before);
});

test("the newest that is not later than the moment asked for", async () => {
  await commit();
  const early = new Date().toISOString();
  await pause(5);
  const middle = await contentsOf(redis.client);
  await operator.engine.handle([topUp("account-3", "later", "main", 7)]);
  await commit();
  const entries = await entriesIn();
  expect((await snapshot()).code).toBe(0);
  const late = new Date(Date.now() + 5).toISOString();
  await pause(10);
  await operator.engine.handle([topUp("account-3", "latest", "main", 7)]);
  await commit();
  const before = await rebuild(["--until", early], other.url);
  expect(before.stdout).toMatch(new RegExp(`^10 accounts from ${entries - 1} entries`));
  expect(await contentsOf(other.client)).toEqual(middle);
  await other.client.flushall();
  const after = await rebuild(["--until", late], other.url);
  expect(after.stdout).toMatch(/^10 accounts from snapshot \d+ and 0 entries/);
});

test("killed while it restores, a rebuild goes on with the same one", async () => {
  const large = Array.from({ length: 400 }, (_, n) => [`f${n}`, ".".repeat(20_000 + n)]);
  await redis.client.hset(keys.rateDeck("large"), ...large.flat());
  await commit();
  expect((await snapshot()).code).toBe(0);
  const before = await contentsOf(redis.client);
  await operator.engine.close();
  await redis.client.flushall();
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/rebuild/main.ts"], {
    ...{ cwd: root, env: environment(), stdio: "ignore" },
  });
  const exited = once(child, "exit");
  const begun = async () => (await redis.client.hget(keys.rebuild, "restored")) !== null;
  await until("it restores", begun, { everyMs: 1 });
  child.kill("SIGKILL");
  await exited;
  expect(await redis.client.exists(keys.rebuild)).toBe(1);
  expect((await snapshot()).code).toBe(1);
  const rebuilt = await rebuild();
  expect(rebuilt.code).toBe(0);
  expect(await contentsOf(redis.client)).toEqual(before);
});

test("one that is torn, that lacks a page or is another's is never restored", async () => {
  await commit();
  expect((await snapshot()).code).toBe(0);
  const [{ id, installation } = {}] = await database.sql`
    SELECT id, installation FROM ledger_snapshots`;
  const before = await contentsOf(redis.client);
  await operator.engine.close();
  await redis.client.flushall();
  await database.sql`UPDATE ledger_snapshots SET installation = 'another'`;
  expect(reasonOf(await rebuild())).toBe(
    `rebuild: snapshot ${id} is of installation another, the ledger of ${installation}: ` +
      `delete it (npm run snapshot -- --drop ${id}), or rebuild without: --whole`,
  );
  await database.sql`
    UPDATE ledger_snapshots SET installation = ${installation}, account_layout = 99`;
  expect(reasonOf(await rebuild())).toMatch(/^rebuild: snapshot \d+ has accounts of layout 99, /);
  await database.sql`UPDATE ledger_snapshots SET account_layout = ${accountLayout}, pages = 2`;
  expect(reasonOf(await rebuild())).toBe(
    `rebuild: snapshot ${id}, page 1: it is not there: --wipe --whole rebuilds without it`,
  );
  await database.sql`UPDATE ledger_snapshots SET pages = 1`;
  await database.sql`UPDATE ledger_snapshot_pages SET octets = substring(octets FROM 1 FOR 5000)`;
  expect(reasonOf(await rebuild(["--wipe"]))).toBe(
    `rebuild: snapshot ${id}, page 0: it is not what was saved: --wipe --whole rebuilds without it`,
  );
  expect((await rebuild(["--wipe", "--whole"])).code).toBe(0);
  expect(await contentsOf(redis.client)).toEqual(before);
});

test("what is in the way of one is told, and leaves nothing behind", async () => {
  expect(reasonOf(await snapshot())).toBe(
    "snapshot: this database has no ledger: start the business side",
  );
  await commit();
  const id = (await redis.client.hget(keys.installation, "id"))!;
  await redis.client.hset(keys.installation, "id", "another");
  expect(reasonOf(await snapshot())).toBe(
    `snapshot: this Redis is installation another, the ledger is of ${id}: set REDIS_URL and ` +
      "DATABASE_URL of the same one",
  );
  await redis.client.hset(keys.installation, "id", id);
  await database.sql`UPDATE ledger_shards SET entries = entries + 1 WHERE shard = 0`;
  expect(reasonOf(await snapshot())).toMatch(
    /^snapshot: shard 0: \d+ entries led to what Redis has, and the ledger has \d+: npm run audit/,
  );
  await database.sql`UPDATE ledger_shards SET entries = entries - 1 WHERE shard = 0`;
  expect(reasonOf(await snapshot([], other.url))).toBe(
    "snapshot: no Tollgate has ever run on this Redis",
  );
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/snapshot/main.ts"], {
    ...{ cwd: root, env: environment(), stdio: "ignore" },
  });
  const exited = once(child, "exit");
  const count = async () => (await database.sql`SELECT id FROM ledger_snapshots`).length;
  await until("it has begun", async () => (await count()) === 1, { everyMs: 1 });
  child.kill("SIGTERM");
  expect((await exited)[0]).toBe(130);
  expect(await count()).toBe(0);
});

test("so many are kept, listed and deleted as is asked", async () => {
  await commit();
  expect((await snapshot(["--list"])).stdout).toBe("no snapshot yet: npm run snapshot\n");
  for (let taken = 0; taken < 3; taken++) expect((await snapshot(["--keep", "2"])).code).toBe(0);
  const rows = await database.sql`SELECT id FROM ledger_snapshots ORDER BY id DESC`;
  expect(rows.length).toBe(2);
  const listed = (await snapshot(["--list"])).stdout.trimEnd().split("\n").slice(2);
  expect(listed.map((line) => line.trim().split(/\s+/)[0])).toEqual(rows.map(({ id }) => id));
  expect((await snapshot(["--if-older-than", "1"])).stdout).toMatch(/ is \d+ s old: nothing to do/);
  expect((await snapshot(["--drop", rows[0]!["id"]])).code).toBe(0);
  expect(reasonOf(await snapshot(["--drop", rows[0]!["id"]]))).toMatch(
    /^snapshot: no snapshot \d+$/,
  );
  const pages = await database.sql`SELECT DISTINCT snapshot FROM ledger_snapshot_pages`;
  expect(pages).toEqual([{ snapshot: rows[1]!["id"] }]);
});
