// The demo operator: what usage costs at "Nordlicht Mobil" and what its three plans hold. Prices
// are invented; rating groups are those of the traffic that `npm run day` plays. All dates are
// fixed, so that filling in twice asks for exactly the same.

import { quotaOctets, quotaSeconds, ratingGroups } from "../../bench/traffic/kinds.ts";
import type { RequestOf } from "../../engine/protocol/operations.ts";

type PutAccount = RequestOf<"putAccount">;
export type BucketSpecification = PutAccount["buckets"][number];
export type CounterSpecification = PutAccount["counters"][number];

export const operatorName = "Nordlicht Mobil";
export const tariffId = "nordlicht-1";
export const currency = "EUR";
export const validFrom = Date.parse("2020-01-01T00:00:00Z");
export const validUntil = Date.parse("2040-01-01T00:00:00Z");

const mebi = 1024 * 1024;
const gibi = 1024 * mebi;
const euro = 1_000_000;
const minute = 60;

type Price = {
  readonly ratingGroup: number;
  readonly unit: "octets" | "seconds" | "messages";
  readonly blockUnits: number;
  readonly blockPrice: string;
  readonly quotaUnits: number;
};

const data = (ratingGroup: number, blockPrice: string): Price => ({
  ratingGroup,
  unit: "octets",
  blockUnits: mebi,
  blockPrice,
  quotaUnits: quotaOctets.get(ratingGroup) ?? 5 * mebi,
});

const voice = (ratingGroup: number, blockPrice: string): Price => ({
  ratingGroup,
  unit: "seconds",
  blockUnits: minute,
  blockPrice,
  quotaUnits: quotaSeconds,
});

const message = (ratingGroup: number, blockPrice: string): Price => ({
  ratingGroup,
  unit: "messages",
  blockUnits: 1,
  blockPrice,
  quotaUnits: 1,
});

const prices: readonly Price[] = [
  data(ratingGroups.web, "0.01"),
  data(ratingGroups.video, "0.004"),
  data(ratingGroups.social, "0.01"),
  data(ratingGroups.interactive, "0.01"),
  voice(ratingGroups.voiceNational, "0.09"),
  voice(ratingGroups.voiceInternational, "0.29"),
  voice(ratingGroups.voiceRoaming, "0.19"),
  message(ratingGroups.messageNational, "0.09"),
  message(ratingGroups.messageInternational, "0.19"),
];

const validityTimeSeconds = 3600;
/** Whoever asks for more than usual gets up to this many quotas at a time. */
const quotasMax = 4;

export const tariffDocument = (): string =>
  JSON.stringify({
    tariffId,
    currency,
    effectiveFrom: new Date(validFrom).toISOString(),
    ratingGroups: prices.map((price) => ({
      ...price,
      quotaUnitsMax: quotasMax * price.quotaUnits,
      validityTimeSeconds,
    })),
  });

/** A bucket of a plan with what it is first filled with. */
export type FilledBucket = BucketSpecification & { readonly amount: number };

const allowance = (
  bucketId: string,
  unit: "octets" | "seconds" | "messages",
  groups: readonly number[],
  amount: number,
  priority = 1,
): FilledBucket => ({
  bucketId,
  unit,
  priority,
  validFrom,
  validUntil,
  ratingGroups: groups,
  creditLimit: 0,
  amount,
});

const money = (bucketId: string, priority: number, amount: number): FilledBucket => ({
  bucketId,
  unit: "money",
  priority,
  validFrom,
  validUntil,
  ratingGroups: [],
  creditLimit: 0,
  amount,
});

const { web, video, social, interactive } = ratingGroups;
const { voiceNational, voiceInternational, voiceRoaming } = ratingGroups;
const { messageNational, messageInternational } = ratingGroups;
const everyData = [web, video, social, interactive];

export type Plan = {
  readonly productId: string;
  readonly buckets: readonly FilledBucket[];
};

export const plans = {
  /** Ten gigabytes, two more for social media, and a little of everything else. */
  data: {
    productId: "nordlicht-data-10",
    buckets: [
      allowance("social", "octets", [social], 2 * gibi, 0),
      allowance("data", "octets", everyData, 10 * gibi),
      allowance("minutes", "seconds", [voiceNational], 100 * minute),
      money("main", 2, 10 * euro),
    ],
  },
  /** For those who still talk. */
  talk: {
    productId: "nordlicht-talk-300",
    buckets: [
      allowance("minutes", "seconds", [voiceNational], 300 * minute),
      allowance("roaming", "seconds", [voiceRoaming], 30 * minute),
      allowance("messages", "messages", [messageNational], 100),
      money("main", 2, 15 * euro),
    ],
  },
  /** Four share one purse: a gift that goes first, then what was paid in. */
  family: {
    productId: "nordlicht-family",
    buckets: [money("gift", 1, 10 * euro), money("main", 2, 60 * euro)],
  },
  /** What is left of a data plan at the end of the month: these are the ones who get denied. */
  spent: {
    productId: "nordlicht-data-10",
    buckets: [
      allowance("social", "octets", [social], 20 * mebi, 0),
      allowance("data", "octets", everyData, 50 * mebi),
      allowance("minutes", "seconds", [voiceNational], 3 * minute),
      money("main", 2, euro / 4),
    ],
  },
} as const satisfies Record<string, Plan>;

export type PlanName = keyof typeof plans;

const counter = (
  counterId: string,
  unit: CounterSpecification["unit"],
  groups: readonly number[],
): CounterSpecification => ({ counterId, unit, ratingGroups: groups });

/** What every account counts, whichever bucket paid. */
export const counters: readonly CounterSpecification[] = [
  counter("data-used", "octets", everyData),
  counter("talk-used", "seconds", [voiceNational, voiceInternational, voiceRoaming]),
  counter("messages-sent", "messages", [messageNational, messageInternational]),
];
