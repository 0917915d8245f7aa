// The naive model's idea of an account: plain objects, exact integers, everything by name. It
// shares no code with the planner, the shards or Lua, and is written to be read, not to be fast.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import type { Price } from "../rating/price.ts";

export type PutAccount = CheckedRequestOf<"putAccount">;
export type ModelUnit = PutAccount["buckets"][number]["unit"];

export type ModelTariff = {
  readonly tariffId: string;
  readonly currency: string;
  /** ms since 1970. */
  readonly effectiveFrom: number;
  readonly bonusRules: readonly ModelBonusRule[];
  readonly openSessions: "keep" | "switch";
  readonly groups: readonly {
    readonly ratingGroup: number;
    readonly unit: "octets" | "seconds" | "messages";
    readonly blockUnits: number;
    readonly blockPriceMicros: number;
    readonly quotaUnits: number;
    readonly quotaUnitsMax: number;
    readonly quotaUnitsMin?: number | undefined;
    readonly quotaSizing?: "fixed" | "adaptive" | undefined;
    readonly validityTimeSeconds: number;
    /** Where the price is more than one by the block. */
    readonly price?: Price | undefined;
    readonly quotaThresholdPercent?: number | undefined;
    readonly quotaHoldingTimeSeconds?: number | undefined;
  }[];
};

/** As the document has it: a quantity is a decimal of money, or a number of units. */
export type ModelBonusRule = {
  readonly ruleId: string;
  readonly bucketId: string;
  readonly amountMin: number | string;
  readonly amountMax?: number | string;
  readonly bonusBucketId: string;
  readonly bonusAmount?: number | string;
  readonly perAmount?: number | string | undefined;
  readonly bonusPercent?: number;
  readonly extendsValiditySeconds?: number;
};

export type ModelBucket = PutAccount["buckets"][number] & {
  remaining: bigint;
  reserved: bigint;
  credited: bigint;
  debited: bigint;
  expired: bigint;
  /** Undefined: never yet. */
  renewedFor: number | undefined;
  /** Of a bucket with a validity of its own, once that has begun. */
  own: { readonly from: number; readonly until: number } | undefined;
};
export type ModelCounter = PutAccount["counters"][number] & {
  value: bigint;
  /** Number of the period that it counts; 0: it has none, or has not counted yet. */
  periodNumber: number;
  /** Under its cap, by open sessions. */
  reservedUnder: bigint;
  /** Thresholds that are reached. */
  level: number;
};

export type ModelRule = PutAccount["rules"][number] & {
  /** What the numbers are of; of sessions and shares, the window of the last hit is apart. */
  windowNumber: number;
  spent: bigint;
  spentThere: bigint;
  hitIn: number;
  openAtHit: number;
  country: number;
  changes: number;
};

export type ModelGroup = {
  ratingGroup: number;
  /** The one that priced it last. */
  publication: number;
  code: number;
  granted: number;
  validityTime: number;
  isFinal: boolean;
  /** Units of a begun block that are paid and not used. */
  ahead: bigint;
  /** What a price with steps has come to in this session; undefined: it has not begun. */
  rated: number | undefined;
  position: number | undefined;
  /** When the price changes within the grant, s since 1970; 0: it does not. */
  change: number;
  threshold: number;
  holdingTime: number;
  holds: { bucket: ModelBucket; amount: bigint }[];
  underCaps: { counter: ModelCounter; amount: bigint }[];
};

export type ModelSession = {
  sequence: number;
  /** Tells a repeat from a conflict. */
  body: string;
  tariffVersion: number;
  deadline: number;
  /** The interval of deadlines in which the session is looked at. */
  lookedAtIn: number;
  /** Nobody continued it in time; what was used of it may still be told. */
  isExpired: boolean;
  groups: ModelGroup[];
  answer: ModelAnswer;
};

export type ModelAccount = {
  profile: PutAccount;
  version: number;
  /** By slot; a vacant one is null. */
  buckets: (ModelBucket | null)[];
  counters: (ModelCounter | null)[];
  rules: ModelRule[];
  /** Of its rules so far: when their windows are over, ms since 1970. */
  hits: number[];
  /** What the slots behind the buckets are for, counters and states of both, by name. */
  slots: (string | null)[];
  sessions: Map<string, ModelSession>;
};

/** `code` is a name of the table of result codes; a refusal has no fields. */
export type ModelAnswer = { readonly code: string; readonly fields: unknown };

export const refused = (code: string): ModelAnswer => ({ code, fields: undefined });
export const succeeded = (fields: unknown): ModelAnswer => ({ code: "SUCCESS", fields });

/** What is new takes the first vacant slot; what stays keeps its own. */
export const assignSlots = <T, W>(
  old: readonly (T | null)[],
  wanted: readonly W[],
  isSame: (one: T, other: W) => boolean,
  make: (wanted: W, old: T | undefined) => T,
): (T | null)[] => {
  const slots: (T | null)[] = [];
  for (const one of old) {
    const kept = one === null ? undefined : wanted.find((other) => isSame(one, other));
    slots.push(one === null || kept === undefined ? null : make(kept, one));
  }
  for (const other of wanted) {
    if (old.some((one) => one !== null && isSame(one, other))) continue;
    const vacant = slots.indexOf(null);
    if (vacant < 0) slots.push(make(other, undefined));
    else slots[vacant] = make(other, undefined);
  }
  return slots;
};
