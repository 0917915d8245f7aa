// What a fault is: how it is put into the world and lifted again.

import { nextBelow, type Random } from "../../../engine/values/random.ts";
import type { World } from "../world/world.ts";

export type Injected = {
  /** What chance chose, as "engine 2"; empty: there was nothing to choose. */
  readonly where: string;
  /** Begins the way back: processes start, wires are mended. */
  lift(): Promise<void>;
};

export type Fault = {
  readonly name: string;
  /** For people, in a few words. */
  readonly does: string;
  /** For how long it stays, in ms. */
  readonly heldMs: readonly [min: number, max: number];
  /** Redis may end in it without having synced its file. */
  readonly isRedisCrash?: boolean;
  /** Why it cannot be tried here; undefined: it can. */
  obstacle?(world: World): string | undefined;
  inject(world: World, random: Random): Promise<Injected>;
};

export const oneOf = <T>(random: Random, from: readonly T[]): T =>
  from[nextBelow(random, from.length)]!;

export const between = (random: Random, [min, max]: readonly [number, number]): number =>
  min + nextBelow(random, max - min + 1);
