// Whether the tariffs that name a rate deck can live with another one: a zone that a price asks for
// and the deck no longer has would be charged at another zone's price, and nobody would notice.

import { limits } from "../limits.ts";
import { parseTariff } from "../rating/parse-tariff.ts";
import { tariffAt } from "../rating/tariff.ts";
import type { PublishedTariff } from "../session/price-plan.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import type { Tariffs } from "./tariffs.ts";

type Context = {
  readonly store: Store;
  readonly tariffs: Pick<Tariffs, "catalogue">;
  readonly now: () => number;
};

/** The first problems in one line, undefined: there are none. */
export const checkTariffsOfDeck = async (
  { store, tariffs, now }: Context,
  rateDeckId: string,
  zoneIds: readonly string[],
): Promise<string | undefined> => {
  const zones = new Set(zoneIds);
  const problems: string[] = [];
  for (const versions of tariffs.catalogue().values()) {
    for (const { version, tariff } of stillHolding(versions, now())) {
      if (tariff.rateDeckId !== rateDeckId) continue;
      const document = (await store.call("HGET", keys.tariffs, String(version))) as Buffer;
      const read = parseTariff(document.toString("utf8"), () => zones);
      const found = read.isOk ? [] : read.error;
      problems.push(...found.map((each) => `tariff ${tariff.tariffId}: ${each}`));
      if (problems.length > limits.rateDeckProblemsShownMax) return shown(problems);
    }
  }
  return problems.length > 0 ? shown(problems) : undefined;
};

/** Those that a session can be charged by that begins now or later. */
const stillHolding = (versions: readonly PublishedTariff[], now: number) =>
  versions.filter((one) => {
    const at = Math.max(now, one.tariff.effectiveFrom);
    return tariffAt(versions, Number.POSITIVE_INFINITY, at) === one;
  });

const shown = (problems: readonly string[]): string => {
  const first = problems.slice(0, limits.rateDeckProblemsShownMax);
  return [...first, ...(problems.length > first.length ? ["and more"] : [])].join("; ");
};
