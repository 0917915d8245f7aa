// Snapshots that are taken by themselves: one when the newest is old, none before, and a line when
// one cannot be taken.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../testing/engine.ts";
import { ledgeredOperatorOfFile } from "../testing/ledgered-operator.ts";
import { createSubfolders, dataFolderPaths } from "./data-folder.ts";
import { readSettings } from "./settings.ts";
import { keepSnapshots, type Snapshots } from "./snapshots.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const operator = ledgeredOperatorOfFile();
let folder: string;
let lines: string[];
let snapshots: Snapshots;

const keep = (hours: string) => {
  const environment = { ...operator.environment(), SNAPSHOT_EVERY_HOURS: hours };
  const wish = { isReset: false, isSmoke: false };
  const settings = readSettings({ ...environment, TOLLGATE_DATA: folder }, wish, {
    ...{ root, cores: 2 },
  });
  if (!settings.isOk) throw new Error(settings.error.message ?? "");
  const data = dataFolderPaths(folder);
  createSubfolders(data);
  snapshots = keepSnapshots({
    ...{ root, data, settings: settings.value, databaseUrl: operator.database.url },
    say: (line) => void lines.push(line),
    everyMs: 100,
  });
};
const taken = async () => {
  const rows = await operator.database.sql`SELECT id FROM ledger_snapshots WHERE is_complete`;
  return rows.length;
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-snapshots-"));
  lines = [];
});
afterEach(async () => {
  await snapshots.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("one is taken when there is none, and no other while it is young", async () => {
  await operator.commit();
  keep("1");
  await until("it is taken", async () => (await taken()) === 1);
  await operator.database.sql`
    UPDATE ledger_snapshots SET begun_at = begun_at - 3599000 WHERE is_complete`;
  await until("it is old", async () => (await taken()) === 2);
  expect(lines).toEqual([]);
});

test("that one cannot be taken is told, and tried again", async () => {
  keep("24");
  await until("it is told twice", async () => lines.length >= 2);
  const reason = "snapshot: this database has no ledger: start the business side";
  expect(lines[0]).toBe(`no snapshot was taken: ${reason}`);
});
