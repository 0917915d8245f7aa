// The queue: by priority, then in order, each item once, and nothing is held on to.

import fc from "fast-check";
import { expect, test } from "vitest";
import { priorities } from "../protocol/operations.ts";
import { createQueue } from "./queue.ts";

test("what goes on is served first, then what begins, then questions", () => {
  const queue = createQueue<string>();
  for (const [item, priority] of [
    ["query", "asking"],
    ["initiate", "opening"],
    ["update", "continuing"],
    ["terminate", "continuing"],
  ] as const) {
    queue.push(item, priority);
  }
  expect(queue.take(3)).toEqual(["update", "terminate", "initiate"]);
  expect([queue.length(), queue.depth("asking"), queue.depth("opening")]).toEqual([1, 1, 0]);
  expect(queue.take(3)).toEqual(["query"]);
  expect(queue.take(3)).toEqual([]);
});

test("gives each item once, in order within its priority, and counts what is left", () => {
  const pushes = fc.record({ priority: fc.constantFrom(...priorities) });
  const takes = fc.record({ max: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(fc.oneof(pushes, takes), { maxLength: 200 }), (steps) => {
      const queue = createQueue<number>();
      const lanes = new Map(priorities.map((priority) => [priority, [] as number[]]));
      const size = () => [...lanes.values()].reduce((sum, lane) => sum + lane.length, 0);
      for (const [index, step] of steps.entries()) {
        if ("priority" in step) {
          queue.push(index, step.priority);
          lanes.get(step.priority)!.push(index);
        } else {
          const expected: number[] = [];
          for (const lane of lanes.values()) {
            expected.push(...lane.splice(0, step.max - expected.length));
          }
          expect(queue.take(step.max)).toEqual(expected);
        }
        expect(queue.length()).toBe(size());
        for (const [priority, lane] of lanes) expect(queue.depth(priority)).toBe(lane.length);
      }
    }),
    { numRuns: 500 },
  );
});

test("goes on in order when it is never empty, far beyond what it may keep of the past", () => {
  const queue = createQueue<number>();
  queue.push(0, "continuing");
  for (let i = 0; i < 20_000; i++) {
    queue.push(i + 1, "continuing");
    expect(queue.take(1)).toEqual([i]);
  }
  expect([queue.length(), queue.depth("continuing")]).toEqual([1, 1]);
});
