// `npm start` and its Postgres: kept, restarted, thrown away, or somebody else's, which has to be
// fit.

import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { findDatabaseUrl } from "../database-settings.ts";
import { startPostgres } from "../testing/postgres-server.ts";
import { openSql } from "../testing/sql.ts";
import {
  createTrialPlace,
  leftRunning,
  removeTrialPlace,
  startTrial,
  type TrialPlace,
  type TrialStart,
} from "./trial-start.ts";

const isReady = "Ctrl-C stops everything";

let place: TrialPlace;
beforeEach(async () => {
  place = await createTrialPlace();
});
afterEach(() => removeTrialPlace(place));

const start = async (args: readonly string[] = []): Promise<TrialStart> => {
  const trial = startTrial(place, args);
  await trial.printed(isReady);
  return trial;
};

const stop = async (trial: TrialStart): Promise<void> => {
  trial.bootstrap.kill("SIGINT");
  expect(await trial.exited).toBe(0);
  expect(leftRunning(place)).toEqual([]);
};

/** The address that a command beside the running Tollgate finds. */
const databaseUrl = (): string => {
  const url = findDatabaseUrl(place.environment);
  if (!url.isOk) throw new Error(url.error);
  return url.value;
};

const query = async <T>(url: string, statement: string): Promise<readonly T[]> => {
  const sql = openSql(url, 1);
  try {
    return (await sql.plain(statement)) as readonly T[];
  } finally {
    await sql.end();
  }
};

const keptTables = (): Promise<readonly { kept: string | null }[]> =>
  query(databaseUrl(), "SELECT to_regclass('kept') AS kept");

test("is told without its password, keeps its data, and loses it when told to", async () => {
  const first = await start();
  const url = databaseUrl();
  expect(first.output()).toMatch(
    /postgres +postgres:\/\/127\.0\.0\.1:\d+\/tollgate +version 18\.\d+, process \d+/,
  );
  expect(first.output()).not.toContain(new URL(url).password);
  await query(url, "CREATE TABLE kept (id int)");
  await stop(first);
  expect(findDatabaseUrl(place.environment)).toMatchObject({
    isOk: false,
    error: expect.stringContaining("npm start"),
  });
  const second = await start();
  expect(await keptTables()).toEqual([{ kept: "kept" }]);
  await stop(second);
  const third = await start(["--reset"]);
  expect(await keptTables()).toEqual([{ kept: null }]);
  await stop(third);
});

test("engines go on while a crashed Postgres comes back with what was committed", async () => {
  const trial = await start();
  await query(databaseUrl(), "CREATE TABLE kept (id int)");
  const pid = Number(/version 18\.\d+, process (\d+)/.exec(trial.output())?.[1]);
  process.kill(pid, "SIGKILL");
  await trial.printed("Postgres ended (SIGKILL)");
  const ready = await fetch(`http://127.0.0.1:${place.operationsPort}/readyz`);
  expect(ready.status).toBe(200);
  await trial.printed("Postgres is back");
  expect(await keptTables()).toEqual([{ kept: "kept" }]);
  expect(trial.output()).not.toContain("engine 1 ended");
  await stop(trial);
});

test("clients that stay connected do not hold up the stop", async () => {
  const trial = await start();
  const sql = openSql(databaseUrl(), 1);
  onTestFinished(() => sql.end());
  await sql`SELECT 1`;
  const startedAt = performance.now();
  await stop(trial);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test("a server behind DATABASE_URL is used once it is fit, and left running", async () => {
  const server = await startPostgres();
  onTestFinished(server.stop);
  const trial = startTrial(place, [], { DATABASE_URL: server.url });
  await trial.printed(isReady);
  expect(trial.output()).toMatch(/postgres:\/\/tollgate:\*\*\*@127\S+ +version 18\.\d+, yours/);
  expect(trial.output()).not.toContain(new URL(server.url).password);
  await stop(trial);
  expect(server.process.exitCode).toBeNull();
});

test("a database that is not fit is one line with the remedy", async () => {
  const server = await startPostgres();
  onTestFinished(server.stop);
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(server.url);
    change(url);
    return url.href;
  };
  const refusals: readonly (readonly [string, RegExp])[] = [
    ["postgres://me:secret@127.0.0.1:1/db", /no usable Postgres at \S+:\*\*\*@\S+ \(.*REFUSED/],
    [changed((url) => (url.password = "guess")), /refuses the user or password/],
    [changed((url) => (url.pathname = "/other")), /no such database; create it/],
  ];
  for (const [url, message] of refusals) await expectRefusal(url, message);
  await query(server.superuserUrl, "ALTER ROLE tollgate SET default_transaction_read_only = on");
  await expectRefusal(server.url, /is read-only/);
  await query(server.superuserUrl, "ALTER ROLE tollgate RESET default_transaction_read_only");
  await query(server.superuserUrl, "ALTER DATABASE tollgate OWNER TO postgres");
  await expectRefusal(server.url, /lets this user create nothing.*GRANT CREATE ON DATABASE/);
});

const expectRefusal = async (url: string, message: RegExp): Promise<void> => {
  const trial = startTrial(place, [], { DATABASE_URL: url });
  expect(await trial.exited).toBe(1);
  const complaint = trial.output().slice(trial.output().indexOf("tollgate: "));
  expect(complaint).toMatch(message);
  expect(complaint.trim().split("\n").length).toBe(1);
  expect(leftRunning(place)).toEqual([]);
};
