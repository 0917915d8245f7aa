// When somebody who guesses has to wait.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { isLocked, lockMsAfter, triesAfterOneMore } from "./lockout.ts";

const minute = 60_000;

test("the fifth failure locks for 15 minutes, each further five for twice as long", () => {
  const minutes = Array.from({ length: 20 }, (_, at) => lockMsAfter(at + 1)).map(
    (ms) => (ms ?? 0) / minute,
  );
  expect(minutes).toEqual([0, 0, 0, 0, 15, 0, 0, 0, 0, 30, 0, 0, 0, 0, 60, 0, 0, 0, 0, 120]);
});

test("no lock is longer than a day, however many fail", () => {
  expect(lockMsAfter(5_000_000)).toBe(24 * 60 * minute);
});

test("nothing is locked before anybody has tried", () => {
  expect(lockMsAfter(0)).toBeUndefined();
});

test("a lock ends at its moment, not after it", () => {
  const tries = triesAfterOneMore({ failedTries: 4, lockedUntil: null }, 1_000);
  expect(tries).toEqual({ failedTries: 5, lockedUntil: 1_000 + 15 * minute });
  expect(isLocked(tries, 1_000 + 15 * minute - 1)).toBe(true);
  expect(isLocked(tries, 1_000 + 15 * minute)).toBe(false);
});

test("whoever finds the try taken looks again more often than a lock needs failures", () => {
  expect(limits.loginClaimsMax).toBeGreaterThan(limits.loginFailuresMax);
});
