// Ctrl-C at any moment ends the command within seconds, exit code 130, and nothing of it is left.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** More than it takes to end in order, less than what a fault may take to be over. */
const endMsMax = 12_000;
const leftMsMax = 5_000;

const startChaos = async (...words: string[]) => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "tollgate-interrupt-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  const command = ["--import", "tsx", "scripts/chaos/main.ts", "--seed", "1", ...words];
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, command, { cwd: root, env, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, folder };
};

/** All that were started with this folder for what is temporary: as their environment says. */
const processesWith = (folder: string): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${folder}\0`);
    } catch {
      // Gone meanwhile, or another user's.
      return false;
    }
  });

const untilSaid = async ({ stderr }: ChildProcess, words: string): Promise<void> => {
  for await (const chunk of stderr!) if (String(chunk).includes(words)) return;
};

const interrupt = async (child: ChildProcess, folder: string): Promise<number | null> => {
  const exited = once(child, "exit");
  child.stdout!.resume();
  child.kill("SIGINT");
  const ended = await Promise.race([exited, pause(endMsMax)]);
  expect(ended, `it has not ended ${endMsMax / 1_000} s after SIGINT`).toBeDefined();
  const deadline = performance.now() + leftMsMax;
  const folders = () => readdirSync(folder).filter((name) => name.startsWith("tollgate-"));
  const left = () => [...processesWith(folder), ...folders()];
  while (left().length > 0 && performance.now() < deadline) await pause(100);
  expect(left()).toEqual([]);
  // So early that it knew of no signals yet.
  return child.signalCode === "SIGINT" ? 130 : child.exitCode;
};

const isLinux = process.platform === "linux";

// The world comes up, then accounts are opened, then a fault is under way: after how long which is
// the case depends on the machine.
test.runIf(isLinux).each([700, 2_000, 3_500, 5_000])(
  "after %i ms",
  async (ms) => {
    const { child, folder } = await startChaos("--accounts", "2000", "--minutes", "5");
    await pause(ms);
    expect(processesWith(folder).length).toBeGreaterThan(0);
    expect(await interrupt(child, folder)).toBe(130);
  },
  60_000,
);

test.runIf(isLinux)(
  "while Redis stands still",
  async () => {
    const flags = ["--only", "freeze-redis", "--accounts", "20", "--minutes", "5"];
    const { child, folder } = await startChaos(...flags);
    await untilSaid(child, "chaos, seed 1");
    await pause(1_200);
    expect(await interrupt(child, folder)).toBe(130);
  },
  60_000,
);
