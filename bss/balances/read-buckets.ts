// Buckets and what they come to, as the engine says them at this moment: nothing here is a copy.
// What is reserved is what sessions hold, which the engine knows, and what reservations hold
// (holds.ts).

import type { AnswerOf } from "../../engine/protocol/operations.ts";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { refusalOfEngine } from "../engine-connection.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { balanceApi } from "./action-kinds.ts";
import { type BucketTerms, bucketIdOf, quantityOf, unitsOf, usageTypeOf } from "./bucket-terms.ts";
import type { BalanceAccount } from "./find-accounts.ts";
import { heldAmounts } from "./holds.ts";
import type { EngineMoves } from "./movement.ts";
import { bucketHref, bucketRefOf, ownerRefOf } from "./references.ts";
import type { AccumulatedBalance, Bucket } from "./tmf654.generated.ts";

type Balance = AnswerOf<"queryBalance">;
type EngineBucket = Balance["buckets"][number];

export type BalanceReader = { readonly engine: Pick<EngineMoves, "queryBalance"> };

export type BucketNow = {
  readonly account: BalanceAccount;
  readonly terms: BucketTerms;
  readonly remaining: number;
  readonly document: Bucket & { readonly id: string };
};

/** Beyond it there is no such date: it never ends. */
const dateMax = 8.64e15;

const periodOf = ({ validFrom, validUntil }: EngineBucket) => ({
  startDateTime: new Date(validFrom).toISOString(),
  ...(validUntil > dateMax ? {} : { endDateTime: new Date(validUntil).toISOString() }),
});

const statusOf = ({ validFrom, validUntil }: EngineBucket, now: number): Bucket["status"] => {
  if (validUntil <= now) return "expired";
  return validFrom > now ? "suspended" : "active";
};

const termsOf = (balance: Balance, { bucketId, unit, currency }: EngineBucket): BucketTerms => ({
  ...{ bucketId, unit },
  currency: unit === "money" ? (currency ?? balance.currency) : null,
});

/** What both resources say of whose they are. */
export const belongingsOf = (account: BalanceAccount) => ({
  ...ownerRefOf(account),
  ...(account.billingAccountId === null ? {} : { partyAccount: { id: account.billingAccountId } }),
  ...(account.productIds.length === 0 ? {} : { product: account.productIds.map((id) => ({ id })) }),
});

const documentOf = (
  account: BalanceAccount,
  terms: BucketTerms,
  bucket: EngineBucket,
  { now, held }: { readonly now: number; readonly held: number },
): BucketNow["document"] => {
  const { accountId } = account;
  const id = bucketIdOf({ accountId, bucketId: bucket.bucketId });
  return {
    ...{ id, href: bucketHref(id), "@type": "Bucket", name: bucket.bucketId },
    usageType: usageTypeOf(terms),
    status: statusOf(bucket, now),
    remainingValue: quantityOf(terms, bucket.remaining),
    reservedValue: quantityOf(terms, bucket.reserved + held),
    validFor: periodOf(bucket),
    ...belongingsOf(account),
    logicalResource: [{ id: accountId, "@referredType": "BalanceAccount" }],
  };
};

/** All buckets of these accounts, in their order; those that the engine does not know have none. */
export const readBuckets = async (
  { engine }: BalanceReader,
  context: Context,
  accounts: readonly BalanceAccount[],
): Promise<Answered<readonly BucketNow[]>> => {
  const held = await heldAmounts(
    context,
    accounts.map(({ accountId }) => accountId),
  );
  const balances = await Promise.all(
    accounts.map(({ accountId }) =>
      engine.queryBalance(
        { subscriberIdentifier: `account-${accountId}` },
        { deadlineMs: limits.balanceWaitMsMax },
      ),
    ),
  );
  const buckets: BucketNow[] = [];
  for (const [index, balance] of balances.entries()) {
    const account = accounts[index] as BalanceAccount;
    if (!balance.isOk) {
      if (balance.error.code === "USER_UNKNOWN") continue;
      return { isOk: false, error: refusalOfEngine(balance.error) };
    }
    for (const bucket of balance.value.buckets) {
      const terms = termsOf(balance.value, bucket);
      const of = { now: context.now, held: held(account.accountId, bucket.bucketId) };
      const document = documentOf(account, terms, bucket, of);
      buckets.push({ account, terms, remaining: bucket.remaining, document });
    }
  }
  return ok(buckets);
};

/** One for each unit of an account: what its buckets that are valid now have left together. */
export const accumulate = (
  buckets: readonly BucketNow[],
): Answered<readonly (AccumulatedBalance & { readonly id: string })[]> => {
  const made = [...groupBuckets(buckets)].map(([id, group]) => {
    const first = group[0] as BucketNow;
    const active = group.filter(({ document }) => document.status === "active");
    const total = active.reduce((sum, { remaining }) => sum + remaining, 0);
    const { account, terms } = first;
    return { id, total, group, account, terms };
  });
  if (made.some(({ total }) => !Number.isSafeInteger(total))) {
    return refuse("UNPROCESSABLE", "the sum of its buckets is beyond what can be said exactly");
  }
  return ok(
    made.map(({ id, total, group, account, terms }) => ({
      ...{ id, href: `${balanceApi.basePath}/accumulatedBalance/${encodeURIComponent(id)}` },
      ...{ "@type": "AccumulatedBalance", name: unitsOf(terms) },
      totalBalance: quantityOf(terms, total),
      bucket: group.map(({ terms: { bucketId } }) =>
        bucketRefOf({ accountId: account.accountId, bucketId }),
      ),
      ...belongingsOf(account),
      logicalResource: { id: account.accountId, "@referredType": "BalanceAccount" },
    })),
  );
};

/** By account and unit; the name is that of a bucket which is called as the unit. */
const groupBuckets = (buckets: readonly BucketNow[]): ReadonlyMap<string, BucketNow[]> => {
  const groups = new Map<string, BucketNow[]>();
  for (const bucket of buckets) {
    const { accountId } = bucket.account;
    const id = bucketIdOf({ accountId, bucketId: unitsOf(bucket.terms) });
    groups.set(id, [...(groups.get(id) ?? []), bucket]);
  }
  return groups;
};
