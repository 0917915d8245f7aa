// Which connection a subscriber takes, and what moves when one is lost.

import { expect, test } from "vitest";
import { affinityOf, choose } from "./spread.ts";

const connections = (isUp: readonly boolean[]) => isUp.map((up, seed) => ({ seed, isUp: up }));
const numbers = Array.from({ length: 10_000 }, (_, i) => affinityOf(`49170${1_000_000 + i}`));
const seeds = (isUp: readonly boolean[]) =>
  numbers.map((affinity) => choose(connections(isUp), affinity)?.seed);

test("subscribers spread evenly", () => {
  const chosen = seeds([true, true, true, true]);
  for (let seed = 0; seed < 4; seed++) {
    const share = chosen.filter((each) => each === seed).length;
    expect(Math.abs(share - 2_500)).toBeLessThan(250);
  }
});

test("when one is lost only its subscribers move, and evenly", () => {
  const before = seeds([true, true, true, true]);
  const after = seeds([true, false, true, true]);
  const moved = after.filter((seed, i) => seed !== before[i]);
  expect(moved.length).toBe(before.filter((seed) => seed === 1).length);
  for (const seed of [0, 2, 3]) {
    const share = moved.filter((each) => each === seed).length;
    expect(Math.abs(share - moved.length / 3)).toBeLessThan(moved.length / 10);
  }
});

test("none is chosen when none is up", () => {
  expect(choose(connections([false, false]), 7)).toBeUndefined();
  expect(choose([], 7)).toBeUndefined();
});
