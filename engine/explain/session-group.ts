// A rating group of a session while a message is replayed on it; from and to its state as the
// journal has it (store/session-state.ts).

import { capEntry } from "../cdr/journal-numbers.ts";
import type { SessionGroup } from "../cdr/session-state.ts";

/** A hold in a bucket, or from `capEntry` on what is reserved under a cap. */
export type Hold = { readonly cell: number; amount: number };

export type Group = {
  readonly ratingGroup: number;
  code: number;
  granted: number;
  validityTime: number;
  isFinal: boolean;
  publication: number;
  change: number;
  ahead: number;
  rated: number | undefined;
  position: number | undefined;
  holds: Hold[];
  isReleased: boolean;
  /** Used of it, by this message. */
  spent: number;
};

export const newGroup = (ratingGroup: number): Group => ({
  ratingGroup,
  code: 0,
  granted: 0,
  validityTime: 0,
  isFinal: false,
  publication: 0,
  change: 0,
  ahead: 0,
  rated: undefined,
  position: undefined,
  holds: [],
  isReleased: false,
  spent: 0,
});

export const groupOf = (state: SessionGroup): Group => ({
  ratingGroup: state.ratingGroup,
  code: state.resultCode,
  granted: state.grantedUnit,
  validityTime: state.validityTime,
  isFinal: state.finalUnitIndication,
  publication: state.publication,
  change: state.tariffTimeChange,
  ahead: state.aheadUnit,
  rated: state.ratedMicros,
  position: state.positionUnit,
  holds: [
    ...state.holds.map((hold) => ({ ...hold })),
    ...state.underCaps.map(({ slot, amount }) => ({ cell: capEntry + slot, amount })),
  ],
  isReleased: false,
  spent: 0,
});

export const stateOf = (group: Group): SessionGroup => ({
  ratingGroup: group.ratingGroup,
  resultCode: group.code,
  grantedUnit: group.granted,
  validityTime: group.validityTime,
  finalUnitIndication: group.isFinal,
  publication: group.publication,
  tariffTimeChange: group.change,
  aheadUnit: group.ahead,
  ratedMicros: group.rated,
  positionUnit: group.position,
  holds: group.holds.filter(({ cell }) => cell < capEntry),
  underCaps: group.holds
    .filter(({ cell }) => cell >= capEntry)
    .map(({ cell, amount }) => ({ slot: cell - capEntry, amount })),
});
