// How long a delivery and a subscriber are left alone.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { nextAttemptMs, pauseMs, readRetryAfter, retryMs } from "./retry-schedule.ts";

const hour = 3_600_000;

test("ten attempts are made within two days, then the delivery is dead", () => {
  expect(retryMs.length).toBe(9);
  const waits = retryMs.map((_, at) => nextAttemptMs(at + 1, 0.5));
  expect(waits).toEqual(retryMs);
  expect(nextAttemptMs(10, 0.5)).toBeUndefined();
  expect(retryMs.reduce((sum, ms) => sum + ms)).toBeLessThan(48 * hour);
});

test("what failed together is not tried again together", () => {
  expect([nextAttemptMs(1, 0), nextAttemptMs(1, 1)]).toEqual([4_000, 6_000]);
});

test("a subscriber may ask for later, not for sooner, and not for never", () => {
  expect(nextAttemptMs(1, 0.5, 60_000)).toBe(60_000);
  expect(nextAttemptMs(4, 0.5, 1_000)).toBe(900_000);
  expect(nextAttemptMs(1, 0.5, 1e12)).toBe(limits.retryAfterMsMax);
  expect(nextAttemptMs(10, 0.5, 1_000)).toBeUndefined();
});

test("a few failures are an event's, more in a row pause the subscriber, longer each time", () => {
  const pauses = [0, 1, 4, 5, 6, 7, 30].map((failures) => pauseMs(failures, 0.5));
  expect(pauses).toEqual([0, 0, 0, 5_000, 10_000, 20_000, limits.subscriptionPauseMsMax]);
  expect(pauseMs(1, 0.5, 7_000)).toBe(7_000);
  expect(pauseMs(1, 0.5, 1e12)).toBe(limits.subscriptionPauseMsMax);
});

test("reads Retry-After as seconds and as a date, and nothing else", () => {
  const now = Date.parse("2026-11-01T00:00:00Z");
  expect(readRetryAfter("120", now)).toBe(120_000);
  expect(readRetryAfter("Sun, 01 Nov 2026 00:01:00 GMT", now)).toBe(60_000);
  expect(readRetryAfter("Sat, 31 Oct 2026 00:01:00 GMT", now)).toBe(0);
  const others = [undefined, "", "-1", "1.5", "soon", "2026-11-01", "99999999999", "soon GMT"];
  expect(others.map((text) => readRetryAfter(text, now))).toEqual(others.map(() => undefined));
});
