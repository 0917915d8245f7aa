// Everything at once: killed, or ended in one order; and started in another.

import { setTimeout as pause } from "node:timers/promises";
import { nextBelow, type Random } from "../../../engine/values/random.ts";
import type { Part } from "../world/part.ts";
import type { World } from "../world/world.ts";
import type { Fault } from "./fault.ts";

const kinds = ["engines", "redis", "postgres", "workers"] as const;
type Kind = (typeof kinds)[number];

/** All 24. */
export const orders = (of: readonly Kind[] = kinds): readonly (readonly Kind[])[] =>
  of.length === 0
    ? [[]]
    : of.flatMap((first) =>
        orders(of.filter((kind) => kind !== first)).map((rest) => [first, ...rest]),
      );

const partsOf = (world: World, kind: Kind): readonly Part[] => {
  switch (kind) {
    case "engines":
      return world.engines;
    case "workers":
      return world.workers;
    case "redis":
      return [world.redis];
    case "postgres":
      return [world.postgres];
  }
};

const startPauseMsMax = 1_500;

/** Not waiting for any to be up: so some begin before what they need is there. */
const startAll = async (world: World, order: readonly Kind[], random: Random): Promise<void> => {
  for (const kind of order) {
    await Promise.all(partsOf(world, kind).map((part) => part.start()));
    await pause(nextBelow(random, startPauseMsMax));
  }
};

/** Begins anew with each pass through all the orders, in an order that is drawn. */
const createOrders = () => {
  let left: (readonly Kind[])[] = [];
  return (random: Random): readonly Kind[] => {
    if (left.length === 0) left = [...orders()];
    return left.splice(nextBelow(random, left.length), 1)[0]!;
  };
};

const restartAll = (): Fault => {
  const next = createOrders();
  return {
    name: "restart-all",
    does: "all ended in one order, started in another; each of the 24 orders in turn",
    heldMs: [0, 500],
    inject: async (world, random) => {
      const down = next(random);
      const up = next(random);
      for (const kind of down) await Promise.all(partsOf(world, kind).map((part) => part.end()));
      const where = `down ${down.join(", ")}; up ${up.join(", ")}`;
      return { where, lift: () => startAll(world, up, random) };
    },
  };
};

const killAll = (): Fault => {
  const next = createOrders();
  return {
    name: "kill-all",
    does: "kill -9 of everything at once, started in any order",
    heldMs: [0, 1_000],
    isRedisCrash: true,
    inject: async (world, random) => {
      const up = next(random);
      const parts = kinds.flatMap((kind) => partsOf(world, kind));
      await Promise.all(parts.map((part) => part.kill()));
      return { where: `up ${up.join(", ")}`, lift: () => startAll(world, up, random) };
    },
  };
};

export const createRestartFaults = (): readonly Fault[] => [restartAll(), killAll()];
