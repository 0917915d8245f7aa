// The models beside what Redis has, at any moment: as what is carried out is known, nothing may
// differ. And at the end: nothing was lost or made, and nothing is held for ever.

import { isDeepStrictEqual } from "node:util";
import { readAccountValue } from "../../store/account-value.ts";
import { audit } from "../../store/audit.ts";
import type { Store } from "../../store/connection.ts";
import { keys } from "../../store/keys.ts";
import { scanTransits } from "../../store/transit.ts";
import type { Model } from "../model.ts";
import type { ModelTransit } from "../model-kept.ts";
import { bucketOf } from "../model-movements.ts";
import { accountValueOf } from "../model-state.ts";
import { measureOf } from "../model-transfers.ts";
import { type Auditor, count, disagree } from "./auditor.ts";

export const compareState = async (auditor: Auditor, store: Store): Promise<void> => {
  for (const [shard, model] of auditor.models.entries()) {
    await compareAccounts(auditor, shard, model, store);
    const there = await scanTransits(store, shard);
    const names = there.map(({ fromAccountId, requestId }) => `${fromAccountId} ${requestId}`);
    const expected = [...model.transits.keys()].sort();
    if (!isDeepStrictEqual(names.sort(), expected)) {
      disagree(auditor, `what is in transit from shard ${shard}`, expected, names);
    }
  }
};

const compareAccounts = async (auditor: Auditor, shard: number, model: Model, store: Store) => {
  const accounts = [...model.accounts];
  if (accounts.length === 0) return;
  const accountKeys = accounts.map(([accountId]) => keys.account(shard, accountId));
  const values = (await store.call("MGET", ...accountKeys)) as (Buffer | null)[];
  for (const [index, [accountId, account]] of accounts.entries()) {
    const value = values[index];
    const expected = accountValueOf(account);
    const there = value == null ? null : withoutFingerprints(readAccountValue(value));
    if (!isDeepStrictEqual(there, expected)) {
      const parts = firstDifference(expected, there, "");
      disagree(auditor, `account ${accountId}${parts.path}`, parts.expected, parts.there);
    }
  }
};

const withoutFingerprints = (value: ReturnType<typeof readAccountValue>) => ({
  ...value,
  sessions: new Map(
    [...value.sessions].map(([id, { fingerprint: _, ...session }]) => [id, session] as const),
  ),
});

type Difference = { readonly path: string; readonly expected: unknown; readonly there: unknown };

const firstDifference = (expected: unknown, there: unknown, path: string): Difference => {
  const [one, other] = [expected, there].map((side) => {
    return side instanceof Map ? Object.fromEntries(side) : side;
  }) as [unknown, unknown];
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return { path, expected, there };
  }
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const name of names) {
    const parts = [one, other].map((side) => (side as Record<string, unknown>)[name]);
    if (!isDeepStrictEqual(parts[0], parts[1])) {
      return firstDifference(parts[0], parts[1], `${path}.${name}`);
    }
  }
  return { path, expected, there };
};

/**
 * When all is over: no session and no hold, nothing in transit but what waits for a bucket to come
 * back to; and the journal says the same.
 */
export const compareEnd = async (auditor: Auditor, store: Store): Promise<void> => {
  for (const model of auditor.models) {
    for (const transit of model.transits.values()) {
      if (!isWaiting(model, transit)) disagree(auditor, "in transit at the end", "over", transit);
      else count(auditor, "transfers that wait for their bucket");
    }
    for (const [accountId, { buckets, sessions }] of model.accounts) {
      if (sessions.size > 0) disagree(auditor, `open sessions of ${accountId}`, 0, sessions.size);
      for (const bucket of buckets) {
        if (bucket === null) continue;
        const { bucketId, credited, debited, expired, remaining, reserved } = bucket;
        const said = `bucket ${bucketId} of ${accountId}`;
        if (reserved !== 0n) disagree(auditor, `held of ${said}`, 0, reserved);
        const sum = remaining + reserved + debited + expired;
        if (credited !== sum) disagree(auditor, `credited to ${said}`, credited, sum);
      }
    }
  }
  const report = await audit(store, auditor.models.length, () => undefined);
  if (!report.isOk) {
    disagree(auditor, "the journal", "read whole", report.error);
    return;
  }
  if (report.value.drifted.length > 0) disagree(auditor, "drift", [], report.value.drifted);
  for (const [unit, sums] of report.value.totals) {
    const { credited, debited, drift, expired, inTransit, remaining, reserved } = sums;
    const isKept = credited === remaining + reserved + debited + expired + inTransit;
    if (!isKept || drift !== 0n || inTransit !== waitingOf(auditor, unit)) {
      disagree(auditor, `sums of ${unit}`, "credited = remaining + … and nothing else", sums);
    }
  }
};

/** It cannot arrive, and the bucket that it came from is gone, or holds something else. */
const isWaiting = ({ accounts }: Model, { request, measure }: ModelTransit): boolean => {
  const source = accounts.get(request.fromAccountId)!;
  const bucket = bucketOf(source, request.fromBucketId);
  return bucket === undefined || measureOf(source, bucket) !== measure;
};

const waitingOf = ({ models }: Auditor, unit: string): bigint =>
  models
    .flatMap(({ transits }) => [...transits.values()])
    .filter(({ measure }) => measure === unit)
    .reduce((sum, { request }) => sum + BigInt(request.amount) + BigInt(request.fee), 0n);
