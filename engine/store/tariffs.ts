// Published tariffs: documents in one Redis hash by version, compiled in memory. A version counts
// all publications of the installation; every engine hears of a new one at once and asks each
// second besides, because a message of Redis' pub/sub may be lost.

import { limits } from "../limits.ts";
import type { CompiledRatingGroup } from "../rating/compiled-tariff.ts";
import { parseTariff } from "../rating/parse-tariff.ts";
import type { PublishedTariff } from "../session/price-plan.ts";
import { assert } from "../values/assert.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";

export type Tariffs = Awaited<ReturnType<typeof openTariffs>>;

const channel = "tollgate:tariffs";

export const openTariffs = async (store: Store) => {
  const catalogue = new Map<string, PublishedTariff[]>();
  const published: PublishedTariff[] = [];
  let version = 0;
  let reading: Promise<void> | undefined;

  /** Reads what was published since; one reading at a time. */
  const refresh = (): Promise<void> => {
    reading ??= readNew().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const readNew = async () => {
    const text = (await store.call("GET", keys.tariffVersion)) as Buffer | null;
    const newest = Number(text ?? 0);
    for (let next = version + 1; next <= newest; next++) {
      const document = (await store.call("HGET", keys.tariffs, String(next))) as Buffer | null;
      assert(document !== null, `tariff version ${next} of ${newest} is missing`);
      add(next, document.toString("utf8"));
      version = next;
    }
  };

  /** Until `wanted`, a version that was published, is known here. */
  const reach = async (wanted: number) => {
    for (let tries = 0; version < wanted; tries++) {
      // A reading that was under way already may have begun before the publication.
      assert(tries < limits.tariffReadingsMax, `tariff version ${wanted} cannot be found`);
      await refresh();
    }
  };

  const add = (next: number, document: string) => {
    const tariff = parseTariff(document);
    assert(tariff.isOk, `published tariff ${next} cannot be read`);
    const one = { version: next, tariff: tariff.value };
    published[next] = one;
    catalogue.set(tariff.value.tariffId, [...(catalogue.get(tariff.value.tariffId) ?? []), one]);
  };

  await refresh();
  await store.subscribe(channel, () => void refresh().catch(() => undefined));

  return {
    catalogue,
    version: () => version,
    /** As publication number `publication` has it. */
    ratingGroup: (publication: number, ratingGroup: number): CompiledRatingGroup | undefined =>
      published[publication]?.tariff.ratingGroups.get(ratingGroup),
    refresh,
    reach,
    /** The same document twice is one publication. `document` is valid: `parseTariff` said so. */
    publish: async (tariffId: string, document: string) => {
      const [published, isChanged] = (await store.run(
        "publish-tariff",
        [keys.tariffVersion, keys.tariffs, keys.latestTariffs],
        [tariffId, document, channel],
      )) as [number, number];
      await reach(published);
      return { tariffVersion: published, isChanged: isChanged === 1 };
    },
  };
};
