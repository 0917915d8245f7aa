// CPU time that a process has used so far, all its threads together: the difference over a run,
// divided by the operations of the run, is what an operation costs. It stays comparable on a busy
// machine, where a rate does not.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * In microseconds; steps of a clock tick (10 ms on Linux) or coarser. Throws when there is no such
 * process.
 */
export const cpuMicrosOf = (pid: number): number =>
  process.platform === "linux"
    ? parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"), clockTicksPerSecond())
    : parsePsTime(execFileSync("ps", ["-o", "time=", "-p", String(pid)], { encoding: "utf8" }));

/**
 * Fields 14 (user) and 15 (system) of proc(5), in ticks. The name before them may hold anything.
 */
export const parseProcStat = (stat: string, ticksPerSecond: number): number => {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isFinite(ticks)) throw new Error(`not a /proc stat line: ${stat.slice(0, 80)}`);
  return (ticks * 1e6) / ticksPerSecond;
};

/** Of its children that have ended (fields 16 and 17); where it cannot be had, 0. */
export const endedChildrenMicrosOf = (pid: number): number => {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[13]) + Number(fields[14])) * 1e6) / clockTicksPerSecond();
};

/** What `ps -o time=` prints: `[[days-]hours:]minutes:seconds[.hundredths]`. */
export const parsePsTime = (text: string): number => {
  const match = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text.trim());
  if (match === null) throw new Error(`not a time of ps: ${text.slice(0, 80)}`);
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const total = ((days ?? 0) * 24 + (hours ?? 0)) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return Math.round(total * 1e6);
};

let ticksFound: number | undefined;

function clockTicksPerSecond(): number {
  ticksFound ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return ticksFound;
}
