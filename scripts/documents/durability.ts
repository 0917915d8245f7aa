// What each durability mode is worth when something breaks, as it is today.

import type { Durability } from "../../engine/config.ts";
import { alignedTable } from "./markdown.ts";

type Losses = {
  readonly means: string;
  readonly redisCrash: string;
  readonly powerLoss: string;
  readonly failover: string;
};

/** Redis postpones a write of its file for 2 s at most while a sync of it is under way. */
const whileSyncing = "≤ 2 s, during a sync";
const replicaLag = "what the replica lacks";

const losses: Readonly<Record<Durability, Losses>> = {
  everysec: {
    means: "synced every second",
    redisCrash: whileSyncing,
    powerLoss: "≤ about 2 s",
    failover: replicaLag,
  },
  always: {
    means: "synced before it is acknowledged",
    redisCrash: "nothing",
    powerLoss: "nothing",
    failover: replicaLag,
  },
};

export const durabilityPart = (): string =>
  alignedTable(
    [
      "`ENGINE_DURABILITY`",
      "the append-only file is",
      "engine crash",
      "Redis crash",
      "power loss",
      "failover",
    ],
    Object.entries(losses).map(([mode, { means, redisCrash, powerLoss, failover }]) => [
      `\`${mode}\``,
      means,
      "nothing",
      redisCrash,
      powerLoss,
      failover,
    ]),
  );
