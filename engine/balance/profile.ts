// What is known of an account apart from its balances: who uses it, what is owned, which buckets
// and counters there are. Slots are places in the account value; a slot keeps its bucket for life,
// and is given to another one only after the first was taken away empty.

import type { UnitKind } from "../values/units.ts";
import type { PeriodSpec } from "./calendar-period.ts";
import type { Eligibility } from "./eligibility.ts";
import type { Rule } from "./rules.ts";

export type Product = {
  readonly productId: string;
  readonly tariffId: string;
  /** Half-open, ms since 1970. */
  readonly validFrom: number;
  readonly validUntil: number;
};

export type Bucket = {
  readonly bucketId: string;
  readonly unit: UnitKind;
  /** Lower is used first. */
  readonly priority: number;
  readonly validFrom: number;
  readonly validUntil: number;
  /** Empty: every rating group. */
  readonly ratingGroups: readonly number[];
  /** How far the bucket may fall below zero: what a postpaid subscriber may owe. */
  readonly creditLimit: number;
  /** Of money in another currency than the account's; null: in that. */
  readonly currency: string | null;
  readonly eligibility: Eligibility | null;
  /** Where it serves, nothing that comes after it does, not even when it is empty. */
  readonly isBlocker: boolean;
  /** From its first use on, within the dates above; 0: it has no validity of its own. */
  readonly ownValiditySeconds: number;
  readonly renewal: Renewal | null;
};

/** What is left at the end of a period expires or rolls over; then the bucket holds `amount`. */
export type Renewal = {
  readonly period: PeriodSpec;
  readonly amount: number;
  readonly rollover: Rollover | null;
};

/** Into another bucket of the account, of the same unit, with a place of its own in burn order. */
export type Rollover = {
  readonly bucketId: string;
  /** More than this is never there by rollover. */
  readonly amountMax: number;
  /** True: what rolled over and was not used by the end of the next period expires. */
  readonly lastsOnePeriod: boolean;
};

export type Counter = {
  readonly counterId: string;
  readonly unit: UnitKind;
  readonly ratingGroups: readonly number[];
  readonly eligibility: Eligibility | null;
  /** Null: it counts for ever. */
  readonly period: PeriodSpec | null;
  /** What would take the counter beyond is neither granted nor charged; null: no cap. */
  readonly cap: number | null;
  /** Ascending. */
  readonly thresholds: readonly Threshold[];
};

/** A policy counter's status (TS 29.594): from `reachedAt` on, until it falls below `leftAt`. */
export type Threshold = {
  readonly status: string;
  readonly reachedAt: number;
  readonly leftAt: number;
};

export type Profile = {
  readonly accountId: string;
  /** Counts the changes of this profile, from 1. */
  readonly version: number;
  readonly currency: string;
  /** IANA; the periods of renewals and counters follow its clocks. */
  readonly timeZone: string;
  readonly subscriberIdentifiers: readonly string[];
  readonly products: readonly Product[];
  /** By slot; null: a vacant one. */
  readonly buckets: readonly (Bucket | null)[];
  /** With companions (companions.ts) among them. */
  readonly counters: readonly (Counter | null)[];
  readonly rules: readonly Rule[];
};

/** What most buckets and counters are besides their names and amounts. */
export const plainBucket = {
  creditLimit: 0,
  currency: null,
  eligibility: null,
  isBlocker: false,
  ownValiditySeconds: 0,
  renewal: null,
} as const;
export const plainCounter = { eligibility: null, period: null, cap: null, thresholds: [] } as const;

export const isValidAt = (
  { validFrom, validUntil }: { readonly validFrom: number; readonly validUntil: number },
  at: number,
): boolean => validFrom <= at && at < validUntil;

export const serves = (ratingGroups: readonly number[], ratingGroup: number): boolean =>
  ratingGroups.length === 0 || ratingGroups.includes(ratingGroup);

/**
 * Where a slot stands in Lua's unpacked account (lua/lib/account.lua): three strings, then two
 * cells for each bucket, then two for each counter.
 */
export const bucketCell = (slot: number): number => firstCell + 2 * slot;
export const bucketSlot = (cell: number): number => (cell - firstCell) / 2;
export const counterCell = (bucketSlots: number, slot: number): number =>
  firstCell + 2 * (bucketSlots + slot);

const firstCell = 4;
