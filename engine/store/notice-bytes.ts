// A notice as Lua keeps it (lua/lib/notices.lua says how).

import { type NoticeKind, noticeKinds, notices } from "../protocol/operations.ts";
import { assert } from "../values/assert.ts";

export type WaitingNotice = {
  readonly noticeId: string;
  readonly kind: NoticeKind;
  /** Number of the peer that it is for (peer-numbers.ts). */
  readonly peer: number;
  readonly sent: number;
  /** When it was decided, ms since 1970. */
  readonly at: number;
  readonly accountId: string;
  readonly sessionId: string;
  readonly reason: string;
  /** Empty: all. */
  readonly ratingGroups: readonly number[];
};

const entryAt = 14;

export const readNotice = (noticeId: string, record: Buffer): WaitingNotice => {
  const kind = noticeKinds.find((one) => notices[one].number === record[0]);
  assert(kind !== undefined, `a notice of a known kind, not ${record[0]}`);
  const entryEnd = entryAt + record.readUInt16LE(entryAt - 2);
  const [accountId = "", sessionId = ""] = record.toString("latin1", entryAt, entryEnd).split(" ");
  const reasonEnd = entryEnd + 1 + record[entryEnd]!;
  const ratingGroups: number[] = [];
  for (let at = reasonEnd; at < record.length; at += 4) ratingGroups.push(record.readUInt32LE(at));
  return {
    noticeId,
    kind,
    peer: record.readUInt16LE(1),
    sent: record[3]!,
    at: record.readDoubleLE(4),
    accountId,
    sessionId,
    reason: record.toString("latin1", entryEnd + 1, reasonEnd),
    ratingGroups,
  };
};
