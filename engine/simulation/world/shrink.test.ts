// What disagrees because of a few things is left with those, and with little else.

import { expect, test } from "vitest";
import { type Attempt, shrink } from "./shrink.ts";

const turns = Array.from({ length: 200 }, (_, turn) => turn);
const begin = { without: [], turns, burst: undefined };

test("leaves the turns, the faults and the requests that it takes", async () => {
  // Turn 30 and 117, with crashes, and four requests in a turn.
  const attempt: Attempt = async (one) => {
    const isThere = [30, 117].every((turn) => one.turns.includes(turn));
    const isBusy = (one.burst ?? 100) >= 4;
    return isThere && isBusy && !one.without.includes("crash") ? 117 : undefined;
  };
  const smallest = await shrink(begin, { attempt, attemptsMax: 200 });
  expect(smallest).toMatchObject({ turns: [30, 117], burst: 4 });
  expect(smallest.without).not.toContain("crash");
  expect(smallest.without).toContain("loss");
});

test("gives up where it may not try any more, with what it has", async () => {
  let attempts = 0;
  const attempt: Attempt = async () => {
    attempts++;
    return 199;
  };
  const smallest = await shrink(begin, { attempt, attemptsMax: 5 });
  expect([attempts, smallest.turns.length]).toEqual([5, 200]);
});

test("what does not fail again stays as it was", async () => {
  const attempt: Attempt = async () => undefined;
  expect(await shrink(begin, { attempt, attemptsMax: 50 })).toEqual(begin);
});
