// What an update may need beside the simple one, each as an account, a message and how many
// sessions of the account are open. All are charged by one tariff.

import { type Eligibility, eligibilityDimensions } from "../../engine/balance/eligibility.ts";
import { plainBucket, plainCounter } from "../../engine/balance/profile.ts";
import type { CheckedRequestOf, RequestOf } from "../../engine/protocol/operations.ts";

type PutAccount = CheckedRequestOf<"putAccount">;
type Bucket = PutAccount["buckets"][number];
type Counter = PutAccount["counters"][number];
type Rule = PutAccount["rules"][number];

export type Variant = {
  readonly name: string;
  /** The first one is the subject of every ratio. */
  readonly ratingGroups: readonly number[];
  readonly sessions: number;
  readonly buckets: readonly Bucket[];
  readonly counters: readonly Counter[];
  readonly rules: readonly Rule[];
  readonly parts: Partial<RequestOf<"update">>;
  /** 0: the engine chooses. */
  readonly requestedUnit: number;
};

/** Rating groups by how their money is reckoned. */
export const groups = { octets: 10, more: 20, stepped: 30, zoned: 40, adaptive: 50, banded: 60 };

const common = { blockUnits: 1_000_000, blockPrice: "0.01", validityTimeSeconds: 3_600 };
const quota = { quotaUnits: 10_000_000, quotaUnitsMax: 100_000_000 };
const group = (ratingGroup: number, parts: object = {}) => {
  return { ratingGroup, unit: "octets", ...common, ...quota, ...parts };
};
const everyDay = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

export const tariffDocument = JSON.stringify({
  tariffId: "features",
  currency: "EUR",
  effectiveFrom: "2020-01-01T00:00:00Z",
  zones: [{ zoneId: "premium", prefixes: ["44900"] }],
  networks: [{ networkZoneId: "neighbours", networks: ["208", "232"] }],
  timeBands: [
    { timeBandId: "am", days: everyDay, from: "00:00", until: "12:00" },
    { timeBandId: "pm", days: everyDay, from: "12:00", until: "24:00" },
  ],
  ratingGroups: [
    group(groups.octets),
    group(groups.more),
    group(groups.stepped, {
      setupFee: "0.05",
      tiers: {
        kind: "graduated",
        counterId: "octets",
        steps: [
          { upTo: 1_000_000_000, blockUnits: 1_000_000, blockPrice: "0.01" },
          { blockUnits: 1_000_000, blockPrice: "0.005" },
        ],
      },
    }),
    group(groups.zoned, {
      prices: [{ priceId: "near", when: { networks: ["neighbours"] }, ...common }].map(
        ({ validityTimeSeconds: _, ...price }) => price,
      ),
    }),
    group(groups.adaptive, { quotaSizing: "adaptive", quotaUnitsMin: 1_000_000 }),
    group(groups.banded, {
      prices: [
        { priceId: "am", when: { timeBands: ["am"] }, blockUnits: 1_000_000, blockPrice: "0.02" },
      ],
    }),
  ],
});

const always = { validFrom: 0, validUntil: Date.UTC(2100, 0) };
const bucket = (bucketId: string, unit: Bucket["unit"], parts: Partial<Bucket> = {}): Bucket => {
  return { bucketId, unit, priority: 1, ratingGroups: [], ...always, ...plainBucket, ...parts };
};
const counter = (
  counterId: string,
  unit: Counter["unit"],
  parts: Partial<Counter> = {},
): Counter => {
  return { counterId, unit, ratingGroups: [], ...plainCounter, ...parts };
};
const data = bucket("data", "octets");
const main = bucket("main", "money", { priority: 2 });
const octets = counter("octets", "octets");
const spent = counter("spent", "money");
const month = { unit: "month" as const, anchorDay: 1, count: 1 };
const eighty = { status: "80-percent", reachedAt: 2 ** 49, leftAt: 2 ** 49 };
const full = { status: "exhausted", reachedAt: 2 ** 50, leftAt: 2 ** 50 };
const watched = counter("octets", "octets", { period: month, thresholds: [eighty, full] });
const anywhere = Object.fromEntries(
  eligibilityDimensions.map((dimension) => [dimension, []]),
) as unknown as Eligibility;

const simple: Variant = {
  name: "simple: one group, an allowance, two counters",
  ratingGroups: [groups.octets],
  sessions: 1,
  buckets: [data, main],
  counters: [octets, spent],
  rules: [],
  parts: {},
  requestedUnit: 10_000_000,
};
const abroad = { ...anywhere, networks: ["neighbours"] };
const roaming = {
  serviceInformation: { calledPartyAddress: null, servingNetwork: "20801" },
} as const;

/** None of them is ever hit. */
const ruleOf = (kind: Partial<Rule>): Rule => ({
  ...{ ruleId: Object.keys(kind)[0]!, mode: "enforcing", windowSeconds: 3_600 },
  ...{ spendRate: null, destinationShare: null },
  ...{ simultaneousSessions: null, impossibleTravel: null },
  ...kind,
});
const spendRate = ruleOf({ spendRate: { spentMax: 2 ** 52 } });
const share = ruleOf({
  destinationShare: { zones: ["premium"], sharePercentMax: 50, spentMin: 1_000_000 },
});
const sessionsAtOnce = ruleOf({ simultaneousSessions: { sessionsMax: 8 } });
const travel = ruleOf({ impossibleTravel: { changesMax: 2 } });
const allRules = [spendRate, share, sessionsAtOnce, travel];

export const variants: readonly Variant[] = [
  simple,
  { ...simple, name: "two groups", ratingGroups: [groups.octets, groups.more] },
  { ...simple, name: "a counter by months with two thresholds", counters: [watched, spent] },
  { ...simple, name: "a counter with a cap", counters: [{ ...watched, cap: 2 ** 51 }, spent] },
  { ...simple, name: "a bucket that eight sessions share", sessions: 8 },
  {
    ...simple,
    name: "two groups, thresholds, a shared bucket",
    ratingGroups: [groups.octets, groups.more],
    counters: [watched, spent],
    sessions: 8,
  },
  { ...simple, name: "money by the block", buckets: [main] },
  {
    ...simple,
    name: "money by tiers, with a setup fee",
    ratingGroups: [groups.stepped],
    buckets: [main],
  },
  { ...simple, name: "a price by visited network", ratingGroups: [groups.zoned], parts: roaming },
  {
    ...simple,
    name: "a bucket for some networks alone",
    buckets: [bucket("abroad", "octets", { eligibility: abroad }), main],
    parts: roaming,
    ratingGroups: [groups.zoned],
  },
  { ...simple, name: "a credit limit", buckets: [{ ...main, creditLimit: 2 ** 40 }] },
  {
    ...simple,
    name: "an allowance renewed by months, with rollover",
    buckets: [
      bucket("data", "octets", {
        renewal: {
          period: month,
          amount: 2 ** 45,
          rollover: { bucketId: "rolled", amountMax: 2 ** 44, lastsOnePeriod: true },
        },
      }),
      bucket("rolled", "octets", { priority: 3 }),
      main,
    ],
  },
  {
    ...simple,
    name: "a validity of its own",
    buckets: [bucket("data", "octets", { ownValiditySeconds: 86_400 }), main],
  },
  {
    ...simple,
    name: "grants that the engine sizes",
    ratingGroups: [groups.adaptive],
    requestedUnit: 0,
  },
  {
    ...simple,
    name: "a price by time band, changes told",
    ratingGroups: [groups.banded],
    parts: { isTariffTimeChangeSupported: true },
  },
  {
    ...simple,
    name: "a rule on the spend rate, which the allowance does not concern",
    rules: [spendRate],
  },
  { ...simple, name: "a rule on simultaneous sessions", rules: [sessionsAtOnce] },
  { ...simple, name: "a rule on impossible travel", rules: [travel], parts: roaming },
  { ...simple, name: "a rule of each kind", rules: allRules, parts: roaming },
  {
    ...simple,
    name: "money by the block, a rule on the spend rate",
    buckets: [main],
    rules: [spendRate],
  },
  {
    ...simple,
    name: "money by the block, a rule on destinations",
    buckets: [main],
    rules: [share],
  },
  {
    ...simple,
    name: "money by the block, a rule of each kind",
    buckets: [main],
    rules: allRules,
    parts: roaming,
  },
];
