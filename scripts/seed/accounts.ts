// The demo operator's accounts, each a pure function of its number: subscribers 0 to 999 in plans
// as a prepaid operator has them, families of four on one account.

import { subscriberAt } from "../../bench/traffic/subscribers.ts";
import type { RequestOf } from "../../engine/protocol/operations.ts";
import {
  counters,
  currency,
  type FilledBucket,
  type Plan,
  type PlanName,
  plans,
  tariffId,
  validFrom,
  validUntil,
} from "./operator.ts";

export const demoSubscribers = 1_000;
const familySize = 4;

/** Of twenty subscribers in a row: how they are spread over the plans. Sums to 20. */
const mix: readonly { readonly plan: PlanName; readonly subscribers: number }[] = [
  { plan: "data", subscribers: 10 },
  { plan: "talk", subscribers: 5 },
  { plan: "family", subscribers: familySize },
  { plan: "spent", subscribers: 1 },
];

export type DemoAccount = {
  readonly account: RequestOf<"putAccount">;
  readonly topUps: readonly RequestOf<"topUp">[];
};

/** Subscribers `first` and up on one account, with its first top-ups under fixed request ids. */
const accountOf = (plan: Plan, first: number, count: number): DemoAccount => {
  const accountId = `demo-${String(first).padStart(5, "0")}`;
  const subscribers = Array.from({ length: count }, (_, index) => subscriberAt(first + index));
  return {
    account: {
      accountId,
      currency,
      subscriberIdentifiers: subscribers.flatMap(({ msisdn, imsi }) => [msisdn, imsi]),
      products: [{ productId: plan.productId, tariffId, validFrom, validUntil }],
      buckets: plan.buckets.map(specificationOf),
      counters,
    },
    topUps: plan.buckets.map(({ bucketId, amount }) => ({
      requestId: `seed-${accountId}-${bucketId}`,
      accountId,
      bucketId,
      amount,
    })),
  };
};

/** All accounts for `subscribers` subscribers, in the order of their numbers. */
export const demoAccounts = (subscribers: number): readonly DemoAccount[] => {
  const accounts: DemoAccount[] = [];
  for (let next = 0; next < subscribers; ) {
    for (const { plan, subscribers: share } of mix) {
      const size = plan === "family" ? familySize : 1;
      for (let taken = 0; taken < share && next < subscribers; taken += size) {
        const count = Math.min(size, subscribers - next);
        accounts.push(accountOf(plans[plan], next, count));
        next += count;
      }
    }
  }
  return accounts;
};

const specificationOf = ({ amount: _, ...specification }: FilledBucket) => specification;
