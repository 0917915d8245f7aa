// What a version of an offering comes to: what is charged when, what is granted, what is counted,
// what it needs. Plain data, as it is kept with a publication; nothing of it refers to documents.

import type { RequestOf } from "../../../engine/protocol/operations.ts";
import type { UnitKind } from "../../../engine/values/units.ts";
import type { When } from "./conditions.ts";
import type { MeteredUnit } from "./measures.ts";
import type { Period } from "./periods.ts";

type PutAccount = RequestOf<"putAccount">;
export type BucketSpecification = PutAccount["buckets"][number];
export type CounterSpecification = PutAccount["counters"][number];
export type RuleSpecification = NonNullable<PutAccount["rules"]>[number];
export type EngineProduct = PutAccount["products"][number];

/** To be topped up once, when the product is bought. */
export type Credit = { readonly bucketId: string; readonly amount: number };

/** Half-open, ms since 1970. */
export type Validity = { readonly validFrom: number; readonly validUntil: number };

/** The fields of a price in a tariff document, as they stand there. */
export type PriceFields = Readonly<Record<string, unknown>>;

export type UsagePrice = {
  readonly priceId: string;
  readonly priceVersion: string;
  readonly name: string;
  readonly ratingGroups: readonly number[];
  /** Null: free or blocked, whatever it is metered in. */
  readonly unit: MeteredUnit | null;
  readonly when: When;
  /** Lower is tried first. */
  readonly priority: number;
  readonly currency: string | null;
  readonly isTaxIncluded: boolean;
  readonly fields: PriceFields;
};

/** Exactly one of the two; a share is in parts per million. */
export type Reduction = { readonly partsPerMillion: number } | { readonly micros: number };

export type DiscountTerms = Validity & {
  readonly priceId: string;
  readonly name: string;
  readonly reduction: Reduction;
  /** Only for who says it when buying; null: for everybody. */
  readonly promotionCode: string | null;
  /** From the purchase on; null: for as long as the product is there. */
  readonly lasts: Period | null;
};

export type TaxTerms = { readonly category: string; readonly partsPerMillion: number };

export type ChargeTerms = Validity & {
  readonly kind: "recurring" | "oneTime";
  readonly priceId: string;
  readonly priceVersion: string;
  readonly name: string;
  readonly currency: string;
  readonly amountMicros: number;
  /** Of a recurring one; else null. */
  readonly period: Period | null;
  readonly isTaxIncluded: boolean;
  readonly taxes: readonly TaxTerms[];
  readonly discounts: readonly DiscountTerms[];
};

/** Calendar periods begin on the first day of a month, others on the day of the purchase. */
export type Anchor = "calendar" | "purchase";

export type AllowanceTerms = Validity & {
  readonly priceId: string;
  readonly priceVersion: string;
  readonly name: string;
  /** Shared by all that name it; null: each purchase has a bucket of its own. */
  readonly bucketId: string | null;
  readonly unit: UnitKind;
  readonly currency: string | null;
  readonly amount: number;
  readonly priority: number;
  readonly ratingGroups: readonly number[];
  readonly when: When;
  /** `subscriber`: for those alone whom the product was bought for. */
  readonly sharing: "account" | "subscriber";
  readonly isBlocker: boolean;
  readonly creditLimit: number;
  /** Null: granted once. */
  readonly period: Period | null;
  readonly anchor: Anchor;
  readonly rollover: RolloverTerms | null;
  /** From the purchase, or from the first use on; null: as long as the product. */
  readonly lasts: Period | null;
  readonly startsAtFirstUse: boolean;
};

export type RolloverTerms = {
  readonly amountMax: number;
  readonly priority: number;
  readonly lastsOnePeriod: boolean;
};

export type CounterTerms = {
  readonly counterId: string;
  readonly unit: UnitKind;
  readonly currency: string | null;
  readonly ratingGroups: readonly number[];
  readonly when: When;
  readonly period: Period | null;
  readonly anchor: Anchor;
  readonly cap: number | null;
  readonly thresholds: readonly {
    readonly status: string;
    readonly reachedAt: number;
    readonly leftAt: number;
  }[];
  /** One of its own for each product, of the subscribers it was bought for. */
  readonly isPerSubscriber: boolean;
};

export type ComponentTerms = {
  readonly offeringId: string;
  readonly min: number;
  readonly max: number;
  /** How many there are where the buyer says nothing. */
  readonly standard: number;
};

export type ProductTerms = Validity & {
  readonly offeringId: string;
  readonly version: string;
  readonly name: string;
  readonly isSellable: boolean;
  /** False: only for those who have it already. */
  readonly isOnSale: boolean;
  /** Null: it prices no usage. */
  readonly tariffId: string | null;
  /** Null: it has nothing to do with money. */
  readonly currency: string | null;
  readonly paymentMode: "prepaid" | "postpaid";
  /** Lower is asked first where several products of an account price a rating group. */
  readonly chargingPriority: number;
  readonly channels: readonly string[];
  readonly marketSegments: readonly string[];
  readonly requires: readonly string[];
  readonly excludes: readonly string[];
  readonly replaces: readonly string[];
  readonly migratesTo: readonly string[];
  readonly components: readonly ComponentTerms[];
  /** How long the buyer is bound; null: not at all. */
  readonly commitment: Period | null;
  /** After which the product ends by itself; null: never. */
  readonly lifetime: Period | null;
  /** As they are when the offering begins, or the catalogue is published. */
  readonly usage: readonly UsagePrice[];
  readonly charges: readonly ChargeTerms[];
  readonly allowances: readonly AllowanceTerms[];
  readonly counters: readonly CounterTerms[];
  readonly rules: readonly RuleSpecification[];
};

/** As terms and tariffs are named: `data-10:2.0`. */
export const offeringKey = (offeringId: string, version: string): string =>
  `${offeringId}:${version}`;
