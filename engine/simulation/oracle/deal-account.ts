// An account of a market, with buckets that begin and end near the moment, and the sessions that
// its subscriber will have, one after the other.

import { plainBucket, plainCounter } from "../../balance/profile.ts";
import type { Random } from "../../values/random.ts";
import type { AccountSpec } from "./books.ts";
import { between, onceIn, pick } from "./deal.ts";
import { dataGroup, type Market, voiceGroup } from "./deal-market.ts";
import { counterIdOf } from "./deal-price.ts";
import type { Moment } from "./moments.ts";

export type SessionSpec = {
  readonly ratingGroup: number;
  readonly beginsAt: number;
  readonly endsAt: number;
  /** Of its clock's seconds, how long after ours they begin. */
  readonly phaseMs: number;
  /** Reports use before and after a change of the tariff apart. */
  readonly isAware: boolean;
  /** Ends when the last grant is used up; otherwise it asks again. */
  readonly endsOnFinal: boolean;
};

export type Dealt = {
  readonly account: AccountSpec;
  readonly credit: Readonly<Record<string, number>>;
  readonly sessions: readonly SessionSpec[];
};

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const always = { validFrom: 0, validUntil: Date.parse("2040-01-01T00:00:00Z") };

export const dealAccount = (
  random: Random,
  accountId: string,
  moment: Moment,
  markets: readonly Market[],
): Dealt => {
  const [first, second] = [pick(random, markets), pick(random, markets)];
  const ratingGroup = pick(random, [dataGroup, voiceGroup]);
  const unit = ratingGroup === dataGroup ? "octets" : "seconds";
  const near = () => moment.at + between(random, -15 * 60, 25 * 60) * secondMs;
  const hasTwo = onceIn(random, 6);
  const changeAt = hasTwo ? near() : always.validUntil;
  const isSteady = first.isSteady && !hasTwo;
  const isByBlock = [first, second].every(({ style }) => !style.hasFees && !style.hasTiers);
  const main = onceIn(random, 4) ? between(random, 0, 3_000_000) : 50_000_000_000;
  const isAware = !onceIn(random, 4);
  const phaseMs = isAware ? 0 : between(random, 0, 999);
  const owned = [
    { ...bucketOf("main", "money", 9), creditLimit: onceIn(random, 4) ? 400_000 : 0 },
    ...dealAllowances(random, unit, isAware, near),
    ...(isByBlock && onceIn(random, 3) ? [dealGift(random, isSteady, near)] : []),
  ];
  return {
    account: {
      ...{ accountId, currency: "EUR", timeZone: moment.timeZone },
      subscriberIdentifiers: [`msisdn-${accountId}`],
      products: [
        product("first", first, { validFrom: 0, validUntil: changeAt }),
        ...(hasTwo ? [product("second", second, { ...always, validFrom: changeAt })] : []),
      ],
      buckets: owned,
      counters: dealCounters(random, isAware),
    },
    credit: Object.fromEntries(
      owned.map(({ bucketId, unit: held }) => {
        if (bucketId === "main") return [bucketId, main];
        return [bucketId, between(random, 1, held === "money" ? 2_000_000 : 1_500)];
      }),
    ),
    sessions: dealSessions(random, { ratingGroup, isAware, phaseMs }, moment),
  };
};

type BucketSpec = AccountSpec["buckets"][number];

const bucketOf = (bucketId: string, unit: BucketSpec["unit"], priority: number): BucketSpec => ({
  ...{ bucketId, unit, priority, ratingGroups: [] },
  ...always,
  ...plainBucket,
});

const product = (
  productId: string,
  { publications }: Market,
  valid: { readonly validFrom: number; readonly validUntil: number },
) => ({ productId, tariffId: publications[0]!.document.tariffId, ...valid });

/**
 * One that ends, one that begins, one for some hours only; each now and then. Who cannot report
 * apart is not cut off where a bucket begins or a period ends, and comes back a while after that:
 * only where prices change, and where a bucket ends, is every second of that use known.
 */
const dealAllowances = (
  random: Random,
  unit: "octets" | "seconds",
  isAware: boolean,
  near: () => number,
): BucketSpec[] => {
  const all: BucketSpec[] = [
    { ...bucketOf("ending", unit, between(random, 1, 3)), validUntil: near() },
    { ...bucketOf("coming", unit, between(random, 4, 5)), validFrom: near() },
    { ...bucketOf("timed", unit, between(random, 6, 7)), eligibility: inBand("calm") },
  ];
  return all.filter(({ bucketId }) => onceIn(random, 4) && (isAware || bucketId !== "coming"));
};

const inBand = (timeBandId: string) => ({
  ...{ zones: [], networks: [], ratTypes: [], slices: [], dnns: [], services: [] },
  ...{ closedUserGroups: [], qos: [], subscribers: [], timeBands: [timeBandId] },
});

/**
 * Money beside the main account, only where prices are by the block alone: which of two pays next
 * would else depend on where a report ends. It ends near the moment only where no price rises,
 * because a grant holds no more of it than its own prices ask for.
 */
const dealGift = (random: Random, isSteady: boolean, near: () => number): BucketSpec => {
  const gift = bucketOf("gift", "money", 1);
  return isSteady && onceIn(random, 2) ? { ...gift, validUntil: near() } : gift;
};

const dealCounters = (random: Random, isAware: boolean) =>
  ([dataGroup, voiceGroup] as const).map((ratingGroup) => {
    const unit = ratingGroup === dataGroup ? ("octets" as const) : ("seconds" as const);
    const dealt = { unit: pick(random, ["day", "month"] as const), anchorDay: 1, count: 1 };
    const period = isAware ? dealt : null;
    return {
      ...{ counterId: counterIdOf(unit), unit, ratingGroups: [ratingGroup] },
      ...{ ...plainCounter, period },
    };
  });

const dealSessions = (
  random: Random,
  kind: Pick<SessionSpec, "ratingGroup" | "isAware" | "phaseMs">,
  moment: Moment,
): SessionSpec[] => {
  const sessions: SessionSpec[] = [];
  let from = moment.at - 20 * minuteMs + kind.phaseMs;
  const count = onceIn(random, 2) ? 2 : 1;
  for (let n = 0; n < count; n++) {
    const beginsAt = from + between(random, 0, 15 * 60) * secondMs;
    const endsAt = beginsAt + between(random, 5, onceIn(random, 3) ? 2_400 : 900) * secondMs;
    from = endsAt + secondMs;
    sessions.push({ ...kind, beginsAt, endsAt, endsOnFinal: onceIn(random, 2) });
  }
  return sessions;
};
