// What README.md says of files, folders and screens, against those themselves.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { limits } from "../../engine/limits.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import { reportText } from "../supervisor/report.ts";
import { readSettings } from "../supervisor/settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(path.join(root, "README.md"), "utf8");

const all = (pattern: RegExp): readonly string[] =>
  [...readme.matchAll(pattern)].map(([, found]) => found ?? "");

test("every file that is named is there", () => {
  for (const file of all(/`((?:engine|bench|scripts)\/[\w./-]+\.\w+)`/g)) {
    expect(existsSync(path.join(root, file)), file).toBe(true);
  }
});

test("the map has every folder of the engine, and no other", () => {
  const folders = readdirSync(path.join(root, "engine"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `engine/${name}/`);
  const mapped = all(/^\| `([a-z/]+\/)` /gm);
  expect(mapped.toSorted()).toEqual([...folders, "bss/", "bench/", "scripts/"].toSorted());
});

test("numbers in the prose are those of the limits", () => {
  expect(readme).toContain(`up to ${limits.batchOperationsMax} `);
  expect(limits.clockSkewMsMax, "agrees on the time within a second").toBe(1_000);
  expect(readme).toContain("agrees on the time within a second");
});

/** Process ids and seconds differ from run to run. */
const withoutNumbers = (text: string): string => text.replace(/\d+(\.\d+)?/g, "0");

test("the screen of npm start is the one that it prints", () => {
  const machine = { root: process.cwd(), cores: 2 };
  const settings = readSettings({}, { isReset: false, isSmoke: false }, machine);
  if (!settings.isOk) throw new Error(settings.error.message ?? "no settings");
  const report = reportText({
    version: "0.1.0",
    settings: settings.value,
    data: dataFolderPaths(settings.value.dataFolder),
    enginePids: [1447],
    redisVersion: "7.0.15",
    redisPid: 1437,
    databaseUrl: "postgres://tollgate:secret@127.0.0.1:7632/tollgate",
    databaseVersion: "18.4",
    postgresPid: 1440,
    firstPassword: null,
    businessPid: 1462,
    demo: "Nordlicht Mobil: 1,000 subscribers, new",
    startMilliseconds: 1_600,
  });
  const shown = /```text\n( {2}Tollgate [\s\S]*?)```/.exec(readme)?.[1] ?? "nothing";
  expect(report).not.toContain("secret");
  expect(withoutNumbers(report)).toContain(withoutNumbers(shown));
});
