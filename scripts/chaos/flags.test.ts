// The flags of `npm run chaos`.

import { expect, test } from "vitest";
import { readChaosFlags } from "./flags.ts";

const names = ["kill-redis", "kill-engine"];
const read = (...words: string[]) => readChaosFlags(words, names, 7);

test("tries everything for three minutes by a seed that nobody has chosen", () => {
  expect(read()).toEqual({
    isOk: true,
    value: {
      ...{ seed: 7, minutes: 3, rounds: Number.POSITIVE_INFINITY, only: [], durability: "always" },
      ...{ accounts: 120, json: undefined, isList: false },
    },
  });
});

test("tries so many faults, however long that takes", () => {
  const minutes = Number.POSITIVE_INFINITY;
  expect(read("--rounds", "2")).toMatchObject({ value: { rounds: 2, minutes } });
  expect(read("--rounds", "2", "--minutes", "0.5")).toMatchObject({ value: { minutes: 0.5 } });
});

test("tries some faults of a seed again", () => {
  const flags = read("--seed", "5", "--only", "kill-engine,kill-redis", "--durability", "everysec");
  const only = ["kill-engine", "kill-redis"];
  expect(flags).toMatchObject({ value: { seed: 5, only, durability: "everysec" } });
});

test.each([
  ["--minutes", "0"],
  ["--minutes", "-1"],
  ["--rounds", "0"],
  ["--accounts", "1"],
  ["--durability", "never"],
  ["--seed", "x"],
  ["--fault", "kill-redis"],
])("refuses %s %s with a reason", (...words) => {
  expect(read(...words)).toEqual({ isOk: false, error: expect.any(String) });
});

test("names a fault that there is not", () => {
  const error = '--only: no fault "kill-moon"; see --list';
  expect(read("--only", "kill-redis,kill-moon")).toEqual({ isOk: false, error });
});
