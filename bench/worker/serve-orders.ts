// The child's side of a bench process: takes orders from its parent over IPC, one answer each, and
// ends when the parent is gone.

import type { FromWorker, Order } from "./orders.ts";

export type Say = (share: number, detail: string) => void;

/** What the process can do, by the name of the order. What it rejects with ends the run. */
export type Skills = Readonly<Record<string, (given: never, say: Say) => Promise<unknown>>>;

const sayIntervalMs = 100;

export const serveOrders = (skills: Skills): void => {
  const send = (message: FromWorker) => {
    if (process.connected) process.send?.(message);
  };
  const underWay = new Set<number>();
  const fail = (id: number, error: unknown) => {
    const problem = error instanceof Error ? error.message : String(error);
    send({ kind: "failed", id, problem });
  };
  const carryOut = async ({ id, name, given }: Order): Promise<void> => {
    underWay.add(id);
    let saidAt = 0;
    const say: Say = (share, detail) => {
      if (performance.now() - saidAt < sayIntervalMs) return;
      saidAt = performance.now();
      send({ kind: "progress", id, share, detail });
    };
    try {
      const skill = skills[name];
      if (skill === undefined) throw new Error(`no skill ${name}`);
      send({ kind: "done", id, outcome: await skill(given as never, say) });
    } catch (error) {
      fail(id, error);
    }
    underWay.delete(id);
  };
  process.on("message", (order: Order) => void carryOut(order));
  // What goes wrong in a callback of a socket is the problem of the order that it is part of.
  process.on("uncaughtException", (error) => {
    for (const id of underWay) fail(id, error);
    if (underWay.size === 0) throw error;
  });
  process.on("disconnect", () => process.exit());
  // Ctrl-C is for the parent, which stops its children in their turn.
  process.on("SIGINT", () => undefined);
};
