// A Redis that is rebuilt from the journal (replay.ts): what it is rebuilt as, how far it is, and
// what stands in no journal and is made from the accounts at the end. Whoever dies at it, another
// one goes on: how many entries of a shard were carried out is counted by the new journal itself.

import { installationFields } from "../cdr/journal-keys.ts";
import { limits } from "../limits.ts";
import { err, ok, type Result } from "../values/result.ts";
import { readAccountValue } from "./account-value.ts";
import type { Store } from "./connection.ts";
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
};

const fields = ["installation", "from", "shards", "until"] as const;

/** Begins, or goes on where the same was begun. The error is one line for the operator. */
export const openRebuild = async (
  store: Store,
  wanted: Rebuild,
): Promise<Result<"begun" | "goesOn", string>> => {
  const [listeners] = (
    (await store.call("PUBSUB", "NUMSUB", publicationChannel)) as unknown[]
  ).slice(1);
  if (Number(listeners) > 0) return err("engines run on this Redis: stop them first");
  const known = (await store.call("HMGET", keys.rebuild, ...fields)) as (Buffer | null)[];
  if (known[0] !== null) {
    const [, from, shards, until] = known.map(String);
    const isSame =
      from === wanted.from && shards === String(wanted.shards) && until === wanted.until;
    return isSame ? ok("goesOn") : err("another rebuild was begun here: --wipe begins anew");
  }
  for (const node of store.nodes()) {
    const count = Number(await store.callNode(node, "DBSIZE"));
    if (count > 0) return err(`this Redis is not empty (${count} keys): --wipe deletes them`);
  }
  const values = fields.flatMap((field) => [field, String(wanted[field])]);
  await store.call("HSET", keys.rebuild, ...values);
  return ok("begun");
};

/** What it was begun as; an id that was made up then stays the same. */
export const readRebuildInstallation = async (store: Store): Promise<string> =>
  String(await store.call("HGET", keys.rebuild, "installation"));

/** Entries of the shard that were carried out. */
export const countReplayed = async (store: Store, shard: number): Promise<number> => {
  if (Number(await store.call("EXISTS", keys.journal(shard))) === 0) return 0;
  const info = (await store.call("XINFO", "STREAM", keys.journal(shard))) as unknown[];
  return Number(info[info.findIndex((at) => String(at) === "entries-added") + 1]);
};

/** Where each shard's journal goes on. */
export type JournalEnd = {
  readonly shard: number;
  readonly last: string;
  readonly entries: number;
};

/** When all entries are carried out; may be repeated. `onPage` hears how many accounts it has. */
export const finishRebuild = async (
  store: Store,
  { installation, shards }: Rebuild,
  ends: readonly JournalEnd[],
  onPage: (accounts: number) => void,
): Promise<void> => {
  for (const pattern of [keys.deadlinesPattern, keys.noticesPattern]) await drop(store, pattern);
  const profiles = createProfiles(store, shards);
  let accounts = 0;
  await walkAll(store, keys.accountPattern, async (found) => {
    await Promise.all(
      found.map(async (key) => {
        const account = accountOf(key);
        if (account === undefined) return;
        accounts++;
        await putDown(store, account, (await store.call("GET", key)) as Buffer);
        const profile = await profiles.glance(account.accountId);
        for (const identifier of profile?.profile.subscriberIdentifiers ?? []) {
          const place = identifierPlace(identifier, shards);
          await store.call("HSET", place.key, identifier, account.accountId);
        }
      }),
    );
    onPage(accounts);
  });
  for (const { shard, last, entries } of ends) {
    if (entries === 0) continue;
    const set = [keys.journal(shard), last, "ENTRIESADDED", entries, "MAXDELETEDID", last] as const;
    await store.call("XSETID", ...set);
  }
  const known = { id: installation, shards: String(shards), accountLayout: String(accountLayout) };
  const pairs = installationFields.flatMap((field) => [field, known[field]]);
  await store.call("HSET", keys.installation, ...pairs);
  await store.call("DEL", keys.rebuild);
};

/** Its open sessions, into the lists by which they are closed when nobody goes on with them. */
const putDown = async (
  store: Store,
  { shard, accountId }: { readonly shard: number; readonly accountId: string },
  value: Buffer,
): Promise<void> => {
  for (const [id, { deadline }] of readAccountValue(value).sessions) {
    const interval = Math.floor(deadline / limits.deadlineIntervalMs);
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
