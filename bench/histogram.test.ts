// Latencies are recorded whole: percentiles, bounds, and above all what a stall did to the rest.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isComplete,
  newLatencies,
  nextIntended,
  recordLatency,
  startOpenLoop,
  summarize,
} from "./histogram.ts";

test("percentiles are those of the recorded latencies, to three digits", () => {
  const latencies = newLatencies();
  for (let micros = 1; micros <= 10_000; micros++) recordLatency(latencies, 0, micros / 1000);
  const { count, p50Ms, p99Ms, p999Ms, maxMs, meanMs } = summarize(latencies);
  expect(count).toBe(10_000);
  expect(p50Ms).toBeCloseTo(5, 2);
  expect(p99Ms).toBeCloseTo(9.9, 1);
  expect(p999Ms).toBeCloseTo(9.99, 1);
  expect(maxMs).toBeCloseTo(10, 1);
  expect(meanMs).toBeCloseTo(5, 1);
});

test("an empty histogram says so and invents nothing", () => {
  expect(summarize(newLatencies())).toMatchObject({ count: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
});

test("any latency can be recorded: none is lost to a bound or a clock's jitter", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1e9, noNaN: true })), (times) => {
      const latencies = newLatencies();
      for (const time of times) recordLatency(latencies, 0, time);
      expect(latencies.totalCount).toBe(times.length);
    }),
  );
});

test("gives out every operation once, in order, never before its time", () => {
  const rates = fc.integer({ min: 1, max: 50_000 });
  const pauses = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(rates, pauses, (ratePerSecond, pausesMs) => {
      const loop = startOpenLoop({ ratePerSecond, startAt: 1_000, seconds: 0.2 });
      let now = 990;
      let count = 0;
      let before = Number.NEGATIVE_INFINITY;
      for (const pause of [...pausesMs, 10_000]) {
        now += pause;
        for (;;) {
          const intendedAt = nextIntended(loop, now);
          if (intendedAt === undefined) break;
          expect(intendedAt > before && intendedAt <= now).toBe(true);
          before = intendedAt;
          count += 1;
        }
      }
      expect(isComplete(loop)).toBe(true);
      expect(Math.abs(count - ratePerSecond * 0.2)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 30 },
  );
});

test("a stall of a second in ten shows as what a tenth of the operations waited", () => {
  // Virtual time: 1,000 a second for 10 s; each answer takes 1 ms, but nothing is answered from 5 s
  // to 6 s.
  const answeredAt = (sentAt: number) => (sentAt >= 5_000 && sentAt < 6_000 ? 6_000 : sentAt + 1);
  const open = newLatencies();
  const loop = startOpenLoop({ ratePerSecond: 1_000, startAt: 0, seconds: 10 });
  for (;;) {
    const intendedAt = nextIntended(loop, 10_000);
    if (intendedAt === undefined) break;
    recordLatency(open, intendedAt, answeredAt(intendedAt));
  }
  // The longest hundredth of all operations are those that waited 900 to 1,000 ms.
  expect(summarize(open).p99Ms).toBeCloseTo(900, -1);
  expect(summarize(open).maxMs).toBeCloseTo(1_000, -1);

  // The same server seen by a driver that waits for each answer: one slow operation, and p99 sees
  // none.
  const closed = newLatencies();
  for (let now = 0; now < 10_000; now = answeredAt(now))
    recordLatency(closed, now, answeredAt(now));
  expect(summarize(closed).p99Ms).toBeCloseTo(1, 1);
});
