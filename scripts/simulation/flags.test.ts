// The flags of `npm run sim`.

import { expect, test } from "vitest";
import { commandOf, readSimulationFlags, type SimulationFlags } from "./flags.ts";

test("plays ten thousand operations of a seed that nobody has chosen", () => {
  expect(readSimulationFlags([], 7)).toEqual({
    isOk: true,
    value: {
      seed: 7,
      seeds: 1,
      operations: 10_000,
      without: [],
      turns: undefined,
      burst: undefined,
    },
  });
});

test("a command that plays something again is read as what it was written from", () => {
  const value: SimulationFlags = {
    ...{ seed: 5, seeds: 1, operations: 300, burst: 4, turns: [0, 1, 2, 9] },
    without: ["crash", "flush"],
  };
  const command = commandOf(value);
  expect(command).toBe(
    "npm run sim -- --seed 5 --ops 300 --without crash,flush --burst 4 --turns 0-2,9",
  );
  expect(readSimulationFlags(command.split(" ").slice(4), 7)).toEqual({ isOk: true, value });
});

test.each([
  [["--seed", "x"]],
  [["--ops", "0"]],
  [["--seeds", "0"]],
  [["--without", "crash,crush"]],
  [["--turns", "3-1"]],
  [["--burst", "0"]],
  [["--rounds", "3"]],
  [["--seed"]],
])("refuses %j with a reason", (words) => {
  expect(readSimulationFlags(words, 7)).toEqual({ isOk: false, error: expect.any(String) });
});
