// An entry of the journal as the stream has it, read as records: what a batch did, a profile that
// was put, sessions that were closed because nobody continued them. What was refused or merely
// repeated changed nothing and is no record. An entry that cannot be read whole is an error that
// names it, never a wrong number.

import { type Wire, wireToProfile } from "../balance/profile-wire.ts";
import { err, ok, type Result } from "../values/result.ts";
import { readBatchEntry } from "./journal-batch.ts";
import { readExpiryEntry } from "./journal-expiry.ts";
import type { BatchEntry } from "./journal-head.ts";
import type { JournalRecord } from "./journal-record.ts";

/** As Redis keeps it: names and values of the fields take turns. */
export type JournalEntry = { readonly journalId: string; readonly fields: readonly Buffer[] };

/** MessagePack, which profiles are kept in, is not of the pure core. */
export type Unpack = (bytes: Buffer) => unknown;

export const journalStart = "0-0";

/** The error is one line that names the entry. Refusals are records with a code of their own. */
export const readJournalEntry = (
  shard: number,
  entry: JournalEntry,
  unpack: Unpack,
  areRefusalsRead = false,
): Result<readonly JournalRecord[], string> => {
  try {
    return ok(recordsOf(entry, unpack, areRefusalsRead));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`journal of shard ${shard}, entry ${entry.journalId}: ${reason}`);
  }
};

const recordsOf = (
  { journalId, fields }: JournalEntry,
  unpack: Unpack,
  areRefusalsRead: boolean,
): readonly JournalRecord[] => {
  const kind = fields[0]?.toString("latin1");
  if (kind === "q") {
    return readBatchEntry(journalId, batchFields(fields), areRefusalsRead);
  }
  if (kind === "p") {
    const [profile, accountId, at] = valuesOf(fields, ["p", "k", "t"]);
    const id = accountId!.toString("latin1");
    const stamp = { journalId, at: readTime(at!), accountId: id };
    const read = wireToProfile(id, unpack(profile!) as Wire);
    return [{ ...stamp, verb: "putAccount", profile: read }];
  }
  if (kind === "x") {
    const [records, at] = valuesOf(fields, ["x", "t"]);
    return readExpiryEntry(journalId, records!, readTime(at!));
  }
  if (kind !== undefined && kind in otherKinds) {
    valuesOf(fields, otherKinds[kind as keyof typeof otherKinds]);
    return [];
  }
  throw new Error(`an entry that begins with field "${kind}" is of no known kind`);
};

/**
 * What changes no account, but what a rebuilt Redis needs: answers turned over, a tariff, a part of
 * a rate deck and the deck that they become, the number of a network element. Their fields.
 */
export const otherKinds = {
  r: ["r", "i", "t"],
  t: ["t", "i"],
  u: ["u", "n", "l", "c"],
  d: ["d", "i", "u", "c", "v", "n"],
  n: ["n"],
} as const;

/** `referred` is there where operations refer to more than their groups say. */
export const batchFields = (fields: readonly Buffer[]): BatchEntry => {
  const isReferring = fields.length === 10;
  const names = isReferring ? ["q", "k", "s", "e", "a"] : ["q", "k", "s", "a"];
  const [batch, accountIds, said, fourth, fifth] = valuesOf(fields, names);
  const parts = { batch: batch!, accountIds: accountIds!, said: said! };
  return isReferring
    ? { ...parts, referred: fourth!, reply: fifth! }
    : { ...parts, referred: undefined, reply: fourth! };
};

/** Of the fields with these names, and no others. */
export const valuesOf = (
  fields: readonly Buffer[],
  names: readonly string[],
): readonly Buffer[] => {
  const found = fields.filter((_, index) => index % 2 === 0).map((name) => name.toString("latin1"));
  if (fields.length !== 2 * names.length || found.join() !== names.join()) {
    throw new Error(`fields ${names.join()} were expected, these are ${found.join()}`);
  }
  return fields.filter((_, index) => index % 2 === 1);
};

const readTime = (text: Buffer): number => {
  const at = Number(text.toString("latin1"));
  if (text.length === 0 || !Number.isSafeInteger(at)) throw new Error("its time is no number");
  return at;
};
