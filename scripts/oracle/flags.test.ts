// The flags of `npm run oracle`.

import { expect, test } from "vitest";
import { readOracleFlags } from "./flags.ts";

test("plays ten thousand sessions of a seed that nobody has chosen", () => {
  const flags = readOracleFlags([], 7);
  expect(flags).toEqual({ isOk: true, value: { seed: 7, sessions: 10_000, round: undefined } });
});

test("plays one round of a seed again", () => {
  const flags = readOracleFlags(["--seed", "5", "--round", "12"], 7);
  expect(flags).toMatchObject({ isOk: true, value: { seed: 5, round: 12 } });
});

test("refuses to play nothing, which would agree", () => {
  const error = "--sessions: expected a whole number from 1 on, got 0";
  expect(readOracleFlags(["--sessions", "0"], 7)).toEqual({ isOk: false, error });
  expect(readOracleFlags(["--round", "0"], 7)).toMatchObject({ value: { round: 0 } });
});

test.each([[["--seed", "x"]], [["--sessions", "-1"]], [["--rounds", "3"]], [["--seed"]]])(
  "refuses %j with a reason",
  (words) => {
    expect(readOracleFlags(words, 7)).toEqual({ isOk: false, error: expect.any(String) });
  },
);
