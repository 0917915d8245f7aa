// One tariff, accounts that own a product of it, and the messages of their sessions: what the live
// suites of the engine charge. Every number that a test reasons about stands here.

import type { Client } from "../../engine/protocol/client/client.ts";
import type { AnswerOf, RequestOf } from "../../engine/protocol/operations.ts";
import type { Refusal } from "../../engine/protocol/result-codes.ts";
import type { Result } from "../../engine/values/result.ts";

type PutAccount = RequestOf<"putAccount">;
type SessionRequest = RequestOf<"update">;
export type Usage = SessionRequest["multipleUnitUsage"][number];

export const mebi = 1024 * 1024;
/** Micros of a cent. */
export const cent = 10_000;
export const past = Date.parse("2020-01-01T00:00:00Z");
export const future = Date.parse("2040-01-01T00:00:00Z");

/** Rating groups, by what they are used for. */
export const web = 10;
export const video = 20;
export const voice = 100;
export const message = 200;
/** In no tariff. */
export const unpriced = 999;

const price = (
  ratingGroup: number,
  unit: "octets" | "seconds" | "messages",
  block: { readonly blockUnits: number; readonly blockPrice: string },
  grant: { readonly quotaUnits: number; readonly quotaUnitsMax: number },
  validityTimeSeconds = 600,
) => ({ ratingGroup, unit, ...block, ...grant, validityTimeSeconds });

/** A cent per MiB of web, five of video; nine per minute of voice, nine per message. */
export const tariffDocument = (tariffId = "standard", webPrice = "0.01"): string =>
  JSON.stringify({
    tariffId,
    currency: "EUR",
    effectiveFrom: "2020-01-01T00:00:00Z",
    ratingGroups: [
      price(
        web,
        "octets",
        { blockUnits: mebi, blockPrice: webPrice },
        { quotaUnits: 10 * mebi, quotaUnitsMax: 40 * mebi },
      ),
      price(
        video,
        "octets",
        { blockUnits: mebi, blockPrice: "0.05" },
        { quotaUnits: 20 * mebi, quotaUnitsMax: 20 * mebi },
      ),
      price(
        voice,
        "seconds",
        { blockUnits: 60, blockPrice: "0.09" },
        { quotaUnits: 600, quotaUnitsMax: 600 },
      ),
      price(
        message,
        "messages",
        { blockUnits: 1, blockPrice: "0.09" },
        { quotaUnits: 1, quotaUnitsMax: 10 },
        60,
      ),
    ],
  });

const always = { validFrom: past, validUntil: future };

export const bucketOf = (
  bucketId: string,
  unit: PutAccount["buckets"][number]["unit"],
  ratingGroups: readonly number[] = [],
): PutAccount["buckets"][number] => ({
  bucketId,
  unit,
  priority: 1,
  ratingGroups,
  creditLimit: 0,
  ...always,
});

/** An allowance of web octets and money for everything; counts octets and money. */
export const accountOf = (accountId: string, changes: Partial<PutAccount> = {}): PutAccount => ({
  accountId,
  currency: "EUR",
  subscriberIdentifiers: [`msisdn-${accountId}`, `imsi-${accountId}`],
  products: [{ productId: "plan", tariffId: "standard", ...always }],
  buckets: [bucketOf("allowance", "octets", [web]), bucketOf("main", "money")],
  counters: [
    { counterId: "octets-used", unit: "octets", ratingGroups: [] },
    { counterId: "money-spent", unit: "money", ratingGroups: [] },
  ],
  ...changes,
});

/** The value of an answer; a refusal fails the test with its code. */
export const answered = <T>(result: Result<T, Refusal>): T => {
  if (!result.isOk) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
};

/** The code of a refusal; an answer is shown as it is. */
export const codeOf = (result: Result<unknown, Refusal>): unknown =>
  result.isOk ? result.value : result.error.code;

/** Opens the account and fills its buckets, each amount once. */
export const openAccount = async (
  business: Pick<Client, "putAccount" | "topUp">,
  account: PutAccount,
  amounts: Readonly<Record<string, number>> = {},
) => {
  answered(await business.putAccount(account));
  for (const [bucketId, amount] of Object.entries(amounts)) {
    const { accountId } = account;
    const requestId = `fill-${accountId}-${bucketId}`;
    answered(await business.topUp({ requestId, accountId, bucketId, amount }));
  }
};

export const usageOf = (
  ratingGroup: number,
  requestedUnit: number | null,
  usedUnit: number | null = null,
): Usage => ({ ratingGroup, requestedUnit, usedUnit });

/** A message of the account's session, now; the same arguments at another time are another body. */
export const sessionMessage = (
  accountId: string,
  sessionId: string,
  sequence: number,
  ...multipleUnitUsage: readonly Usage[]
): SessionRequest => ({
  sessionId,
  sequence,
  subscriberIdentifier: `msisdn-${accountId}`,
  eventTimestamp: Date.now(),
  multipleUnitUsage,
  serviceInformation: null,
});

export const eventOf = (
  accountId: string,
  requestId: string,
  ...usedUnits: RequestOf<"event">["usedUnits"]
): RequestOf<"event"> => ({
  requestId,
  subscriberIdentifier: `msisdn-${accountId}`,
  eventTimestamp: Date.now(),
  usedUnits,
  serviceInformation: null,
});

/** What the account has: remaining and reserved by bucket, counters, open sessions. */
export type Holdings = {
  readonly buckets: Readonly<Record<string, readonly [remaining: number, reserved: number]>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly openSessions: number;
};

export const holdingsOf = ({
  buckets,
  counters,
  openSessions,
}: AnswerOf<"queryBalance">): Holdings => ({
  buckets: Object.fromEntries(
    buckets.map(({ bucketId, remaining, reserved }) => [bucketId, [remaining, reserved]]),
  ),
  counters: Object.fromEntries(counters.map(({ counterId, value }) => [counterId, value])),
  openSessions,
});

export const readHoldings = async (client: Client, accountId: string): Promise<Holdings> =>
  holdingsOf(answered(await client.queryBalance({ subscriberIdentifier: `msisdn-${accountId}` })));
