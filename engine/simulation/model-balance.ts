// What the naive model says of an account: buckets, counters and open sessions, as they are when
// what is due by then has happened.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type ModelAnswer, refused, succeeded } from "./model-account.ts";
import { periodOf } from "./model-counters.ts";
import { afterDues } from "./model-dues.ts";
import { accountOf, type Model } from "./model-kept.ts";

export const queryBalance = (
  model: Model,
  request: CheckedRequestOf<"queryBalance">,
  { now, takenOnAt }: { readonly now: number; readonly takenOnAt: number },
): ModelAnswer => {
  const found = accountOf(model, request.subscriberIdentifier);
  if (found === undefined) return refused("USER_UNKNOWN");
  const account = afterDues(found, now, takenOnAt);
  const { accountId, currency } = account.profile;
  return succeeded({
    accountId,
    currency,
    profileVersion: account.version,
    buckets: account.buckets
      .filter((bucket) => bucket !== null)
      .map((bucket) => {
        const { bucketId, unit, remaining, reserved, validFrom, validUntil, own } = bucket;
        const { currency: other } = bucket;
        const amounts = { remaining: Number(remaining), reserved: Number(reserved) };
        const from = own?.from ?? validFrom;
        const until = Math.min(validUntil, own?.until ?? validUntil);
        return { bucketId, unit, ...amounts, validFrom: from, validUntil: until, currency: other };
      }),
    counters: account.counters
      .filter((counter) => counter !== null)
      // By slot, which a counter shares with what else stands behind the buckets.
      .sort((a, b) => account.slots.indexOf(a.counterId) - account.slots.indexOf(b.counterId))
      .map((counter) => {
        const { counterId, unit, level, thresholds, reservedUnder } = counter;
        const isOver = counter.periodNumber < periodOf(counter, account.profile, takenOnAt).number;
        const value = isOver ? 0 : Number(counter.value);
        const status = isOver
          ? null
          : (thresholds[Math.min(level, thresholds.length) - 1]?.status ?? null);
        return { counterId, unit, value, status, reserved: Number(reservedUnder) };
      }),
    openSessions: account.sessions.size,
  });
};
