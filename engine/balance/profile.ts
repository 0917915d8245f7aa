// What is known of an account apart from its balances: who uses it, what is owned, which buckets
// and counters there are. Slots are places in the account value; a slot keeps its bucket for life,
// and is given to another one only after the first was taken away empty.

import type { UnitKind } from "../values/units.ts";

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
};

export type Counter = {
  readonly counterId: string;
  readonly unit: UnitKind;
  readonly ratingGroups: readonly number[];
};

export type Profile = {
  readonly accountId: string;
  /** Counts the changes of this profile, from 1. */
  readonly version: number;
  readonly currency: string;
  readonly subscriberIdentifiers: readonly string[];
  readonly products: readonly Product[];
  /** By slot; null: a vacant one. */
  readonly buckets: readonly (Bucket | null)[];
  readonly counters: readonly (Counter | null)[];
};

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
