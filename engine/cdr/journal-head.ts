// How an entry of a batch begins, for whoever reads one: its version, how much of everything there
// is, whose accounts it is about; and a cursor each to what was asked, said and answered.

import {
  type Cursor,
  expectEnd,
  readDouble,
  readUint8,
  readUint16,
  readUint32,
  skip,
} from "./journal-bytes.ts";
import { batchVersion } from "./journal-numbers.ts";

export type BatchEntry = {
  readonly batch: Buffer;
  readonly accountIds: Buffer;
  readonly said: Buffer;
  /** Entries in transit and ends of answers, as Lua was given them. */
  readonly referred: Buffer | undefined;
  readonly reply: Buffer;
};

/** `asked` stands behind the head. Throws where it is of another version, or not whole. */
export const openBatch = ({ batch, accountIds, said, reply }: BatchEntry) => {
  const asked: Cursor = { bytes: batch, at: 0 };
  const answered: Cursor = { bytes: reply, at: 0 };
  const besides: Cursor = { bytes: said, at: 0 };
  const head = readHead(asked);
  const accounts = accountIds.toString("latin1").split("\n");
  if (accounts.length !== head.accountCount + 1) {
    throw new Error(`${accounts.length - 1} account ids for ${head.accountCount} accounts`);
  }
  return { ...head, accounts, asked, answered, besides };
};

export const expectWhole = ({ asked, answered, besides }: ReturnType<typeof openBatch>): void => {
  expectEnd(asked, "the batch");
  expectEnd(answered, "the reply");
  expectEnd(besides, "what was said");
};

const readHead = (cursor: Cursor) => {
  const version = readUint8(cursor);
  if (version !== batchVersion) {
    throw new Error(`a batch of version ${version}, known is ${batchVersion}`);
  }
  const at = readDouble(cursor);
  skip(cursor, 1);
  const accountCount = readUint16(cursor);
  const planCount = readUint16(cursor);
  const operationCount = readUint16(cursor);
  skip(cursor, 4);
  const dueListCount = readUint16(cursor);
  const switchVersion = readUint32(cursor);
  return { at, accountCount, planCount, operationCount, dueListCount, switchVersion };
};
