// An explanation as data: every number an integer, every name as account and tariff have it. What
// could not be followed stands in `problems`, and nothing is made up in its place.

import type { RuleKind, RuleMode } from "../balance/rules.ts";
import type { ChosenPrice } from "../rating/choose-price.ts";
import type { Price } from "../rating/price.ts";
import type { PriceContext } from "../rating/price-context.ts";
import type { Unpriced } from "../session/price-plan.ts";
import type { UnitKind } from "../values/units.ts";
import type { Standing } from "./bucket-standing.ts";
import type { SplitCharge } from "./split-charge.ts";

export type Explanation = {
  readonly journalId: string;
  readonly index: number;
  readonly accountId: string;
  /** An operation of the table, or `close`: nobody continued the session. */
  readonly what: string;
  /** Of the session or the request. */
  readonly id: string;
  readonly sequence: number;
  /** When the engine sent it, ms since 1970. */
  readonly at: number;
  /** When it happened, as the network element told. */
  readonly eventTimestamp: number;
  readonly subscriber: string;
  readonly profileVersion: number;
  /** Publications up to this one were known. */
  readonly tariffVersion: number;
  readonly currency: string;
  readonly code: number;
  readonly costMicros: number;
  /** Undefined: units were used, or nothing was moved. */
  readonly movement: MovementExplained | undefined;
  /** Undefined: it is none, or it was refused. */
  readonly refund: RefundExplained | undefined;
  readonly dues: readonly DueExplained[];
  readonly uses: readonly UseExplained[];
  readonly balances: readonly BalanceExplained[];
  /** Rules of the account that this operation hit, the first in their windows. */
  readonly rulesHit: readonly RuleHitExplained[];
  /** None: all of it follows, plan for plan and number for number. */
  readonly problems: readonly string[];
};

export type RuleHitExplained = {
  readonly ruleId: string;
  readonly kind: RuleKind;
  readonly mode: RuleMode;
  /** When its window is over, ms since 1970. */
  readonly until: number;
};

export type Named = {
  readonly id: string;
  readonly unit: UnitKind;
  /** Of money. */
  readonly currency: string;
};

/** Of the bucket of this account; amounts are never below 0 but an adjustment's. */
export type MovementExplained = { readonly bucket: Named; readonly amount: number } & (
  | {
      readonly kind: "topUp" | "adjust";
      readonly extendsValiditySeconds: number;
      /** Of an adjustment; else empty. */
      readonly reason: string;
      readonly bonuses: readonly BonusExplained[];
    }
  | {
      readonly kind: "begin";
      /** `transfer` or `gift`. */
      readonly what: string;
      readonly fee: number;
      readonly to: { readonly accountId: string; readonly bucketId: string };
    }
  | {
      readonly kind: "arrival";
      readonly what: string;
      readonly from: {
        readonly accountId: string;
        readonly bucketId: string;
        readonly requestId: string;
      };
      /** What came of it. */
      readonly code: number;
    }
  | { readonly kind: "arrived"; readonly fee: number }
  /** With its fee; `code` says why it could not arrive. */
  | { readonly kind: "returned"; readonly fee: number; readonly code: number }
);

/** As its answer in the journal tells; what the event had taken is not kept there. */
export type RefundExplained = {
  readonly requestId: string;
  readonly money: Named & { readonly amount: number };
  readonly units: readonly { readonly ratingGroup: number; readonly amount: number }[];
  /** What counters, and rules of the account, count less. */
  readonly counted: readonly (Named & { readonly ofRule: boolean; readonly amount: number })[];
};

export type BonusExplained = Named & {
  readonly amount: number;
  readonly extendsValiditySeconds: number;
  readonly publication: number;
  /** Empty: the publication is not known any more. */
  readonly tariffId: string;
  readonly ruleId: string;
};

export type DueExplained = Named & {
  readonly expired: number;
  readonly renewed: number;
  /** Of a renewal, else 0. */
  readonly period: number;
  readonly periodBefore: number;
  readonly rolledOver: number;
  /** The bucket that it rolled over to; empty: none. */
  readonly target: string;
  /** Of what had rolled over before. */
  readonly expiredThere: number;
};

export type BalanceExplained = Named & {
  readonly remainingBefore: number;
  readonly reservedBefore: number;
  readonly remainingAfter: number;
  readonly reservedAfter: number;
};

/** One entry of a message: a rating group, or what was used of it before a change of the tariff. */
export type UseExplained = {
  readonly ratingGroup: number;
  readonly unit: UnitKind;
  readonly currency: string;
  /** As of when it is priced. */
  readonly at: number;
  readonly context: PriceContext;
  /** Undefined: no product of the account has a tariff that prices it. */
  readonly tariff: TariffExplained | undefined;
  /** Products that cannot price it, and why. */
  readonly unpriced: readonly Unpriced[];
  /** What was used; undefined: nothing. */
  readonly charge: ChargeExplained | undefined;
  /** What was wanted; undefined: nothing. */
  readonly grant: GrantExplained | undefined;
  /** 0: it only settled. */
  readonly code: number;
  /** With all of its event: this is what it would have come to. */
  readonly isRefused: boolean;
  /** In burn order, then those that are not asked. */
  readonly standings: readonly Standing[];
};

export type TariffExplained = {
  readonly productId: string;
  /** False: the product is over, and prices only what was granted before. */
  readonly isProductValid: boolean;
  readonly tariffId: string;
  readonly publication: number;
  readonly effectiveFrom: number;
  readonly timeZone: string;
  /** Undefined: it has no price for this use. */
  readonly chosen: ChosenPrice | undefined;
  /** Of so many prices of the group that are tried the one with this number, from 1. */
  readonly place: number;
  readonly prices: number;
  /** Until when the same plan holds. */
  readonly holdsUntil: number;
};

/** What buckets gave for units, in the order in which they were asked. */
export type PaidExplained = {
  readonly units: number;
  readonly costMicros: number;
  readonly given: readonly GivenExplained[];
  readonly caps: readonly CapExplained[];
};

export type ChargeExplained = PaidExplained & {
  readonly used: number;
  /** Of these, what nothing was left for. */
  readonly overrun: number;
  readonly counts: readonly CountExplained[];
};

export type GrantExplained = PaidExplained & {
  readonly wanted: number;
  readonly quotaUnitsDefault: number;
  readonly quotaUnitsMin: number;
  readonly quotaUnitsMax: number;
  /** By the engine, from what was used of the grant before. */
  readonly isChosen: boolean;
  /** There is more, which is the share of other sessions. */
  readonly isShared: boolean;
  readonly isFinal: boolean;
  readonly validityTime: number;
  /** As the tariff has it. */
  readonly validityTimeMax: number;
  /** s since 1970; 0: none is told. */
  readonly change: number;
};

export type GivenExplained = Named & {
  readonly isFree: boolean;
  /** False: it is over, and gave only what it held for this grant. */
  readonly isUsable: boolean;
  /** What was there for it. */
  readonly available: number;
  /** As much as caps leave, not all that the bucket has. */
  readonly isCapped: boolean;
  readonly asked: number;
  readonly units: number;
  readonly amount: number;
  /** Of money: how the amount comes about. */
  readonly split: (SplitCharge & { readonly price: Price }) | undefined;
};

export type CapExplained = Named & {
  readonly cap: number;
  readonly counted: number;
  readonly reserved: number;
  readonly left: number;
};

export type CountExplained = Named & {
  readonly period: number;
  readonly before: number;
  readonly after: number;
  /** Thresholds reached or left by this. */
  readonly statusBefore: string | undefined;
  readonly statusAfter: string | undefined;
};
