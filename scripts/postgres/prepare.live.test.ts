// Postgres as whoever may run it here. As root that is nobody, or a user namespace where nobody
// cannot come in: one data folder is opened in both ways, and keeps what is in it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePorts } from "../testing/free-ports.ts";
import { openSql } from "../testing/sql.ts";
import { type PreparedPostgres, postgresUrl, preparePostgres } from "./prepare.ts";
import { waitUntilServing } from "./readiness.ts";

const isRoot = process.geteuid?.() === 0;

let above: string;
let inside: string;
beforeEach(() => {
  above = mkdtempSync(path.join(tmpdir(), "tollgate-prepare-"));
  inside = path.join(above, "inside");
  mkdirSync(inside);
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

const place = async () => {
  const [port = 0] = await freePorts(1);
  return {
    folder: path.join(inside, "postgres-data"),
    configurationFile: path.join(inside, "postgres.conf"),
    passwordsFile: path.join(inside, "postgres-passwords.json"),
    port,
    isThrowAway: true,
  };
};

const wayOf = ({ commandLine }: PreparedPostgres): string => {
  if (commandLine.user !== undefined) return "nobody";
  return commandLine.command === "unshare" ? "namespace" : "self";
};

/** Starts it, asks, ends it in order. */
const ask = async (statement: string): Promise<{ way: string; rows: readonly unknown[] }> => {
  const here = await place();
  const prepared = await preparePostgres(here);
  if (!prepared.isOk) throw new Error(prepared.error);
  const { command, args, user } = prepared.value.commandLine;
  const child = spawn(command, [...args], { cwd: "/", stdio: "ignore", ...user });
  const exited = once(child, "exit");
  const url = postgresUrl(here.port, "tollgate", prepared.value.passwords);
  const serving = await waitUntilServing({
    folder: here.folder,
    pid: child.pid ?? 0,
    url,
    giveUp: () => (child.exitCode === null ? null : `exit ${child.exitCode}`),
    isRecovering: false,
  });
  expect(serving).toMatchObject({ isOk: true });
  const sql = openSql(url, 1);
  const rows = await sql.plain(statement);
  await sql.end();
  child.kill("SIGINT");
  expect(await exited).toEqual([0, null]);
  return { way: wayOf(prepared.value), rows };
};

test("each way finds what the other has written", async () => {
  chmodSync(above, 0o700);
  expect((await ask("CREATE TABLE kept AS SELECT 1 AS id")).way).toBe(
    isRoot ? "namespace" : "self",
  );
  chmodSync(above, 0o755);
  const open = await ask("SELECT id FROM kept");
  expect(open).toEqual({ way: isRoot ? "nobody" : "self", rows: [{ id: 1 }] });
  if (isRoot) expect(statSync(path.join(inside, "postgres-data", "base")).uid).not.toBe(0);
  chmodSync(above, 0o700);
  const closed = await ask("SELECT id FROM kept");
  expect(closed).toEqual({ way: isRoot ? "namespace" : "self", rows: [{ id: 1 }] });
});

test("only the owner can read the passwords", async () => {
  const here = await place();
  expect(await preparePostgres(here)).toMatchObject({ isOk: true, value: { isNew: true } });
  expect(statSync(here.passwordsFile).mode & 0o777).toBe(0o600);
  expect(await preparePostgres(here)).toMatchObject({ isOk: true, value: { isNew: false } });
});

test("without its passwords a data folder is refused in one line", async () => {
  const here = await place();
  await preparePostgres(here);
  unlinkSync(here.passwordsFile);
  const refused = await preparePostgres(here);
  expect(refused).toMatchObject({
    isOk: false,
    error: expect.stringMatching(/passwords\.json is missing or damaged.*--reset$/),
  });
});
