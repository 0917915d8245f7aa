// The order of rows in the decks that are generated: by digits, so that a prefix stands before
// those that begin with it, and the same on every machine.

import type { RateDeckRow } from "../../engine/rating/rate-deck.ts";

export const byPrefix = (one: RateDeckRow, other: RateDeckRow): number => {
  if (one.prefix === other.prefix) return 0;
  return one.prefix < other.prefix ? -1 : 1;
};
