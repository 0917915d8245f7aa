// What is kept of a published rate deck beside its rows: enough to check tariffs against it
// without reading them.

import { assert } from "../values/assert.ts";

export type RateDeckRecord = {
  readonly rateDeckId: string;
  /** Counts the decks published under this id, from 1. */
  readonly deckVersion: number;
  /** SHA-256 of the rows, and so where they are (keys.ts). */
  readonly content: string;
  readonly parts: number;
  readonly rows: number;
  /** A publication that is asked for again is known by it. */
  readonly uploadId: string;
  readonly zoneIds: readonly string[];
};

export const writeRateDeckRecord = (record: RateDeckRecord): string => JSON.stringify(record);

/** Only of what `writeRateDeckRecord` wrote. */
export const readRateDeckRecord = (text: string): RateDeckRecord => {
  const record = JSON.parse(text) as RateDeckRecord;
  const { content, deckVersion, zoneIds } = record;
  const isRecord = typeof content === "string" && Number.isInteger(deckVersion);
  assert(isRecord && Array.isArray(zoneIds), "the record of a rate deck");
  return record;
};
