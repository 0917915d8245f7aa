// What is under way at once, whatever ends when and how.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createDeliveryLanes } from "./delivery-lanes.ts";
import type { DueDelivery } from "./delivery-queue.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const event = { id: "", at: 0, eventType: "", domain: "", resourceName: "", resourceId: "" };
const deliveryOf = (position: number, lane: number): DueDelivery => ({
  ...{ position, lane: String(lane), attempts: 0 },
  event: { ...event, correlationId: "", resource: "" },
});

test(`a lane has one under way, in order, and nothing behind a failure (seed ${seed})`, () => {
  const steps = fc.array(fc.tuple(fc.constantFrom("take", "good", "bad", "write"), fc.nat(9)));
  const property = fc.property(fc.array(fc.nat(3), { maxLength: 30 }), steps, (laneOf, moves) => {
    const lanes = createDeliveryLanes();
    const all = laneOf.map((lane, position) => deliveryOf(position, lane));
    lanes.add(all);
    lanes.add(all);
    const underWay: DueDelivery[] = [];
    const unwritten: DueDelivery[] = [];
    const failed = new Set<string>();
    const last = new Map<string, number>();
    for (const [move, which] of moves) {
      if (move === "take") {
        const taken = lanes.take();
        if (taken === undefined) continue;
        expect(underWay.map(({ lane }) => lane)).not.toContain(taken.lane);
        expect(failed.has(taken.lane)).toBe(false);
        expect(taken.position).toBeGreaterThan(last.get(taken.lane) ?? -1);
        last.set(taken.lane, taken.position);
        underWay.push(taken);
      } else if (move === "write") {
        lanes.written(unwritten.splice(0));
        // What failed is not due yet: it is not read again here.
        failed.clear();
      } else {
        const [settled] = underWay.splice(which % Math.max(1, underWay.length), 1);
        if (settled === undefined) continue;
        lanes.settle(settled, move === "bad");
        unwritten.push(settled);
        if (move === "bad") failed.add(settled.lane);
      }
      expect(lanes.underWay()).toBe(underWay.length);
      const held = lanes.waiting() + underWay.length + unwritten.length;
      expect(lanes.held().length).toBe(held);
    }
    lanes.drop();
    expect([lanes.waiting(), lanes.take()]).toEqual([0, undefined]);
  });
  fc.assert(property, { seed, numRuns: 500 });
});
