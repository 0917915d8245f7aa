// A session's state as Lua packs it (lua/lib/session.lua): what the next message continues from,
// and at the same time the stored answer of the last one.

export type SessionGroup = {
  readonly ratingGroup: number;
  readonly resultCode: number;
  readonly grantedUnit: number;
  readonly validityTime: number;
  readonly finalUnitIndication: boolean;
  readonly aheadUnit: number;
  readonly holds: readonly { readonly cell: number; readonly amount: number }[];
};

export type SessionState = {
  readonly sequence: number;
  readonly fingerprint: number;
  readonly deadline: number;
  readonly tariffVersion: number;
  readonly cost: number;
  readonly groups: readonly SessionGroup[];
};

const groupsAt = 33;
const holdLength = 9;
const groupLength = 28;

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
    tariffVersion: bytes.readUInt32LE(4),
    cost: readCost(bytes),
    groups,
  };
};

export const readCost = (bytes: Buffer): number => bytes.readDoubleLE(24);

/** What the answer says of one rating group; undefined if the session does not have it. */
export const findGrant = (bytes: Buffer, ratingGroup: number) => {
  let at = groupsAt;
  for (let i = bytes[groupsAt - 1]!; i > 0; i--) {
    if (bytes.readUInt32LE(at + 1) === ratingGroup) return readGrant(bytes, at);
    at += groupLength + holdLength * bytes[at]!;
  }
  return undefined;
};

const readGrant = (bytes: Buffer, at: number) => ({
  ratingGroup: bytes.readUInt32LE(at + 1),
  resultCode: bytes.readUInt16LE(at + 5),
  grantedUnit: bytes.readDoubleLE(at + 12),
  validityTime: bytes.readUInt32LE(at + 7),
  finalUnitIndication: bytes[at + 11] === 1,
});

const readHolds = (bytes: Buffer, from: number) => {
  const holds: { cell: number; amount: number }[] = [];
  for (let i = 0; i < bytes[from]!; i++) {
    const at = from + groupLength + holdLength * i;
    holds.push({ cell: bytes.readUInt8(at), amount: bytes.readDoubleLE(at + 1) });
  }
  return { aheadUnit: bytes.readDoubleLE(from + 20), holds };
};
