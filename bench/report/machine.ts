// On what a result was measured. A number without its machine, versions and commit says nothing.

import { execFileSync } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";

export type Machine = {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly kernel: string;
  readonly node: string;
  readonly redis: string;
  /** Null outside a git work tree. */
  readonly commit: string | null;
  /** True when tracked files differ from the commit: the numbers are not the commit's. */
  readonly isDirty: boolean;
  readonly measuredAt: string;
};

export type MachineOptions = { readonly redisVersion: string; readonly measuredAt: Date };

export const describeMachine = ({ redisVersion, measuredAt }: MachineOptions): Machine => {
  const commit = git("rev-parse", "HEAD");
  const changes = git("status", "--porcelain", "--untracked-files=no");
  return {
    cpuModel: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryGiB: Math.round((os.totalmem() / 2 ** 30) * 10) / 10,
    system: `${os.type()} ${os.arch()}`,
    kernel: os.release(),
    node: process.version,
    redis: redisVersion,
    commit,
    isDirty: changes !== null && changes !== "",
    measuredAt: measuredAt.toISOString(),
  };
};

/** For the head of a table: two lines. */
export const machineLines = (machine: Machine): readonly string[] => {
  const { cpuModel, cores, memoryGiB, system, kernel, node, redis, commit, isDirty } = machine;
  const revision =
    commit === null ? "no commit" : commit.slice(0, 12) + (isDirty ? ", changed" : "");
  return [
    `${cpuModel}, ${cores} cores, ${memoryGiB} GiB, ${system} ${kernel}`,
    `Node ${node.replace("v", "")}, Redis ${redis}, ${revision}, ${machine.measuredAt}`,
  ];
};

function git(...parameters: string[]): string | null {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    return execFileSync("git", parameters, { cwd, encoding: "utf8", stdio: [...stdio] }).trim();
  } catch {
    // No git, or not a work tree: a downloaded archive may be measured too.
    return null;
  }
}
