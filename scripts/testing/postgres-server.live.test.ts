// What tests of the business side stand on: a real Postgres that is quickly there, can crash and
// come back, and is gone with its owner, whatever ends the owner.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startPostgres } from "./postgres-server.ts";
import { openSql, type Sql } from "./sql.ts";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const connect = (url: string): Sql => {
  const sql = openSql(url, 1);
  onTestFinished(() => sql.end());
  return sql;
};

test("is there for its owner, who is no superuser, and gone after stop", async () => {
  const server = await startPostgres();
  onTestFinished(server.stop);
  const pid = server.process.pid as number;
  const [row] = await connect(server.url)`
    SELECT current_user AS role, current_database() AS database, rolsuper AS "isSuperuser",
           current_setting('server_encoding') AS encoding, upper('käse') AS upper
    FROM pg_roles WHERE rolname = current_user`;
  expect(row).toEqual({
    role: "tollgate",
    database: "tollgate",
    isSuperuser: false,
    encoding: "UTF8",
    upper: "KÄSE",
  });
  await server.stop();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(server.folder)).toBe(false);
});

test("nobody comes in without the password", async () => {
  const server = await startPostgres();
  onTestFinished(server.stop);
  const address = new URL(server.url);
  address.password = "guessed";
  await expect(connect(address.href)`SELECT 1`).rejects.toMatchObject({ code: "28P01" });
});

test("what was committed is there again after a crash; what was not is not", async () => {
  const server = await startPostgres();
  onTestFinished(server.stop);
  const before = connect(server.url);
  await before`CREATE TABLE kept (id int)`;
  await before`INSERT INTO kept SELECT generate_series(1, 1000)`;
  const open = connect(server.url);
  await open.plain("BEGIN; INSERT INTO kept VALUES (-1)");
  await server.kill();
  expect(server.process.signalCode).toBe("SIGKILL");
  await server.restart();
  const [row] = await connect(server.url)`SELECT count(*)::int AS count FROM kept`;
  expect(row).toEqual({ count: 1000 });
});

/** A program that starts a Postgres, tells where, and then does what `ending` says. */
const startOwner = async (ending: string) => {
  const program = `
    import { startPostgres } from "./scripts/testing/postgres-server.ts";
    const server = await startPostgres();
    console.log(JSON.stringify({ pid: server.process.pid, folder: server.folder }));
    ${ending}`;
  const owner: ChildProcess = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    { cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: ["ignore", "pipe", "ignore"] },
  );
  onTestFinished(() => void owner.kill("SIGKILL"));
  const exited = once(owner, "exit");
  const [line] = (await once(owner.stdout!, "data")) as [Buffer];
  const { pid, folder } = JSON.parse(line.toString()) as { pid: number; folder: string };
  return { owner, exited, pid, folder };
};

const stays = "setInterval(() => undefined, 1000);";
const endings: readonly { name: string; ending: string; signal?: NodeJS.Signals }[] = [
  { name: "killed", ending: stays, signal: "SIGKILL" },
  { name: "interrupted", ending: stays, signal: "SIGINT" },
  { name: "ended by an exception", ending: "throw new Error();" },
  { name: "out of work", ending: "" },
];

test.each(endings)("server and folder are gone when the owner is $name", async (row) => {
  const { owner, exited, pid, folder } = await startOwner(row.ending);
  if (row.signal !== undefined) {
    expect(isAlive(pid)).toBe(true);
    owner.kill(row.signal);
  }
  await exited;
  for (let waits = 0; waits < 100 && (isAlive(pid) || existsSync(folder)); waits += 1) {
    await pause(50);
  }
  expect({ isAlive: isAlive(pid), hasFolder: existsSync(folder) }).toEqual({
    isAlive: false,
    hasFolder: false,
  });
});
