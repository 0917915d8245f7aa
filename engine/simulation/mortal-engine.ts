// An engine that dies at a chosen batch: before Redis has it, or after Redis carried it out and
// before the engine hears of it. Then it says nothing more, as a process that was killed.

import type { Store } from "../store/connection.ts";
import { type DirectEngine, type DirectEngineOptions, openDirectEngine } from "./direct-engine.ts";

export type Death = { readonly batch: number; readonly isCarriedOut: boolean };

export type MortalEngine = DirectEngine & {
  /** Resolves when it dies. */
  readonly death: Promise<"dead">;
};

/** `batch` counts from 0; one that is never sent kills nobody. */
export const openMortalEngine = async (
  options: DirectEngineOptions,
  { batch, isCarriedOut }: Death,
): Promise<MortalEngine> => {
  let sent = 0;
  let die: (how: "dead") => void = () => undefined;
  const death = new Promise<"dead">((resolve) => {
    die = resolve;
  });
  const between = (store: Store): Store => ({
    ...store,
    run: async (name, keys, args) => {
      if (name !== "apply-batch") return store.run(name, keys, args);
      const number = sent++;
      if (number > batch || (number === batch && !isCarriedOut)) return silence(die);
      const reply = await store.run(name, keys, args);
      return number === batch ? silence(die) : reply;
    },
  });
  return { ...(await openDirectEngine({ ...options, between })), death };
};

const silence = (die: (how: "dead") => void): Promise<never> => {
  die("dead");
  return new Promise(() => undefined);
};
