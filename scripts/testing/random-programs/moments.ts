// When random programs begin, and about when something of them is valid.

import fc from "fast-check";
import { often, seldom } from "./weights.ts";

export const start = Date.parse("2027-01-01T00:00:00Z");
export const hour = 3_600_000;

export const moments = fc.oneof(
  often(fc.constant(start - 24 * hour)),
  seldom(fc.integer({ min: -60, max: 600 }).map((seconds) => start + 1_000 * seconds)),
  seldom(fc.integer({ min: -60_000, max: 600_000 }).map((ms) => start + ms)),
);
export const validity = fc
  .tuple(
    moments,
    fc.oneof(often(fc.constant(9 * hour)), seldom(fc.integer({ min: 1, max: 900_000 }))),
  )
  .map(([validFrom, length]) => ({ validFrom, validUntil: Math.max(validFrom, start) + length }));
