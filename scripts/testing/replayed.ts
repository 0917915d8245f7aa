// What a journal leads to on another Redis, as an expectation: all that there was, octet for octet.

import type { Redis } from "ioredis";
import { expect } from "vitest";
import { journalStart } from "../../engine/cdr/journal-entry.ts";
import { openStore, type Store } from "../../engine/store/connection.ts";
import { readPage } from "../../engine/store/journal.ts";
import { createProfiles } from "../../engine/store/profiles.ts";
import { checkReplayed, type Replay, replayEntries } from "../../engine/store/replay.ts";

/** Made anew in another way, or of no meaning later: see scripts/rebuild. */
const others = /:(?:journal|deadlines:|notices|identifiers:|installation|patrol|rebuild:)/;

/** By key, what it has, in an order of its own. */
export const contentsOf = async (client: Redis): Promise<ReadonlyMap<string, unknown>> => {
  const contents = new Map<string, unknown>();
  for (const key of (await client.keys("*")).filter((name) => !others.test(name)).toSorted()) {
    const isHash = (await client.type(key)) === "hash";
    const value = isHash ? await client.hgetallBuffer(key) : await client.getBuffer(key);
    if (isHash && key.endsWith(":sweep")) delete (value as Record<string, Buffer>)["interval"];
    if (isHash && Object.keys(value as object).length === 0) continue;
    contents.set(key, textOf(value));
  }
  return contents;
};

const textOf = (value: unknown): unknown => {
  if (Buffer.isBuffer(value)) return value.toString("latin1");
  return Object.fromEntries(
    Object.entries(value as Record<string, Buffer>)
      .map(([field, octets]) => [field, octets.toString("latin1")])
      .toSorted(),
  );
};

export const expectReplayed = async (
  from: Pick<Store, "journal">,
  client: Redis,
  { url, client: other }: { readonly url: string; readonly client: Redis },
  shards = 1,
): Promise<void> => {
  await other.flushall();
  const onError = () => undefined;
  const store = await openStore({ url, isCluster: false, onError });
  try {
    await store.load();
    const readProfile = createProfiles(store, shards).read;
    for (let shard = 0; shard < shards; shard++) {
      await expectReplayedShard(from, { store, shard, readProfile });
    }
    expect(await contentsOf(other)).toEqual(await contentsOf(client));
  } finally {
    await store.close();
  }
};

const expectReplayedShard = async (from: Pick<Store, "journal">, replay: Replay) => {
  const good = { isOk: true, value: undefined };
  for (let after = journalStart; ; ) {
    const entries = await readPage(from, replay.shard, { after, until: "+" });
    if (entries.length === 0) return;
    expect(await replayEntries(replay, entries)).toEqual(good);
    expect(await checkReplayed(replay, entries, entries.length)).toEqual(good);
    after = entries.at(-1)!.journalId;
  }
};
