// Ages as operators read them: at most two units, never below nought.

import { expect, test } from "vitest";
import { ageText } from "./age-text.ts";

test.each([
  [-5_000, "0 s"],
  [999, "0 s"],
  [7_900, "7 s"],
  [60_000, "1 min"],
  [90_000, "1 min 30 s"],
  [3_605_000, "1 h"],
  [187_200_000, "2 d 4 h"],
])("%i ms ago is %s", (ms, text) => {
  expect(ageText(ms)).toBe(text);
});
