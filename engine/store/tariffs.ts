// What was published, tariffs and rate decks: documents in Redis by version, compiled in memory. A
// version counts all publications of the installation; every engine hears of a new one at once and
// asks each second besides, because a message of Redis' pub/sub may be lost.

import { limits } from "../limits.ts";
import type { CompiledRatingGroup } from "../rating/compiled-tariff.ts";
import { parseTariff } from "../rating/parse-tariff.ts";
import type { PublishedTariff } from "../session/price-plan.ts";
import { assert } from "../values/assert.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { readRateDeckRecord } from "./rate-deck-record.ts";
import { createRateDecks, type RateDecks } from "./rate-decks.ts";

export type Tariffs = Awaited<ReturnType<typeof openTariffs>>;

/** Where engines hear of publications. */
export const publicationChannel = "tollgate:tariffs";

type Shelf = {
  readonly store: Store;
  readonly rateDecks: RateDecks;
  /** Another map from each publication on that open sessions switch to: plans are kept for one. */
  catalogue: Map<string, PublishedTariff[]>;
  /** Read, and not in effect yet. */
  readonly added: PublishedTariff[];
  readonly published: PublishedTariff[];
  /** Rate decks that tariffs name; of others nobody needs the rows. */
  readonly namedDecks: Set<string>;
  /** Versions whose rate decks are compiled here; others are not planned with. */
  readonly ready: Set<number>;
  /** Up to here publications were read; up to `version` they are in effect. */
  readUpTo: number;
  version: number;
  reading: Promise<void> | undefined;
};

export const openTariffs = async (store: Store) => {
  const shelf: Shelf = {
    store,
    rateDecks: createRateDecks(store),
    catalogue: new Map(),
    added: [],
    published: [],
    namedDecks: new Set(),
    ready: new Set([0]),
    readUpTo: 0,
    version: 0,
    reading: undefined,
  };
  await refresh(shelf);
  await store.subscribe(publicationChannel, () => void refresh(shelf).catch(() => undefined));
  return {
    catalogue: () => shelf.catalogue,
    rateDecks: shelf.rateDecks,
    version: () => shelf.version,
    /** Whether plans may be made by it now; else `reach` it first. */
    isReady: (version: number): boolean => shelf.ready.has(version),
    /** As publication number `publication` has it. */
    ratingGroup: (publication: number, ratingGroup: number): CompiledRatingGroup | undefined =>
      shelf.published[publication]?.tariff.ratingGroups.get(ratingGroup),
    refresh: () => refresh(shelf),
    /** Until `version`, which was published, can be planned with here. */
    reach: (version: number) => reach(shelf, version),
    /** Everything that was published before this was called; returns the newest version. */
    catchUp: async (): Promise<number> => {
      const newest = await readNewest(store);
      await reach(shelf, newest);
      return newest;
    },
  };
};

/** Reads what was published since; one reading at a time. */
const refresh = (shelf: Shelf): Promise<void> => {
  shelf.reading ??= readNew(shelf).finally(() => {
    shelf.reading = undefined;
  });
  return shelf.reading;
};

const readNew = async (shelf: Shelf): Promise<void> => {
  const newest = Math.max(shelf.version, await readNewest(shelf.store));
  for (let next = shelf.readUpTo + 1; next <= newest; next++) {
    await readOne(shelf, next);
    shelf.readUpTo = next;
  }
  await makeReady(shelf, newest);
  await putInEffect(shelf);
  shelf.version = newest;
  letOldDecksGo(shelf);
};

const readNewest = async (store: Store): Promise<number> =>
  Number(((await store.call("GET", keys.tariffVersion)) as Buffer | null) ?? 0);

const readOne = async (shelf: Shelf, version: number): Promise<void> => {
  const { store, rateDecks } = shelf;
  const document = (await store.call("HGET", keys.tariffs, String(version))) as Buffer | null;
  if (document !== null) return addTariff(shelf, version, document.toString("utf8"));
  const record = (await store.call("HGET", keys.rateDecks, String(version))) as Buffer | null;
  assert(record !== null, `tariff version ${version} is missing`);
  rateDecks.add({ version, record: readRateDeckRecord(record.toString("utf8")) });
};

const addTariff = (shelf: Shelf, version: number, document: string): void => {
  const { added, namedDecks, published, rateDecks } = shelf;
  const read = parseTariff(document);
  assert(read.isOk, `published tariff ${version} cannot be read`);
  const tariff = read.value;
  const { rateDeckId } = tariff;
  if (rateDeckId !== undefined) namedDecks.add(rateDeckId);
  const one: PublishedTariff = {
    ...{ version, tariff },
    ...(rateDeckId === undefined
      ? {}
      : {
          // Sessions that switched to it may know less: the deck is the one that it came with.
          rateDeckAt: (known: number) => rateDecks.rowsOf(rateDeckId, Math.max(known, version)),
        }),
  };
  published[version] = one;
  added.push(one);
};

/** Sessions that know less switch to some of it from now on, at the moment that these name. */
const putInEffect = async (shelf: Shelf): Promise<void> => {
  const { added } = shelf;
  const switched = added.filter(isSwitch);
  await holdDecks(shelf, switched);
  if (switched.length > 0) shelf.catalogue = new Map(shelf.catalogue);
  for (const one of added.splice(0)) {
    const { tariffId } = one.tariff;
    shelf.catalogue.set(tariffId, [...(shelf.catalogue.get(tariffId) ?? []), one]);
  }
};

const isSwitch = ({ tariff }: PublishedTariff): boolean => tariff.openSessions === "switch";

const holdDecks = async ({ rateDecks }: Shelf, tariffs: readonly PublishedTariff[]) => {
  for (const { tariff, version } of tariffs) {
    if (tariff.rateDeckId !== undefined) await rateDecks.hold(tariff.rateDeckId, version);
  }
};

const makeReady = async (shelf: Shelf, version: number) => {
  const { namedDecks, published, rateDecks, ready } = shelf;
  if (ready.has(version)) return;
  for (const rateDeckId of namedDecks) await rateDecks.hold(rateDeckId, version);
  await holdDecks(
    shelf,
    published.filter((one) => one.version > version && isSwitch(one)),
  );
  ready.add(version);
};

/** A session that still needs one has it read again, by `reach`. */
const letOldDecksGo = ({ namedDecks, rateDecks, ready, version }: Shelf): void => {
  if (!rateDecks.retire({ namedDecks, version, now: performance.now() })) return;
  ready.clear();
  ready.add(version);
};

const reach = async (shelf: Shelf, wanted: number): Promise<void> => {
  for (let tries = 0; shelf.version < wanted; tries++) {
    // A reading that was under way already may have begun before the publication.
    assert(tries < limits.tariffReadingsMax, `tariff version ${wanted} cannot be found`);
    await refresh(shelf);
  }
  await makeReady(shelf, wanted);
};
