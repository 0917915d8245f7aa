// The list of faults: each has a name of its own, and all orders of starting are tried.

import { expect, test } from "vitest";
import { createFaults } from "./faults.ts";
import { orders } from "./restart-faults.ts";

test("each fault has a name of its own, and stays for a while", () => {
  const faults = createFaults();
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  for (const { heldMs } of faults) expect(heldMs[0]).toBeLessThanOrEqual(heldMs[1]);
});

test("engines, Redis, Postgres and workers start in each of the 24 orders", () => {
  expect(new Set(orders().map(String)).size).toBe(24);
  for (const order of orders()) expect(new Set(order).size).toBe(4);
});
