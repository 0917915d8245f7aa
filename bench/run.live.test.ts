// The whole bench, tiny: real Redis, engine, load client and replay, as `npm run bench` starts
// them.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { BenchResult, LoadFigures } from "./measurement/result.ts";
import { startTrialRun, type TrialRun } from "./trial-run.ts";

const patience = { timeout: 150_000 };

const start = (...words: string[]): TrialRun => {
  const run = startTrialRun("run.ts", words);
  onTestFinished(() => {
    for (const pid of run.leftRunning()) process.kill(pid, "SIGKILL");
  });
  return run;
};

/** Guardians remove folders for a moment after their owner has gone. */
const nothingLeft = async ({ leftRunning }: TrialRun): Promise<void> => {
  while (leftRunning().length > 0) await pause(50);
};

const ourFolders = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith("tollgate-"));

const expectLoad = (figures: LoadFigures): void => {
  expect(figures.errors).toBe(0);
  expect(figures.opsPerSecond).toBeGreaterThan(100);
  expect(figures.p50Ms).toBeGreaterThan(0);
  expect(figures.p99Ms).toBeGreaterThanOrEqual(figures.p50Ms);
  expect(figures.p999Ms).toBeGreaterThanOrEqual(figures.p99Ms);
  expect(figures.engineCpuUsPerOp).toBeGreaterThan(0.5);
  expect(figures.redisCpuUsPerOp).toBeGreaterThan(0.5);
  expect(figures.clientCpuUsPerOp).toBeGreaterThan(0.1);
};

test("measures everything, replays what it recorded, and drifts by nothing", patience, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-bench-run-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "result.json");
  const run = start("--accounts", "500", "--seconds", "1", "--rounds", "1", "--json", file);
  expect(await run.exited, run.errors()).toBe(0);
  const result = JSON.parse(await readFile(file, "utf8")) as BenchResult;

  expect(result.yardstickOpsPerSecond).toBeGreaterThan(10_000);
  // The replay ends with an error unless every batch is answered, octet for octet, as it was when
  // the engine sent it: every update of it succeeds again.
  expect(result.ceilingOpsPerSecond).toBeGreaterThan(1_000);
  expect(result.ceiling.operationsReplayed).toBeGreaterThan(500);
  expect(result.ceiling.operationsPerBatch).toBeGreaterThan(1);
  for (const load of [result.endToEnd, result.outstanding32]) expectLoad(load);
  for (const load of [result.openLoop50, result.openLoop80]) expectLoad(load);
  expect(result.bytesPerAccount).toBeGreaterThan(200);
  expect(result).toMatchObject({ durability: "everysec", accounts: 500, errorsByKind: {} });
  expect(result.rounds).toHaveLength(1);
  expect(result.machine.redis).toMatch(/^\d+\.\d+/);

  expect(run.errors()).toContain("audit: zero drift");
  expect(run.output()).toMatch(/end to end, 256 outstanding +[\d,]+/);
  expect(run.output()).toMatch(/errors +0 +≤ 0 +✓/);
  await nothingLeft(run);
});

test.each(["filling in", "closed loop"])(
  "Ctrl-C while %s ends everything",
  patience,
  async (moment) => {
    const run = start("--accounts", "3000", "--seconds", "20");
    await run.printed(moment);
    run.process.kill("SIGINT");
    expect(await run.exited).toBe(130);
    expect(run.output()).toBe("");
    await nothingLeft(run);
  },
);

test("leaves nothing behind when it is killed, not even a folder", patience, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-bench-killed-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const words = ["--accounts", "500", "--seconds", "20"];
  const run = startTrialRun("run.ts", words, { TMPDIR: folder });
  await run.printed("closed loop");
  expect((await ourFolders(folder)).length).toBeGreaterThan(2);
  run.process.kill("SIGKILL");
  await run.exited;
  await nothingLeft(run);
  expect(await ourFolders(folder)).toEqual([]);
});

test("a wrong flag is one line and exit 2", patience, async () => {
  const run = start("--accounts", "many");
  expect(await run.exited).toBe(2);
  expect(run.errors()).toBe(
    '--accounts: expected a whole number from 500 to 10000000, got "many"\n',
  );
});
