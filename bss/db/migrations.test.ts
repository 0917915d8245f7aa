// The migrations are what the schemas say, and in an order that Drizzle's migrator does not skip.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = path.join(root, "bss/db/migrations");

type Journal = { readonly entries: readonly { readonly tag: string; readonly when: number }[] };
const readJournal = (): Journal =>
  JSON.parse(readFileSync(path.join(folder, "meta", "_journal.json"), "utf8"));

test("each is newer than the one before: an older one would be skipped without a word", () => {
  const times = readJournal().entries.map(({ when }) => when);
  expect(times.length).toBeGreaterThan(0);
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
});

test("each has a name that says what it changes, and each file is one of them", () => {
  const tags = readJournal().entries.map(({ tag }) => tag);
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  expect(files.toSorted()).toEqual(tags.map((tag) => `${tag}.sql`).toSorted());
  for (const [index, tag] of tags.entries()) {
    expect(tag).toMatch(new RegExp(`^${String(index).padStart(4, "0")}_[a-z][a-z_]+$`));
  }
});

test("nothing of the schemas has no migration yet", { timeout: 60_000 }, () => {
  const out = mkdtempSync(path.join(tmpdir(), "tollgate-migrations-"));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  cpSync(folder, out, { recursive: true });
  // drizzle-kit takes folders beside where it runs.
  const place = path.relative(root, out);
  const command = [path.join(root, "node_modules/drizzle-kit/bin.cjs"), "generate"];
  const settings = ["--dialect=postgresql", "--schema=./bss/**/schema.ts", `--out=${place}`];
  const { stdout, stderr } = spawnSync(process.execPath, [...command, ...settings], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stdout + stderr).toContain("No schema changes, nothing to migrate");
});
