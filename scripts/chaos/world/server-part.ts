// Redis or Postgres as a part of the world.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { freeze } from "./freezer.ts";
import type { StorePart } from "./part.ts";

type Server = {
  readonly process: ChildProcess;
  kill(): Promise<void>;
  restart(): Promise<void>;
};

export type ServerPartOptions = {
  readonly name: string;
  readonly server: Server;
  /** How an operator ends it. */
  readonly signal: "SIGTERM" | "SIGINT";
};

const endMsMax = 15_000;

export const serverPart = ({ name, server, signal }: ServerPartOptions): StorePart => {
  const misdeeds: string[] = [];
  let thaw: (() => void) | undefined;
  let failure: string | undefined;
  let starting = Promise.resolve();
  let endedAt: number | undefined;
  const watch = () =>
    server.process.once("exit", () => {
      endedAt = Date.now();
    });
  watch();
  const isRunning = () => server.process.exitCode === null && server.process.signalCode === null;
  return {
    name,
    misdeeds,
    isRunning,
    endedAt: () => endedAt,
    kill: async () => {
      await starting;
      await server.kill();
    },
    end: async () => {
      await starting;
      if (!isRunning()) return;
      const exited = once(server.process, "exit");
      server.process.kill(signal);
      const impatience = setTimeout(() => {
        misdeeds.push(`${name} did not end within ${endMsMax / 1_000} s of ${signal}`);
        server.process.kill("SIGKILL");
      }, endMsMax);
      await exited;
      clearTimeout(impatience);
    },
    start: async () => {
      failure = undefined;
      starting = server.restart().then(
        () => void watch(),
        (error: Error) => {
          failure = error.message;
        },
      );
    },
    freeze: async () => {
      if (isRunning()) thaw = freeze(server.process.pid!);
    },
    thaw: () => {
      thaw?.();
      thaw = undefined;
    },
    // That it answers, those say who ask it.
    problem: async () => (isRunning() ? undefined : `${name}: ${failure ?? "it is not running"}`),
  };
};
