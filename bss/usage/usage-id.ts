// The id of a usage: its place in the ledger, which never changes: shard, ms since 1970, number of
// the entry in that ms, place in the entry, as `0-1763800000000-0-3`.

import { journalIdOf, journalPositionAt, positionOf, type RecordPlace } from "../ledger/index.ts";

const pattern = /^(\d{1,4})-(\d{1,13}-\d{1,7})-(\d{1,4})$/;
const shardMax = 16_383;
const placeMax = 4_095;

export const usageIdOf = ({ shard, entry, place }: RecordPlace): string =>
  `${shard}-${journalIdOf(entry)}-${place}`;

/** Undefined: no usage can have it. */
export const placeOf = (id: string): RecordPlace | undefined => {
  const [, shard, journalId, place] = pattern.exec(id) ?? [];
  if (journalId === undefined || Number(shard) > shardMax || Number(place) > placeMax) {
    return undefined;
  }
  try {
    return { shard: Number(shard), entry: positionOf(journalId), place: Number(place) };
  } catch {
    return undefined;
  }
};

/** Behind everything that happened up to `moment`, ms since 1970. */
export const endOf = (moment: number): RecordPlace => ({
  ...{ entry: journalPositionAt(moment), shard: 0, place: 0 },
});
