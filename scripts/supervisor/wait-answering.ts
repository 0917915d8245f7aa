// Waits until a process of ours answers 200 at an address, or says why it never will.

import { setTimeout as pause } from "node:timers/promises";
import { ok } from "../../engine/values/result.ts";
import type { Child } from "./child.ts";
import { failed, interrupted, type Step } from "./ending.ts";

const secondsMax = 30;
const pollMilliseconds = 50;
const askMilliseconds = 2_000;

export type Awaited = {
  readonly name: string;
  readonly child: Child;
  readonly url: string;
  readonly logFile: string;
  readonly stopping: AbortSignal;
};

export const waitAnswering = async (awaited: Awaited): Promise<Step<void>> => {
  const { name, child, url, logFile, stopping } = awaited;
  const deadline = Date.now() + secondsMax * 1000;
  let reason = "no answer";
  while (Date.now() < deadline) {
    if (stopping.aborted) return interrupted;
    if (child.ending() !== null) {
      const words = child.lastWords() ?? "no reason given";
      return failed(`${name} ended at once (${child.ending()}): ${words} (${logFile})`);
    }
    const status = await askStatus(url);
    if (status === "200") return ok(undefined);
    reason = status;
    await pause(pollMilliseconds);
  }
  return failed(`${name} is not ready after ${secondsMax} s (${reason}); see ${logFile}`);
};

/** "200", or why not: another status with its body, or that nothing answers. */
const askStatus = async (url: string): Promise<string> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(askMilliseconds) });
    const body = await response.text();
    return response.status === 200 ? "200" : `${response.status} ${body.slice(0, 200).trim()}`;
  } catch {
    return "no answer";
  }
};
