// Processes that are killed, stand still, or are ended and started as operators do.

import type { Part } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { type Fault, oneOf } from "./fault.ts";

type Which = { readonly name: string; readonly parts: (world: World) => readonly Part[] };

const engine: Which = { name: "engine", parts: ({ engines }) => engines };
const worker: Which = { name: "worker", parts: ({ workers }) => workers };
const redis: Which = { name: "redis", parts: (world) => [world.redis] };
const postgres: Which = { name: "postgres", parts: (world) => [world.postgres] };

const namesOf = (parts: readonly Part[]): string => parts.map(({ name }) => name).join(", ");
const forAll = async (parts: readonly Part[], act: (part: Part) => Promise<void>) => {
  await Promise.all(parts.map(act));
};

const onParts = (
  fault: Omit<Fault, "inject">,
  { parts }: Which,
  isOne: boolean,
  act: (part: Part) => Promise<void>,
  lift: (part: Part) => Promise<void>,
): Fault => ({
  ...fault,
  inject: async (world, random) => {
    const chosen = isOne ? [oneOf(random, parts(world))] : parts(world);
    await forAll(chosen, act);
    return { where: namesOf(chosen), lift: () => forAll(chosen, lift) };
  },
});

const kill = (which: Which, isOne = true): Fault =>
  onParts(
    {
      name: `kill-${which.name}${isOne ? "" : "s"}`,
      does: `kill -9 of ${isOne ? which.name : `all ${which.name}s`}`,
      heldMs: [100, 2_000],
      isRedisCrash: which === redis,
    },
    which,
    isOne,
    (part) => part.kill(),
    (part) => part.start(),
  );

const restart = (which: Which): Fault =>
  onParts(
    {
      name: `restart-${which.name}`,
      does: `${which.name} ended in order, then started`,
      heldMs: [0, 1_000],
    },
    which,
    true,
    (part) => part.end(),
    (part) => part.start(),
  );

/**
 * Longer than whoever asks waits for an answer; of a worker, longer than its claims are kept, so
 * that another one takes its shard and it finds itself overtaken.
 */
const freeze = (which: Which, isOne = true): Fault =>
  onParts(
    {
      name: `freeze-${which.name}${isOne ? "" : "s"}`,
      does: `SIGSTOP, later SIGCONT of ${isOne ? which.name : `all ${which.name}s`}`,
      heldMs: [1_000, which === worker ? 25_000 : 12_000],
    },
    which,
    isOne,
    (part) => part.freeze(),
    async (part) => part.thaw(),
  );

export const processFaults: readonly Fault[] = [
  kill(engine),
  kill(engine, false),
  restart(engine),
  freeze(engine),
  freeze(engine, false),
  kill(redis),
  restart(redis),
  freeze(redis),
  kill(postgres),
  restart(postgres),
  freeze(postgres),
  kill(worker),
  kill(worker, false),
  restart(worker),
  freeze(worker),
  freeze(worker, false),
];
