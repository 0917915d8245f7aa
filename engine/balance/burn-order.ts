// Which bucket gives first. Written once, as data, with its reasons.

import type { Bucket } from "./profile.ts";

export type SlottedBucket = { readonly slot: number; readonly bucket: Bucket };
type Comparator = (a: SlottedBucket, b: SlottedBucket) => number;

const ascending =
  (by: (candidate: SlottedBucket) => number): Comparator =>
  (a, b) =>
    by(a) - by(b);

/**
 * What was bought as an allowance is used before money; then the operator's priority; then what
 * expires first; then the older slot: the customer loses least.
 */
export const burnOrder: readonly Comparator[] = [
  ascending(({ bucket }) => (bucket.unit === "money" ? 1 : 0)),
  ascending(({ bucket }) => bucket.priority),
  ascending(({ bucket }) => bucket.validUntil),
  ascending(({ slot }) => slot),
];

export const compareBurnOrder: Comparator = (a, b) => {
  for (const compare of burnOrder) {
    const order = compare(a, b);
    if (order !== 0) return order;
  }
  return 0;
};
