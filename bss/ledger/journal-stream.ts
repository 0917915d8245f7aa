// The journals of an installation, read from Redis: the business side knows nothing of Redis but
// these streams. What is read is held against how far the ledger is, so that a journal that lost
// entries, or went on after a crash without some that the ledger has, is never taken for whole.

import { Cluster, Redis } from "ioredis";
import type { JournalEntry } from "../../engine/cdr/journal-entry.ts";
import { installationFields, installationKey, journalKey } from "../../engine/cdr/journal-keys.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";
import { type JournalPosition, journalBegin, journalIdOf } from "./journal-position.ts";

export type Installation = { readonly id: string; readonly shards: number };

/** How far the ledger is: up to which entry, and how many there were up to there. */
export type Committed = { readonly entry: JournalPosition; readonly entries: number };

export type JournalStream = {
  /** Undefined: no engine has started on this Redis yet, or it is being rebuilt. */
  installation(): Promise<Installation | undefined>;
  /**
   * The entries behind `committed`, at most `count`, as long as it is that installation's Redis.
   * The error is one line for the operator.
   */
  read(
    journal: { readonly shard: number; readonly installation: string },
    committed: Committed,
    count: number,
  ): Promise<Result<readonly JournalEntry[], string>>;
  /** Lets go of entries before that; Redis frees whole nodes of the stream, some may stay. */
  trim(shard: number, before: JournalPosition): Promise<void>;
  close(): void;
};

export type JournalStreamOptions = {
  readonly url: string;
  readonly isCluster: boolean;
  readonly onError: (error: Error) => void;
};

/** Nothing of it changes an account: a read that failed is tried again by whoever wants it. */
export const openJournalStream = ({ url, isCluster, onError }: JournalStreamOptions) => {
  // A Redis that hangs, or a wire that went dead, closes no connection: what is not answered in
  // time has failed, and the connection with it.
  const redisOptions = {
    maxRetriesPerRequest: 1,
    commandTimeout: limits.journalReadMsMax,
    socketTimeout: limits.journalReadMsMax,
  };
  const client = isCluster ? new Cluster([url], { redisOptions }) : new Redis(url, redisOptions);
  client.on("error", onError);
  const call = (command: string, ...args: (string | number)[]): Promise<unknown> =>
    client.callBuffer(command, ...args);

  const stream: JournalStream = {
    installation: async () => {
      const read = (await call("HMGET", installationKey, ...installationFields)) as Buffer[];
      const [id, shards] = read.map((value) => value?.toString("latin1"));
      if (id === undefined || shards === undefined) return undefined;
      return { id, shards: Number(shards) };
    },
    read: async ({ shard, installation }, committed, count) => {
      const key = journalKey(shard);
      // From the last committed entry on, that one included: that it is there tells that nothing
      // between it and the next is missing.
      const from = committed.entry === journalBegin ? "-" : journalIdOf(committed.entry);
      const range = ["XRANGE", key, from, "+", "COUNT", count + 1] as const;
      const entries = call(...range);
      // Whose it was is asked behind that: over one connection it is answered behind that too, the
      // nodes of a Cluster answer when they like.
      if (isCluster) await entries;
      const [read, id] = await Promise.all([entries, call("HGET", installationKey, "id")]);
      const stranger = strangerProblem(shard, installation, id as Buffer | null);
      if (stranger !== undefined) return err(stranger);
      const found = (read as [Buffer, Buffer[]][]).map(([id, fields]) => {
        return { journalId: id.toString("latin1"), fields };
      });
      if (committed.entry !== journalBegin && found[0]?.journalId === from) {
        return ok(found.slice(1));
      }
      const problem = problemOf(shard, committed, await readInfo(call, key));
      return problem === undefined ? ok(found) : err(problem);
    },
    trim: async (shard, before) => {
      await call("XTRIM", journalKey(shard), "MINID", "~", journalIdOf(before));
    },
    close: () => client.disconnect(),
  };
  return stream;
};

/** While a Redis is rebuilt its journals have entries that are no news. */
const strangerProblem = (
  shard: number,
  installation: string,
  id: Buffer | null,
): string | undefined => {
  const where = `journal of shard ${shard}`;
  const known = `the ledger is of installation ${installation}`;
  if (id === null) return `${where}: Redis is empty or being rebuilt, and ${known}`;
  const found = id.toString("latin1");
  return found === installation ? undefined : `${where}: Redis is of ${found} by now, and ${known}`;
};

type StreamInfo = { readonly length: number; readonly added: number; readonly last: string };

/** Undefined: there is no such stream. */
const readInfo = async (
  call: (command: string, ...args: string[]) => Promise<unknown>,
  key: string,
): Promise<StreamInfo | undefined> => {
  const isThere = await call("EXISTS", key);
  if (Number(isThere) === 0) return undefined;
  const flat = (await call("XINFO", "STREAM", key)) as unknown[];
  const field = (name: string) => String(flat[flat.findIndex((at) => String(at) === name) + 1]);
  return {
    length: Number(field("length")),
    added: Number(field("entries-added")),
    last: field("last-generated-id"),
  };
};

/** Entries leave a journal at its head only, so of all that were added the last ones are there. */
const problemOf = (
  shard: number,
  { entry, entries }: Committed,
  info: StreamInfo | undefined,
): string | undefined => {
  const where = `journal of shard ${shard}`;
  const known = `the ledger has ${entries} entries, up to ${journalIdOf(entry)}`;
  if (info === undefined) {
    return entry === journalBegin
      ? undefined
      : `${where}: it is gone from Redis, and ${known}: npm run rebuild`;
  }
  const gone = info.added - info.length;
  if (gone > entries) {
    return `${where}: a gap: its first ${gone} entries are gone from Redis, and ${known}`;
  }
  if (gone < entries) {
    const ends = `it has ${info.added} entries, up to ${info.last}`;
    return `${where}: Redis has lost some: ${ends}, and ${known}: npm run rebuild`;
  }
  return undefined;
};
