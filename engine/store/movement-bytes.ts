// A movement as a batch carries it (lua/lib/apply-credit.lua, apply-transfer.lua): an operation
// whose groups bear cells and amounts in place of rating groups and use.

import { validitySlot } from "../balance/companions.ts";
import { type Bucket, bucketCell, counterCell, type Profile } from "../balance/profile.ts";
import { transferSteps } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { type Bonus, planBonuses } from "../session/bonus-plan.ts";
import type { TariffCatalogue } from "../session/price-plan.ts";
import { packBonuses } from "./bonus-bytes.ts";
import { luaConstants } from "./lua-constants.ts";
import type { Arrival, Begin, Credit, End } from "./movement.ts";
import type { Task } from "./task.ts";
import { packTransit } from "./transit.ts";

export type MovementGroup = {
  /** 0: the account has no such bucket. */
  readonly cell: number;
  readonly amount: number;
  readonly wanted: number;
  readonly validity: number;
  readonly publication: number;
  readonly change: number;
};

export type PlannedMovement = {
  readonly groups: readonly MovementGroup[];
  /** In place of the state that a session must have. */
  readonly expected: { readonly validUntil: number } | { readonly key: number };
};

/** What a movement adds to its batch: indexes of keys, and of arguments behind the look-ups. */
export type Adding = {
  readonly tariffs: TariffCatalogue;
  readonly now: number;
  /** Index of the key of the shard's transits, and of its sweep. */
  readonly transits: () => number;
  readonly sweep: () => number;
  readonly argument: (bytes: Buffer) => number;
};

const groupLength = luaConstants["GROUP_LENGTH"]!;
const success = resultCodes.SUCCESS.number;
const nothing = { wanted: 0, validity: 0, publication: 0, change: 0 };

export const planMovement = (task: Task, adding: Adding): PlannedMovement => {
  const movement = task.movement!;
  const { profile } = task.account!;
  switch (movement.kind) {
    case "topUp":
    case "adjust":
      return planCredit(task, profile, movement, adding);
    case "begin":
      return planBegin(profile, movement, adding);
    case "arrival":
      return planArrival(profile, movement, adding);
    case "end":
      return planEnd(profile, movement, adding);
  }
};

const planCredit = (
  task: Task,
  profile: Profile,
  { kind, bucketId, amount, extendsValiditySeconds }: Credit,
  { tariffs, now, argument }: Adding,
): PlannedMovement => {
  const bucket = bucketOf(profile, bucketId);
  const question = { bucketId, amount, tariffVersion: task.tariffVersion, at: now };
  const bonuses = kind === "topUp" ? planBonuses(profile, tariffs, question) : [];
  const asked = {
    cell: cellOf(profile, bucketId),
    amount,
    wanted: bucket === undefined ? 0 : 0 - bucket.creditLimit,
    validity: extendsValiditySeconds,
    publication: bonuses.length === 0 ? 0 : argument(packBonuses(bonuses)),
    change: bucket === undefined ? 0 : validityCell(profile, bucket),
  };
  const groups = [asked, ...bonuses.map((bonus) => bonusGroup(profile, bonus))];
  return { groups, expected: { validUntil: bucket?.validUntil ?? 0 } };
};

const bonusGroup = (profile: Profile, bonus: Bonus): MovementGroup => {
  const { bucket, amount, extendsValiditySeconds, publication, place } = bonus;
  const change = validityCell(profile, bucket);
  const validity = change === 0 ? 0 : extendsValiditySeconds;
  const cell = cellOf(profile, bucket.bucketId);
  return { cell, amount, wanted: place, validity, publication, change };
};

const planBegin = (profile: Profile, { order, target }: Begin, adding: Adding): PlannedMovement => {
  const { fromBucketId, amount, fee } = order;
  const bucket = bucketOf(profile, fromBucketId);
  const measure = { unit: bucket?.unit ?? "money", currency: currencyOf(profile, bucket) };
  const entry = packTransit({ ...order, ...measure, begunAt: adding.now });
  const group = {
    cell: cellOf(profile, fromBucketId),
    amount,
    wanted: fee,
    validity: transferSteps.begins,
    publication: adding.argument(entry),
    change: "refusal" in target ? resultCodes[target.refusal].number : unitsCode(measure, target),
  };
  return { groups: [group], expected: { key: adding.transits() } };
};

const planArrival = (
  profile: Profile,
  { transit }: Arrival,
  { now, sweep }: Adding,
): PlannedMovement => {
  const { amount, begunAt, toBucketId } = transit;
  const bucket = bucketOf(profile, toBucketId);
  const group = {
    ...nothing,
    cell: cellOf(profile, toBucketId),
    amount,
    // What was written after that, by whatever clock.
    wanted: Math.max(0, begunAt - 2 * limits.clockSkewMsMax),
    validity: bucket === undefined ? 0 : validityCell(profile, bucket),
    change: arrivalCode(profile, bucket, transit, now),
  };
  return { groups: [group], expected: { key: sweep() } };
};

/** Why nothing can arrive there; 0: it can, unless Lua finds that the bucket is full. */
const arrivalCode = (
  profile: Profile,
  bucket: Bucket | undefined,
  transit: Arrival["transit"],
  now: number,
): number => {
  if (bucket === undefined) return resultCodes.UNKNOWN_BUCKET.number;
  if (bucket.validUntil <= now) return resultCodes.BUCKET_EXPIRED.number;
  return unitsCode(transit, measureOf(profile, bucket));
};

const planEnd = (
  profile: Profile,
  { transit, code }: End,
  { transits }: Adding,
): PlannedMovement => {
  const { amount, fee, fromBucketId } = transit;
  const isReturning = code !== success;
  const validity = isReturning ? transferSteps.returns : transferSteps.arrived;
  const bucket = bucketOf(profile, fromBucketId);
  // A bucket of that name that holds something else by now is another one.
  const isThere = bucket !== undefined && unitsCode(transit, measureOf(profile, bucket)) === 0;
  const cell = isThere ? cellOf(profile, fromBucketId) : 0;
  const group = { ...nothing, cell, amount, wanted: fee, validity, change: code };
  return { groups: [group], expected: { key: transits() } };
};

const measureOf = (profile: Profile, bucket: Bucket): Measure => {
  return { unit: bucket.unit, currency: currencyOf(profile, bucket) };
};

type Measure = { readonly unit: Bucket["unit"]; readonly currency: string };

const unitsCode = (from: Measure, to: Measure): number =>
  from.unit === to.unit && from.currency === to.currency ? 0 : resultCodes.UNITS_DIFFER.number;

/** Of money; empty for everything else. */
export const currencyOf = (profile: Profile, bucket: Bucket | undefined): string =>
  bucket?.unit === "money" ? (bucket.currency ?? profile.currency) : "";

export const bucketOf = ({ buckets }: Profile, bucketId: string): Bucket | undefined =>
  buckets.find((bucket) => bucket?.bucketId === bucketId) ?? undefined;

const cellOf = ({ buckets }: Profile, bucketId: string): number => {
  const slot = buckets.findIndex((bucket) => bucket?.bucketId === bucketId);
  return slot === -1 ? 0 : bucketCell(slot);
};

/** 0: the bucket has no validity of its own. */
const validityCell = (profile: Profile, bucket: Bucket): number =>
  bucket.ownValiditySeconds === 0
    ? 0
    : counterCell(profile.buckets.length, validitySlot(profile, bucket));

export const writeMovement = (into: Buffer, from: number, { groups }: PlannedMovement): number => {
  let at = from;
  for (const { cell, amount, wanted, validity, publication, change } of groups) {
    at = into.writeUInt8(1, at);
    at = into.writeUInt32LE(cell, at);
    at = into.writeDoubleLE(amount, at);
    at = into.writeDoubleLE(wanted, at);
    at = into.writeUInt16LE(success, at);
    at = into.writeUInt32LE(validity, at);
    at = into.writeUInt8(0, at);
    at = into.writeUInt32LE(publication, at);
    at = into.writeUInt32LE(change, at);
    at = into.writeUInt16LE(0, at);
  }
  return from + groupLength * groups.length;
};
