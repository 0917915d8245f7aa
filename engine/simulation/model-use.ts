// The naive model's idea of what a use starts from: which buckets give new units, when an own
// validity begins, and where a price stands.

import type { ModelBucket, ModelGroup } from "./model-account.ts";
import type { Counting } from "./model-counters.ts";
import type { ModelPrice } from "./model-price.ts";

/** By the dates of the profile when it was used, by its own validity now. */
export const isUsable = ({ validUntil, own }: ModelBucket, at: number, now: number): boolean =>
  at < validUntil && (own === undefined || now < own.until);

export const beginValidity = (bucket: ModelBucket, now: number): void => {
  if (bucket.ownValiditySeconds === 0) return;
  bucket.own ??= { from: now, until: now + 1_000 * bucket.ownValiditySeconds };
};

export const progressOf = (price: ModelPrice, { ahead, rated, position }: ModelGroup) => ({
  ahead,
  rated,
  position: price.tierCounter === undefined ? (position ?? 0) : positionOf(price.tierCounter),
});

export const positionOf = ({ counter, period }: Counting): number =>
  counter.periodNumber === period ? Number(counter.value) : 0;
