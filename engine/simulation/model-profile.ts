// The naive model's profiles: what of an account stays when another profile takes the place of one,
// and which cannot.

import {
  assignSlots,
  type ModelAccount,
  type ModelAnswer,
  type ModelBucket,
  type ModelCounter,
  type ModelSession,
  type PutAccount,
  refused,
  succeeded,
} from "./model-account.ts";
import { hasState, renewalName, slotNames } from "./model-counters.ts";
import type { Model } from "./model-kept.ts";
import { putRules } from "./model-rules.ts";

/**
 * The programs of the tests name only well-formed profiles, and identifiers of one account each.
 */
export const putAccount = (model: Model, request: PutAccount): ModelAnswer => {
  const old = model.accounts.get(request.accountId);
  const isOtherMoney = old !== undefined && old.profile.currency !== request.currency;
  for (const bucket of old?.buckets ?? []) {
    const wanted = request.buckets.find(({ bucketId }) => bucketId === bucket?.bucketId);
    const isSame = wanted?.unit === bucket?.unit && wanted?.currency === bucket?.currency;
    const isOther = isOtherMoney && bucket?.unit === "money" && bucket.currency === null;
    const isKept = isSame && !isOther;
    const isEmpty = !bucket?.remaining && !bucket?.reserved;
    if (!isKept && !isEmpty) return refused("BUCKET_NOT_EMPTY");
  }
  for (const counter of old?.counters ?? []) {
    if (counter === null || counter.reservedUnder === 0n) continue;
    const wanted = request.counters.find(({ counterId }) => counterId === counter.counterId);
    if (wanted === undefined || !hasState(wanted)) return refused("BUCKET_NOT_EMPTY");
  }
  if (old !== undefined && JSON.stringify(old.profile) === JSON.stringify(request)) {
    return succeeded({ profileVersion: old.version, isChanged: false });
  }
  const amounts = { remaining: 0n, reserved: 0n, credited: 0n, debited: 0n, expired: 0n };
  const nothing = { ...amounts, renewedFor: undefined, own: undefined };
  const account = old ?? { version: 0, slots: [], sessions: new Map<string, ModelSession>() };
  const version = account.version + 1;
  const put: ModelAccount = Object.assign(account, {
    profile: request,
    version,
    buckets: assignSlots(
      old?.buckets ?? [],
      request.buckets,
      (one, other) => one.bucketId === other.bucketId,
      (wanted, kept) =>
        kept === undefined
          ? { ...nothing, ...wanted }
          : Object.assign(kept, stateKept(kept, wanted), wanted),
    ),
    counters: assignSlots(
      old?.counters ?? [],
      request.counters,
      (one, other) => one.counterId === other.counterId,
      (wanted, kept) =>
        kept === undefined
          ? { ...wanted, value: 0n, periodNumber: 0, reservedUnder: 0n, level: 0 }
          : Object.assign(kept, countKept(kept, wanted), wanted),
    ),
    rules: putRules(old?.rules ?? [], request.rules),
    hits: old?.hits ?? [],
  });
  put.slots = assignSlots(
    old?.slots ?? [],
    slotNames(request),
    (one, other) => one === other,
    (name) => name,
  );
  model.accounts.set(request.accountId, put);
  return succeeded({ profileVersion: version, isChanged: true });
};

/** An own validity that is no more, or a renewal by another calendar, is forgotten. */
const stateKept = (kept: ModelBucket, wanted: PutAccount["buckets"][number]) => {
  const isSame =
    kept.renewal !== null && wanted.renewal !== null && renewalName(kept) === renewalName(wanted);
  return {
    own: wanted.ownValiditySeconds > 0 ? kept.own : undefined,
    renewedFor: isSame ? kept.renewedFor : undefined,
  };
};

/** What counts in other units or periods begins anew. */
const countKept = (kept: ModelCounter, wanted: PutAccount["counters"][number]) => {
  const isSame =
    kept.unit === wanted.unit && JSON.stringify(kept.period) === JSON.stringify(wanted.period);
  return {
    value: isSame ? kept.value : 0n,
    periodNumber: isSame ? kept.periodNumber : 0,
    level: hasState(wanted) ? kept.level : 0,
  };
};
