// Seed after seed on one Redis, which must be nobody else's: until all have agreed, or one has not,
// which is then made as small as it gets.

import { type Played, type PlayOptions, play } from "../../engine/simulation/world/play.ts";
import { type Smaller, shrink } from "../../engine/simulation/world/shrink.ts";
import type { Store } from "../../engine/store/connection.ts";
import { dealDeck } from "./deal-deck.ts";
import type { SimulationFlags } from "./flags.ts";

export type SeedOptions = Pick<PlayOptions, "sabotage" | "onTurn" | "compareEvery"> & {
  readonly store: Store;
};

export const playSeed = async (
  { seed, operations, without, turns, burst }: SimulationFlags,
  { store, ...options }: SeedOptions,
): Promise<Played> => {
  await store.call("FLUSHALL");
  const what = { seed, operations, turns, burst, without: new Set(without) };
  return play({ ...what, deck: dealDeck(seed), store, ...options });
};

export type Shrunk = { readonly flags: SimulationFlags; readonly played: Played };

/** `played` is what it came to; the one that comes back may have disagreed about something else. */
export const shrinkSeed = async (
  flags: SimulationFlags,
  played: Played,
  options: SeedOptions,
  more: {
    readonly attemptsMax: number;
    readonly isLate?: () => boolean;
    readonly onProgress?: (smaller: Smaller, attempts: number) => void;
  },
): Promise<Shrunk> => {
  const every = { ...options, compareEvery: 1 };
  let last: Shrunk = { flags, played };
  const attempt = async (smaller: Smaller) => {
    const candidate = { ...flags, ...smaller };
    const one = await playSeed(candidate, every);
    if (one.disagreements.length === 0) return undefined;
    const turns = smaller.turns.filter((turn) => turn <= one.lastTurn);
    last = { flags: { ...candidate, turns }, played: one };
    return one.lastTurn;
  };
  const all = Array.from({ length: played.lastTurn + 1 }, (_, turn) => turn);
  const { without, burst, turns = all } = flags;
  await shrink({ without, burst, turns }, { attempt, ...more });
  return last;
};
