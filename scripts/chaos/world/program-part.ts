// An engine or a worker as a part of the world: a process as operators run it, started again when
// it ends before it is up, as `npm start` does. One that was up must not end by itself.

import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "../../supervisor/child.ts";
import { freeze } from "./freezer.ts";
import type { Part } from "./part.ts";

export type Program = {
  readonly name: string;
  /** As "engine/main.ts". */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly operationsPort: number;
  readonly logs: string;
};

const root = fileURLToPath(new URL("../../..", import.meta.url));
const restartMs = 500;
const pollMs = 200;
const askMsMax = 3_000;
/** A drain takes 8 s at most; whoever takes longer than that is stuck. */
const stopGraceMs = 15_000;

/** Nothing of a Tollgate that is set up on this machine. */
const inherited = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(ENGINE_|BSS_|LOG_|LEDGER_|REDIS_|DATABASE_|TOLLGATE_)/.test(name),
    ),
  );

export const startProgram = (program: Program): Part => {
  const { name, operationsPort } = program;
  const logFile = path.join(program.logs, `${name.replaceAll(" ", "-")}.log`);
  const misdeeds: string[] = [];
  let child: Child | undefined;
  let thaw: (() => void) | undefined;
  let isWanted = false;
  let keeping = Promise.resolve();

  const ask = async (place: string): Promise<{ status: number; text: string }> => {
    const url = `http://127.0.0.1:${operationsPort}${place}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(askMsMax) });
    return { status: response.status, text: await response.text() };
  };
  const watchUp = async (started: Child, onUp: () => void): Promise<void> => {
    while (isWanted && started.ending() === null) {
      const answer = await ask("/livez").catch(() => undefined);
      if (answer?.status === 200) return onUp();
      await pause(pollMs);
    }
  };
  const keep = async (): Promise<void> => {
    while (isWanted) {
      const started = startChild({
        command: process.execPath,
        args: ["--import", "tsx", program.file],
        environment: { ...inherited(), ...program.environment },
        folder: root,
        logFile,
      });
      if (started === null) throw new Error(`${name} cannot be started`);
      child = started;
      let isUp = false;
      void watchUp(started, () => {
        isUp = true;
      });
      const ending = await started.exited;
      if (isWanted && isUp) misdeeds.push(`${name} ended (${ending}): ${started.lastWords()}`);
      if (isWanted) await pause(restartMs);
    }
  };
  const endBy = async (signal: "stop" | "kill"): Promise<void> => {
    isWanted = false;
    const ending = child?.ending() ?? null;
    if (child !== undefined && ending === null) {
      if (signal === "kill") child.kill();
      else if ((await child.stop(stopGraceMs)) === "SIGKILL") {
        misdeeds.push(`${name} did not end within ${stopGraceMs / 1_000} s of SIGTERM`);
      }
    }
    await keeping;
  };
  return {
    name,
    misdeeds,
    isRunning: () => child !== undefined && child.ending() === null,
    kill: () => endBy("kill"),
    end: () => endBy("stop"),
    start: async () => {
      if (isWanted) return;
      isWanted = true;
      keeping = keep();
    },
    freeze: async () => {
      if (child?.ending() === null) thaw = freeze(child.pid);
    },
    thaw: () => {
      thaw?.();
      thaw = undefined;
    },
    problem: async () => {
      const answer = await ask("/readyz").catch((error: Error) => error.message);
      if (typeof answer === "string") return `${name}: ${answer}`;
      return answer.status === 200 ? undefined : `${name}: ${answer.text.slice(0, 300)}`;
    },
  };
};
