// The command as it is run: a short one keeps all promises and leaves nothing behind.

import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../testing/run-command.ts";

const chaos = (words: readonly string[], folder = tmpdir()) =>
  runCommand("scripts/chaos/main.ts", words, { ...process.env, TMPDIR: folder });

test("three faults of a seed: a clean table, exit code 0, and nothing left", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-chaos-result-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const json = path.join(folder, "chaos.json");
  const only = ["kill-redis", "kill-engine", "truncate-worker-postgres"];
  const flags = ["--rounds", "3", "--seed", "1", "--accounts", "40", "--json", json];
  const { code, stdout, stderr } = await chaos([...flags, "--only", only.join()], folder);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringContaining("3 faults, 0 broke a promise"),
  });
  for (const name of only) {
    expect(stdout).toMatch(new RegExp(`^${name} +1 +[\\d,]+ +0 +0 +0 +0 +\\d+\\.\\d s`, "m"));
  }
  expect(stdout).toContain("All promises kept.");
  const { rounds, flags: told } = JSON.parse(readFileSync(json, "utf8"));
  expect(told).toMatchObject({ seed: 1, durability: "always" });
  expect(rounds).toHaveLength(3);
  for (const { acknowledged } of rounds) expect(acknowledged).toBeGreaterThan(50);
  expect(readdirSync(folder).filter((name) => name.startsWith("tollgate-"))).toEqual([]);
}, 120_000);

test("names its faults, and refuses what it does not know", async () => {
  const { code, stdout } = await chaos(["--list"]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^kill-engine +kill -9 of engine$/m)]);
  expect(await chaos(["--only", "kill-moon"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no fault "kill-moon"'),
  });
});
