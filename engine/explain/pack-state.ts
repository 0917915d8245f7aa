// A session's state as lua/lib/session.lua packs it, so that it can be compared with the journal to
// the last octet.

import { capEntry, notes } from "../cdr/journal-numbers.ts";
import type { SessionGroup, SessionState } from "../cdr/session-state.ts";

type Entry = { readonly cell: number; readonly amount: number };

const headLength = 35;
const groupLength = 36;
const entryLength = 9;

export const packState = (state: SessionState): Buffer => {
  const head = Buffer.alloc(headLength);
  let at = head.writeUInt32LE(state.sequence, 0);
  at = head.writeUInt32LE(state.tariffVersion, at);
  at = head.writeDoubleLE(state.fingerprint, at);
  at = head.writeDoubleLE(state.deadline, at);
  at = head.writeUInt16LE(state.peer, at);
  at = head.writeDoubleLE(state.cost, at);
  head.writeUInt8(state.groups.length, at);
  return Buffer.concat([head, ...state.groups.map(packGroup)]);
};

/** Notes come first, what is reserved under caps last. */
const entriesOf = (group: SessionGroup): readonly Entry[] => [
  ...noteOf(notes.rated, group.ratedMicros),
  ...noteOf(notes.position, group.positionUnit),
  ...group.holds,
  ...group.underCaps.map(({ slot, amount }) => ({ cell: capEntry + slot, amount })),
];

const noteOf = (cell: number, amount: number | undefined): readonly Entry[] =>
  amount === undefined ? [] : [{ cell, amount }];

const packGroup = (group: SessionGroup): Buffer => {
  const entries = entriesOf(group);
  const bytes = Buffer.alloc(groupLength + entryLength * entries.length);
  let at = bytes.writeUInt8(entries.length, 0);
  at = bytes.writeUInt32LE(group.ratingGroup, at);
  at = bytes.writeUInt16LE(group.resultCode, at);
  at = bytes.writeUInt32LE(group.validityTime, at);
  at = bytes.writeUInt8(group.finalUnitIndication ? 1 : 0, at);
  at = bytes.writeUInt32LE(group.publication, at);
  at = bytes.writeUInt32LE(group.tariffTimeChange, at);
  at = bytes.writeDoubleLE(group.grantedUnit, at);
  at = bytes.writeDoubleLE(group.aheadUnit, at);
  for (const { cell, amount } of entries) {
    at = bytes.writeUInt8(cell, at);
    at = bytes.writeDoubleLE(amount, at);
  }
  return bytes;
};
