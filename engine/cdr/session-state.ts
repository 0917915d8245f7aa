// A session's state as Lua packs it (lua/lib/session.lua): what the next message continues from,
// and at the same time the stored answer of the last one.

import { bucketCell } from "../balance/profile.ts";
import { capEntry, notes } from "./journal-numbers.ts";

export type SessionGroup = {
  readonly ratingGroup: number;
  readonly resultCode: number;
  readonly grantedUnit: number;
  readonly validityTime: number;
  readonly finalUnitIndication: boolean;
  /** Of the tariff that priced the group. */
  readonly publication: number;
  /** When the price changes within the grant, s since 1970; 0: it does not. */
  readonly tariffTimeChange: number;
  readonly aheadUnit: number;
  /** Micros rated so far; undefined: the price needs no memory. */
  readonly ratedMicros: number | undefined;
  /** Units so far in the session; undefined: the price does not run over them. */
  readonly positionUnit: number | undefined;
  readonly holds: readonly { readonly cell: number; readonly amount: number }[];
  /** Reserved under caps, by slot of the counter's state. */
  readonly underCaps: readonly { readonly slot: number; readonly amount: number }[];
};

export type SessionState = {
  readonly sequence: number;
  readonly fingerprint: number;
  readonly deadline: number;
  /** Number of the peer that sent the last message (peer-numbers.ts); 0: not known. */
  readonly peer: number;
  readonly tariffVersion: number;
  readonly cost: number;
  readonly groups: readonly SessionGroup[];
};

/** Other entries of a group are notes of its price, or stand under a cap. */
export const isHold = (cell: number): boolean => cell >= bucketCell(0) && cell < capEntry;

const groupsAt = 35;
const holdLength = 9;
const groupLength = 36;

export const readSessionState = (bytes: Buffer): SessionState => {
  const groups: SessionGroup[] = [];
  let at = groupsAt;
  for (let i = 0; i < bytes[groupsAt - 1]!; i++) {
    groups.push({ ...readGrant(bytes, at), ...readHolds(bytes, at) });
    at += groupLength + holdLength * bytes[at]!;
  }
  return {
    sequence: bytes.readUInt32LE(0),
    fingerprint: bytes.readDoubleLE(8),
    deadline: bytes.readDoubleLE(16),
    peer: bytes.readUInt16LE(24),
    tariffVersion: bytes.readUInt32LE(4),
    cost: readCost(bytes),
    groups,
  };
};

export const readCost = (bytes: Buffer): number => bytes.readDoubleLE(26);

/** What the answer says of one rating group; undefined if the session does not have it. */
export const findGrant = (bytes: Buffer, ratingGroup: number) => {
  let at = groupsAt;
  for (let i = bytes[groupsAt - 1]!; i > 0; i--) {
    if (bytes.readUInt32LE(at + 1) === ratingGroup) return readGrant(bytes, at);
    at += groupLength + holdLength * bytes[at]!;
  }
  return undefined;
};

/** Of those that priced its groups. */
export const newestPublication = (bytes: Buffer): number => {
  let newest = 0;
  let at = groupsAt;
  for (let i = bytes[groupsAt - 1]!; i > 0; i--) {
    newest = Math.max(newest, bytes.readUInt32LE(at + 12));
    at += groupLength + holdLength * bytes[at]!;
  }
  return newest;
};

const readGrant = (bytes: Buffer, at: number) => ({
  ratingGroup: bytes.readUInt32LE(at + 1),
  resultCode: bytes.readUInt16LE(at + 5),
  grantedUnit: bytes.readDoubleLE(at + 20),
  validityTime: bytes.readUInt32LE(at + 7),
  finalUnitIndication: bytes[at + 11] === 1,
  publication: bytes.readUInt32LE(at + 12),
  tariffTimeChange: bytes.readUInt32LE(at + 16),
});

const readHolds = (bytes: Buffer, from: number) => {
  const entries: { cell: number; amount: number }[] = [];
  for (let i = 0; i < bytes[from]!; i++) {
    const at = from + groupLength + holdLength * i;
    entries.push({ cell: bytes.readUInt8(at), amount: bytes.readDoubleLE(at + 1) });
  }
  const note = (cell: number) => entries.find((entry) => entry.cell === cell)?.amount;
  return {
    aheadUnit: bytes.readDoubleLE(from + 28),
    ratedMicros: note(notes.rated),
    positionUnit: note(notes.position),
    holds: entries.filter(({ cell }) => isHold(cell)),
    underCaps: entries
      .filter(({ cell }) => cell >= capEntry)
      .map(({ cell, amount }) => ({ slot: cell - capEntry, amount })),
  };
};
