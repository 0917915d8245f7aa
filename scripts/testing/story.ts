// What stories are told with: a Redis, an engine with sockets whose clock the story moves, the
// client library, and phones that ask through it. A story brings its own tariff and accounts.

import type { Eligibility } from "../../engine/balance/eligibility.ts";
import { plainBucket, plainCounter } from "../../engine/balance/profile.ts";
import type { AnswerOf, RequestOf } from "../../engine/protocol/operations.ts";
import { businessClient, type createCleanUp, networkClient, startEngineHere } from "./engine.ts";
import { expectNoDrift } from "./no-drift.ts";
import { type Phone, phoneOf, type Said } from "./phone.ts";
import { startRedis } from "./redis-server.ts";
import { answered, holdingsOf, openAccount } from "./subscribers.ts";

export type PutAccount = RequestOf<"putAccount">;
type Bucket = PutAccount["buckets"][number];
type Counter = PutAccount["counters"][number];

export { cent } from "./subscribers.ts";
export const euro = 1_000_000;
export const gigabyte = 1_000_000_000;
export const megabyte = 1_000_000;
export const always = { validFrom: 0, validUntil: Date.parse("2040-01-01T00:00:00Z") };

export type Story = Awaited<ReturnType<typeof beginStory>>;

/** `startsAt` as 2027-03-26T23:58:00+01:00. */
export const beginStory = async (
  cleanUp: Pick<ReturnType<typeof createCleanUp>, "add">,
  startsAt: string,
) => {
  const clock = { now: Date.parse(startsAt) };
  const redis = cleanUp.add(await startRedis());
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, now: () => clock.now }));
  const network = cleanUp.add(networkClient([engine]));
  const business = cleanUp.add(businessClient([engine]));
  let topUps = 0;
  return {
    publish: async (document: object) => {
      answered(await business.publishTariff({ document: JSON.stringify(document) }));
    },
    open: (account: PutAccount, amounts: Readonly<Record<string, number>> = {}) =>
      openAccount(business, account, amounts),
    topUp: async (accountId: string, bucketId: string, amount: number) => {
      const requestId = `story-${++topUps}`;
      answered(await business.topUp({ requestId, accountId, bucketId, amount }));
    },
    phone: (number: string, said: Said = {}): Phone => phoneOf(network, clock, number, said),
    passTo: (moment: string) => {
      clock.now = Date.parse(moment);
    },
    passSeconds: (seconds: number) => {
      clock.now += 1_000 * seconds;
    },
    /** Remaining and reserved by bucket, counters, open sessions; what counters have reached. */
    balance: async (number: string) => {
      const answer = answered(await network.queryBalance({ subscriberIdentifier: number }));
      return { ...holdingsOf(answer), status: statusOf(answer) };
    },
    /** Whatever happened, the journal explains every balance. */
    expectNoDrift: () => expectNoDrift(redis.url),
  };
};

const statusOf = ({ counters }: AnswerOf<"queryBalance">): Readonly<Record<string, string>> =>
  Object.fromEntries(
    counters.flatMap(({ counterId, status }) => (status === null ? [] : [[counterId, status]])),
  );

/** Of the tariff "plan", from long ago to long after. */
export const accountWith = (
  accountId: string,
  parts: { readonly buckets: readonly Bucket[] } & Partial<PutAccount>,
): PutAccount => ({
  accountId,
  currency: "EUR",
  timeZone: "Europe/Berlin",
  subscriberIdentifiers: [accountId],
  products: [{ productId: "plan", tariffId: "plan", ...always }],
  counters: [],
  ...parts,
});

export const bucketWith = (
  bucketId: string,
  unit: Bucket["unit"],
  rest: Partial<Bucket> = {},
): Bucket => ({
  ...{ bucketId, unit, priority: 1, ratingGroups: [] },
  ...{ ...always, ...plainBucket, ...rest },
});

export const counterWith = (
  counterId: string,
  unit: Counter["unit"],
  rest: Partial<Counter> = {},
): Counter => ({ counterId, unit, ratingGroups: [], ...plainCounter, ...rest });

export const monthly = { unit: "month", anchorDay: 1, count: 1 } as const;

/** Eligible for these alone: `only({ networks: ["abroad"] })`. */
export const only = (values: Partial<Eligibility>): Eligibility => ({
  ...{ zones: [], networks: [], ratTypes: [], slices: [], dnns: [], services: [] },
  ...{ closedUserGroups: [], qos: [], timeBands: [], subscribers: [] },
  ...values,
});

export const tariffWith = (ratingGroups: readonly object[], rest: object = {}): object => ({
  ...{ tariffId: "plan", currency: "EUR", effectiveFrom: "2020-01-01T00:00:00Z" },
  ...{ timeZone: "Europe/Berlin", ...rest, ratingGroups },
});
