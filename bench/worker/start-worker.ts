// The parent's side: a Node process of its own for what must not share an event loop with anything
// else.

import { fork } from "node:child_process";
import { once } from "node:events";
import type { FromWorker, Order } from "./orders.ts";
import type { Say } from "./serve-orders.ts";

export type Worker = {
  readonly pid: number;
  /** Resolves with what the order came to; rejects with its problem, or when the process ends. */
  ask<T>(name: string, given: unknown, say?: Say): Promise<T>;
  /** Ends the process and waits for it; harmless when repeated. */
  stop(): Promise<void>;
};

type Waiting = {
  readonly resolve: (outcome: never) => void;
  readonly reject: (error: Error) => void;
  readonly say: Say | undefined;
};

const stopMsMax = 5_000;

/** `file` is TypeScript that calls `serveOrders`; `profileFolder` keeps a CPU profile of it. */
export const startWorker = (file: URL, profileFolder?: string): Worker => {
  const profiling =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const child = fork(file, { execArgv: ["--import", "tsx", ...profiling] });
  const exited = once(child, "exit");
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  child.on("message", (message: FromWorker) => {
    const asked = waiting.get(message.id);
    if (message.kind === "progress") return asked?.say?.(message.share, message.detail);
    waiting.delete(message.id);
    if (message.kind === "done") asked?.resolve(message.outcome as never);
    else asked?.reject(new Error(message.problem));
  });
  child.once("exit", (code, signal) => {
    const error = new Error(`${file.pathname} ended: ${signal ?? `exit ${code}`}`);
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    ask: (name, given, say) =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(new Error(`${file.pathname} has ended`));
        lastId += 1;
        waiting.set(lastId, { resolve, reject, say });
        child.send({ id: lastId, name, given } satisfies Order);
      }),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (child.connected) child.disconnect();
      const impatience = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
      await exited;
      clearTimeout(impatience);
    },
  };
};
