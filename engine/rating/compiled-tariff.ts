// A tariff document in the form that prices are chosen from: names resolved, prefixes and time
// bands compiled, the conditions of each price as sets. parse-tariff.ts makes it, choose-price.ts
// reads it.

import type { ServiceUnits, UnitKind } from "../values/units.ts";
import type { BonusRule } from "./bonus.ts";
import type { PrefixMap } from "./prefix-map.ts";
import { type Price, plainPrice } from "./price.ts";
import type { Tariff } from "./tariff.ts";
import type { TimeBands } from "./time-bands.ts";

/** What a price may depend on besides the time, by the names that conditions have in a document. */
export const dimensions = [
  "zones",
  "networks",
  "ratTypes",
  "slices",
  "dnns",
  "services",
  "closedUserGroups",
  "qos",
] as const;
export type Dimension = (typeof dimensions)[number];

/** In each dimension that it names one of the values must be there. */
export type Conditions = ReadonlyMap<Dimension, ReadonlySet<string>>;

export type ConditionalPrice = {
  readonly priceId: string;
  readonly conditions: Conditions;
  /** Undefined: at any time. */
  readonly timeBandIds: ReadonlySet<string> | undefined;
  readonly isFree: boolean;
  /** Refused; `price` then says nothing. */
  readonly isBlocked: boolean;
  readonly price: Price;
};

/** What the network is told to do when the last grant is used up (RFC 8506, 8.34). */
export type FinalUnit =
  | { readonly action: "terminate" }
  | { readonly action: "redirect"; readonly address: string }
  | { readonly action: "restrict"; readonly filterIds: readonly string[] };

export type CompiledRatingGroup = {
  readonly ratingGroup: number;
  /** What the group is metered in; never money. */
  readonly unit: Exclude<UnitKind, "money">;
  /** Granted when the network leaves the amount to us. */
  readonly quotaUnitsDefault: ServiceUnits;
  readonly quotaUnitsMin: ServiceUnits;
  readonly quotaUnitsMax: ServiceUnits;
  /** After this the network must come back, used up or not. */
  readonly validityTimeSeconds: number;
  /** Within these bounds grants grow and shrink with what is used of them. */
  readonly isQuotaAdaptive: boolean;
  /** Of a grant: when so much of it is left, the network asks again. 0: only when none is left. */
  readonly quotaThresholdPercent: number;
  /** A grant that is not used for so long is given back. 0: it is kept. */
  readonly quotaHoldingTimeSeconds: number;
  readonly finalUnit: FinalUnit;
  /** In the order in which they are tried; the base price comes last and has no conditions. */
  readonly prices: readonly ConditionalPrice[];
  /**
   * For each dimension that a price looks at, the values that any price names, numbered from 0. No
   * other value makes a difference.
   */
  readonly namedValues: ReadonlyMap<Dimension, ReadonlyMap<string, number>>;
  /** Undefined where no price looks at the time. */
  readonly timeBands: TimeBands | undefined;
};

export type CompiledTariff = Tariff & {
  readonly timeZone: string;
  /** A mark for billing, which computes taxes; nothing here depends on it. */
  readonly isTaxIncluded: boolean;
  /** What top-ups bring besides. */
  readonly bonusRules: readonly BonusRule[];
  readonly ratingGroups: ReadonlyMap<number, CompiledRatingGroup>;
  /** Zones of the document itself, by digits of E.164 or a short code. */
  readonly zones: PrefixMap;
  /** Where other zones are from; undefined: there are no others. */
  readonly rateDeckId: string | undefined;
  /** By MCC or MCC and MNC. */
  readonly networkZones: PrefixMap;
  readonly closedUserGroups: PrefixMap;
  /** Whole numbers, each in all forms in which it may be called. */
  readonly freeNumbers: ReadonlySet<string>;
  /** Undefined where it has none; a rating group has them only if its prices look at them. */
  readonly timeBands: TimeBands | undefined;
  /** What any rating group looks at. */
  readonly dimensions: ReadonlySet<Dimension>;
};

export const basePriceId = "base";
export const freeNumberPriceId = "free-number";

export const freePrice: Price = plainPrice([
  { from: 0, blockUnits: 1, blockPriceMicros: 0, entryFeeMicros: 0 },
]);
