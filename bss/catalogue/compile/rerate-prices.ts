// A compiled catalogue ready to rate uses of the past by: its tariff documents by id, and what a
// use would have cost, session by session.

import { choosePrice } from "../../../engine/rating/choose-price.ts";
import type { CompiledTariff } from "../../../engine/rating/compiled-tariff.ts";
import { parseTariff } from "../../../engine/rating/parse-tariff.ts";
import {
  classify,
  type PriceContext,
  type ZoneDirectory,
} from "../../../engine/rating/price-context.ts";
import { notBegun, type Progress, quotePrice } from "../../../engine/rating/price-quote.ts";
import { assert } from "../../../engine/values/assert.ts";
import { amountMax } from "../../../engine/values/units.ts";
import type { CompiledCatalogue } from "./compile-catalogue.ts";
import type { ProductTerms } from "./product-terms.ts";

type Held = { readonly effectiveFrom: number; readonly tariff: CompiledTariff };

export type Prices = {
  /** By tariff id; each in order of time. */
  readonly tariffs: ReadonlyMap<string, readonly Held[]>;
  /** By tariff id: whose it is. */
  readonly offerings: ReadonlyMap<
    string,
    { readonly offeringId: string; readonly version: string }
  >;
  /** By offering: the tariff of its newest version that has one. */
  readonly newest: ReadonlyMap<string, string>;
};

export const pricesOf = ({ tariffs, terms }: CompiledCatalogue): Prices => {
  const byId = new Map<string, Held[]>();
  const offerings = new Map<string, { offeringId: string; version: string }>();
  for (const { document, effectiveFrom, offeringId, tariffId, version } of tariffs) {
    const parsed = parseTariff(document);
    assert(parsed.isOk, `${tariffId} was compiled`);
    byId.set(tariffId, [...(byId.get(tariffId) ?? []), { effectiveFrom, tariff: parsed.value }]);
    offerings.set(tariffId, { offeringId, version });
  }
  const newest = new Map<string, ProductTerms>();
  for (const one of Object.values(terms)) {
    const other = newest.get(one.offeringId);
    if (one.tariffId === null || (other && other.validFrom >= one.validFrom)) continue;
    newest.set(one.offeringId, one);
  }
  const ids = [...newest].map(([offeringId, { tariffId }]) => [offeringId, tariffId!] as const);
  return { tariffs: byId, offerings, newest: new Map(ids) };
};

/** As if the first document had always held. */
export const tariffHeldAt = (prices: Prices, tariffId: string, at: number) => {
  const held = prices.tariffs.get(tariffId);
  if (held === undefined) return undefined;
  let found = held[0]!;
  for (const one of held) if (one.effectiveFrom <= at) found = one;
  return found.tariff;
};

export const begun: Progress = { position: 0, ahead: 0, ratedMicros: notBegun };

export type Use = {
  readonly at: number;
  readonly ratingGroup: number;
  /** Paid by allowances, which come first: tiers count them. */
  readonly covered: number;
  /** What money paid for. */
  readonly units: number;
  readonly context: PriceContext;
  readonly rateDeck: ZoneDirectory | undefined;
};

export type Rated = {
  readonly micros: number;
  readonly progress: Progress;
  /** Over whose units the tiers run; undefined: the session's. */
  readonly counterId: string | undefined;
};

/** `positionOf` tells how much a counter has. Undefined: there is no price, or it is blocked. */
export const rateUse = (
  tariff: CompiledTariff,
  { at, context, covered, rateDeck, ratingGroup, units }: Use,
  before: Progress,
  positionOf: (counterId: string) => number,
): Rated | undefined => {
  const group = tariff.ratingGroups.get(ratingGroup);
  if (group === undefined) return undefined;
  const chosen = choosePrice(group, classify(tariff, context, rateDeck), at);
  if (chosen === undefined || chosen.isBlocked) return undefined;
  if (chosen.isFree) return { micros: 0, progress: before, counterId: undefined };
  const counterId = chosen.price.tierCounterId;
  const start = counterId === undefined ? before.position : positionOf(counterId);
  const from = { ...before, position: start + covered };
  const { amount, progress } = quotePrice(chosen.price, amountMax, units, from);
  const position = counterId === undefined ? progress.position : before.position;
  return { micros: amount, progress: { ...progress, position }, counterId };
};
