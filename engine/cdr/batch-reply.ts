// Reads the reply of a batch (lua/lib/reply.lua) and the answers in it. The journal keeps the same
// octets, so audit and rebuild read with this too.

export type BucketChange = {
  readonly cell: number;
  readonly remainingBefore: number;
  readonly reservedBefore: number;
  readonly remainingAfter: number;
  readonly reservedAfter: number;
};

export type OperationReply = {
  readonly code: number;
  readonly changes: readonly BucketChange[];
  readonly remarks: readonly Remark[];
  readonly answer: Buffer;
};

/** `kind` is one of lua-constants.ts, which says what the numbers are. */
export type Remark = { readonly kind: number; readonly where: number; readonly much: number };

const headLength = 6;
const changeLength = 33;
export const remarkLength = 13;

export const readCode = (reply: Buffer, at: number): number => reply.readUInt16LE(at);

/** Where the answer of the operation at `at` begins; its length is `readAnswerLength`. */
export const answerAt = (reply: Buffer, at: number): number =>
  at + headLength + changeLength * reply[at + 2]! + remarkLength * reply[at + 3]!;

export const readAnswerLength = (reply: Buffer, at: number): number => reply.readUInt16LE(at + 4);

export const hasRemarks = (reply: Buffer, at: number): boolean => reply[at + 3]! > 0;

/** Of the operation at `at`; few have any. */
export const remarksAt = (reply: Buffer, at: number): readonly Remark[] =>
  readRemarks(reply, at + headLength + changeLength * reply[at + 2]!, reply[at + 3]!);

export const readReply = (reply: Buffer): OperationReply[] => {
  const operations: OperationReply[] = [];
  let at = 0;
  while (at < reply.length) {
    const from = answerAt(reply, at);
    const end = from + readAnswerLength(reply, at);
    operations.push({
      code: readCode(reply, at),
      changes: readChanges(reply, at + headLength, reply[at + 2]!),
      remarks: readRemarks(reply, at + headLength + changeLength * reply[at + 2]!, reply[at + 3]!),
      answer: reply.subarray(from, end),
    });
    at = end;
  }
  return operations;
};

export const readChanges = (bytes: Buffer, from: number, count: number): BucketChange[] => {
  const changes: BucketChange[] = [];
  for (let at = from; at < from + count * changeLength; at += changeLength) {
    changes.push({
      cell: bytes.readUInt8(at),
      remainingBefore: bytes.readDoubleLE(at + 1),
      reservedBefore: bytes.readDoubleLE(at + 9),
      remainingAfter: bytes.readDoubleLE(at + 17),
      reservedAfter: bytes.readDoubleLE(at + 25),
    });
  }
  return changes;
};

export const readRemarks = (bytes: Buffer, from: number, count: number): Remark[] => {
  const remarks: Remark[] = [];
  for (let at = from; at < from + count * remarkLength; at += remarkLength) {
    const kind = bytes.readUInt8(at);
    remarks.push({ kind, where: bytes.readUInt32LE(at + 1), much: bytes.readDoubleLE(at + 5) });
  }
  return remarks;
};

/** The answer of what happens once: a cost, or what a bucket holds. */
export const readReplyAmounts = (answer: Buffer): readonly number[] =>
  Array.from({ length: Math.floor(answer.length / 8) }, (_, n) => answer.readDoubleLE(8 * n));
