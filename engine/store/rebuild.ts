// A Redis that is rebuilt from the journal (replay.ts): what it is rebuilt as, how far it is, and
// what stands in no journal and is made from the accounts at the end. Whoever dies at it, another
// one goes on behind what was carried out and compared; what was only carried out is in the new
// journal, and is compared then.

import { installationFields } from "../cdr/journal-keys.ts";
import { limits } from "../limits.ts";
import { err, ok, type Result } from "../values/result.ts";
import { readAccountValue } from "./account-value.ts";
import type { Store } from "./connection.ts";
import { readStreamInfo } from "./journal.ts";
import { accountOf, keys } from "./keys.ts";
import { accountLayout } from "./lua-constants.ts";
import { createProfiles, identifierPlace } from "./profiles.ts";
import { publicationChannel } from "./tariffs.ts";
import { walk } from "./walk.ts";

export type Rebuild = {
  /** What it will be known by, and whose journal it is rebuilt from. */
  readonly installation: string;
  readonly from: string;
  readonly shards: number;
  /** Of the last entry; "" where all are. */
  readonly until: string;
  /** Of the snapshot that it begins with; "" where it begins at the beginning. */
  readonly snapshot: string;
};

const fields = ["installation", "from", "shards", "until", "snapshot"] as const;

export type OpenRebuild = Rebuild & { readonly isGoingOn: boolean };

/**
 * Begins, or goes on where the same was begun: then with the installation and the snapshot of
 * then. The error is one line for the operator.
 */
export const openRebuild = async (
  store: Store,
  wanted: Rebuild,
): Promise<Result<OpenRebuild, string>> => {
  const known = (await store.call("HMGET", keys.rebuild, ...fields)) as (Buffer | null)[];
  if (known[0] !== null) {
    const [installation, from, shards, until, snapshot] = known.map(String) as Known;
    const isSame =
      from === wanted.from && shards === String(wanted.shards) && until === wanted.until;
    if (!isSame) return err("another rebuild was begun here: --wipe begins anew");
    const failed = (await store.call("HGET", keys.rebuild, "failed")) as Buffer | null;
    if (failed !== null) return err(`${failed}: this Redis is spoilt, --wipe begins anew`);
    return ok({ ...wanted, installation, snapshot, isGoingOn: true });
  }
  for (const node of store.nodes()) {
    const count = Number(await store.callNode(node, "DBSIZE"));
    if (count > 0) return err(`this Redis is not empty (${count} keys): --wipe deletes them`);
  }
  const values = fields.flatMap((field) => [field, String(wanted[field])]);
  await store.call("HSET", keys.rebuild, ...values);
  return ok({ ...wanted, isGoingOn: false });
};

/** The error: engines have subscribed to what is published, on one of the nodes. */
export const checkNoEngines = async (store: Store): Promise<Result<void, string>> => {
  for (const node of store.nodes()) {
    const reply = await store.callNode(node, "PUBSUB", "NUMSUB", publicationChannel);
    if (Number((reply as unknown[])[1]) > 0) {
      return err("engines run on this Redis: stop them first");
    }
  }
  return ok(undefined);
};

type Known = [string, string, string, string, string];

/** Pages of the snapshot that are restored; "all": and the journals begin behind it. */
export const readRestored = async (store: Store): Promise<number | "all"> => {
  const restored = (await store.call("HGET", keys.rebuild, "restored")) as Buffer | null;
  return String(restored) === "all" ? "all" : Number(restored ?? 0);
};

export const noteRestored = (store: Store, restored: number | "all"): Promise<unknown> =>
  store.call("HSET", keys.rebuild, "restored", String(restored));

/** What of a shard was carried out and compared, by the ids of the old journal. */
export const readReplayed = async (
  store: Store,
  shard: number,
): Promise<JournalEnd | undefined> => {
  const known = (await store.call("HGET", keys.rebuild, `shard:${shard}`)) as Buffer | null;
  const [last, entries] = known?.toString().split(" ") ?? [];
  return entries === undefined ? undefined : { shard, last: last!, entries: Number(entries) };
};

export const noteReplayed = (
  store: Store,
  { shard, last, entries }: JournalEnd,
): Promise<unknown> => store.call("HSET", keys.rebuild, `shard:${shard}`, `${last} ${entries}`);

/** What came out otherwise stays so: it can only be begun anew. */
export const noteSpoilt = (store: Store, problem: string): Promise<unknown> =>
  store.call("HSET", keys.rebuild, "failed", problem);

/** Where a shard's journal goes on, and how many entries it had up to there. */
export type JournalEnd = {
  readonly shard: number;
  readonly last: string;
  readonly entries: number;
};

/** While it is rebuilt: how many entries were carried out, by an id of now. */
export const readJournalEnd = async (store: Store, shard: number): Promise<JournalEnd> => {
  const { last, added } = await readStreamInfo(store.call, shard);
  return { shard, last, entries: added };
};

/** An empty journal, as one is from which all up to `last` is gone. May be repeated. */
export const beginJournal = async (
  store: Store,
  { shard, last, entries }: JournalEnd,
): Promise<void> => {
  const journal = keys.journal(shard);
  await store.call("XGROUP", "CREATE", journal, "rebuild", "0", "MKSTREAM").catch(ifBusy);
  await store.call("XGROUP", "DESTROY", journal, "rebuild");
  await endJournalAt(store, { shard, last, entries });
};

const ifBusy = (error: Error) => {
  if (!error.message.startsWith("BUSYGROUP")) throw error;
};

const endJournalAt = (store: Store, { shard, last, entries }: JournalEnd): Promise<unknown> => {
  const set = ["ENTRIESADDED", entries, "MAXDELETEDID", last] as const;
  return store.call("XSETID", keys.journal(shard), last, ...set);
};

/**
 * When all entries are carried out; may be repeated. `onPage` hears how many accounts it has. The
 * error: somebody else has written to this Redis.
 */
export const finishRebuild = async (
  store: Store,
  { installation, shards }: Rebuild,
  ends: readonly JournalEnd[],
  onPage: (accounts: number) => void,
): Promise<Result<void, string>> => {
  const alone = await checkAlone(store, ends);
  if (!alone.isOk) return alone;
  for (const pattern of [keys.deadlinesPattern, keys.noticesPattern]) await drop(store, pattern);
  const profiles = createProfiles(store, shards);
  const oldest = new Map<number, number>();
  let accounts = 0;
  await walkAll(store, keys.accountPattern, async (found) => {
    await Promise.all(
      found.map(async (key) => {
        const account = accountOf(key);
        if (account === undefined) return;
        accounts++;
        await putDown(store, account, (await store.call("GET", key)) as Buffer, oldest);
        const profile = await profiles.glance(account.accountId);
        for (const identifier of profile?.profile.subscriberIdentifiers ?? []) {
          const place = identifierPlace(identifier, shards);
          await store.call("HSET", place.key, identifier, account.accountId);
        }
      }),
    );
    onPage(accounts);
  });
  for (const [shard, interval] of oldest) {
    await store.call("HSET", keys.sweep(shard), "interval", interval);
  }
  await walkAll(store, keys.uploadPattern, async (found) => {
    const expire = (key: string) => store.call("PEXPIRE", key, limits.rateDeckUploadKeptMs);
    await Promise.all(found.map(expire));
  });
  for (const end of ends) {
    await store.call("XTRIM", keys.journal(end.shard), "MAXLEN", 0);
    if (end.entries > 0) await endJournalAt(store, end);
  }
  const known = { id: installation, shards: String(shards), accountLayout: String(accountLayout) };
  const pairs = installationFields.flatMap((field) => [field, known[field]]);
  await store.call("HSET", keys.installation, ...pairs);
  await store.call("DEL", keys.rebuild);
  return ok(undefined);
};

/** What an engine or anybody else charged meanwhile would be lost, and what is there wrong. */
const checkAlone = async (
  store: Store,
  ends: readonly JournalEnd[],
): Promise<Result<void, string>> => {
  const engines = await checkNoEngines(store);
  if (!engines.isOk) return engines;
  for (const { shard, entries } of ends) {
    const there = (await readJournalEnd(store, shard)).entries;
    if (there === entries) continue;
    const problem = `journal of shard ${shard}: ${there} entries in place of ${entries}`;
    await noteSpoilt(store, `${problem}, somebody else writes to it`);
    return err(`${problem}: somebody else writes to it; --wipe begins anew`);
  }
  return ok(undefined);
};

/**
 * Its open sessions, into the lists by which they are closed when nobody goes on with them; and
 * from which interval on they have to be looked for.
 */
const putDown = async (
  store: Store,
  { shard, accountId }: { readonly shard: number; readonly accountId: string },
  value: Buffer,
  oldest: Map<number, number>,
): Promise<void> => {
  for (const [id, { deadline }] of readAccountValue(value).sessions) {
    const interval = Math.floor(deadline / limits.deadlineIntervalMs);
    oldest.set(shard, Math.min(interval, oldest.get(shard) ?? interval));
    await store.call("RPUSH", keys.deadlines(shard, interval), `${accountId} ${id}`);
  }
};

const drop = (store: Store, pattern: string): Promise<void> =>
  walkAll(store, pattern, async (found) => {
    await Promise.all(found.map((key) => store.call("UNLINK", key)));
  });

/** Every key that there is all the while, at least once. */
const walkAll = async (
  store: Store,
  pattern: string,
  onPage: (found: readonly string[]) => Promise<void>,
): Promise<void> => {
  let place = "";
  do {
    const { found, next } = await walk(store, place, pattern, limits.rebuildKeysPerPage);
    await onPage([...new Set(found)]);
    place = next;
  } while (place !== "");
};

/** Everything of a Tollgate, and nothing else. */
export const wipe = (store: Store, onPage: (keys: number) => void): Promise<void> => {
  let deleted = 0;
  return walkAll(store, "{*}:*", async (found) => {
    await Promise.all(found.map((key) => store.call("UNLINK", key)));
    deleted += found.length;
    onPage(deleted);
  });
};
