// Opens an account or replaces its profile. The profile and the account value change in one script;
// the identifiers live on other shards, so they are claimed before and released after. A crash
// between leaves a claim that leads nowhere: the profile is the truth, and a claim without one can
// be taken, after a grace that is longer than anybody may hold a claim without having written the
// profile.

import { setTimeout as sleep } from "node:timers/promises";
import { companionsOf, isStateOfCounter } from "../balance/companions.ts";
import { isValidAt, type Profile } from "../balance/profile.ts";
import { assignBucketSlots, assignCounterSlots } from "../balance/slots.ts";
import { limits } from "../limits.ts";
import type { AnswerOf, CheckedRequestOf } from "../protocol/operations.ts";
import { notices } from "../protocol/operations.ts";
import { type Refusal, refusal, resultCodes } from "../protocol/result-codes.ts";
import { err, ok, type Result } from "../values/result.ts";
import { accountProblem } from "./account-problem.ts";
import type { Store } from "./connection.ts";
import { keys, shardOf } from "./keys.ts";
import { splitProfile } from "./profile-terms.ts";
import { packProfile } from "./profile-value.ts";
import { identifierPlace, type Profiles } from "./profiles.ts";
import type { Stopwatch } from "./stopwatch.ts";

type Request = CheckedRequestOf<"putAccount">;
type Outcome = Result<AnswerOf<"putAccount">, Refusal>;
type Context = {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly shards: number;
  readonly now: () => number;
  readonly stopwatch: Stopwatch;
};

export const putAccount = async (context: Context, request: Request): Promise<Outcome> => {
  const problem = accountProblem(request);
  if (problem !== undefined) return err(refusal("INVALID_VALUE", problem));
  for (let attempt = 0; attempt <= limits.stalePlanRetriesMax; attempt++) {
    const outcome = await tryPut(context, request);
    if (outcome !== undefined) return outcome;
  }
  return err(refusal("TOO_BUSY", "the account keeps changing", limits.retryAfterMs));
};

/**
 * undefined when the account changed meanwhile, or its claims have grown too old to be relied on.
 */
const tryPut = async (context: Context, request: Request): Promise<Outcome | undefined> => {
  const { accountId } = request;
  const old = await context.profiles.read(accountId);
  const buckets = assignBucketSlots(old?.buckets ?? [], request.buckets);
  const counters = assignCounterSlots(old?.counters ?? [], [
    ...request.counters,
    ...companionsOf(request.buckets, request.counters, request.rules),
  ]);
  for (const [name, { slots }, most] of [
    ["buckets", buckets, limits.bucketsPerAccountMax],
    ["counters", counters, limits.counterSlotsMax],
  ] as const) {
    if (slots.length <= most) continue;
    return err(refusal("INVALID_VALUE", `${name}: no vacant slot of ${most}`));
  }
  const oldIdentifiers = old?.subscriberIdentifiers ?? [];
  const claimsFrom = context.stopwatch.elapsedMs();
  for (const identifier of request.subscriberIdentifiers) {
    if (!(await claim(context, identifier, accountId))) {
      return err(refusal("IDENTIFIER_TAKEN", identifier));
    }
  }
  const version = old?.version ?? 0;
  const profile = {
    accountId,
    version: version + 1,
    currency: request.currency,
    timeZone: request.timeZone,
    subscriberIdentifiers: request.subscriberIdentifiers,
    products: request.products,
    buckets: buckets.slots,
    counters: counters.slots,
    rules: request.rules,
  };
  if (old !== undefined && packProfile({ ...profile, version }).equals(packProfile(old))) {
    return ok({ profileVersion: version, isChanged: false });
  }
  if (context.stopwatch.elapsedMs() - claimsFrom > limits.claimHeldMsMax) return undefined;
  const refused = await write(context, profile, {
    mustBeEmpty: [...buckets.mustBeEmpty, ...moneySlots(old, request.currency)],
    countersAnew: counters.mustBeEmpty,
    capsFree: counters.mustBeEmpty.filter((slot) => isStateOfCounter(old!.counters[slot]!)),
  });
  if (refused !== undefined) return refused === "stale" ? undefined : err(refused);
  for (const identifier of oldIdentifiers) {
    if (!request.subscriberIdentifiers.includes(identifier)) {
      await release(context, identifier, accountId);
    }
  }
  return ok({ profileVersion: profile.version, isChanged: true });
};

/** Money does not become money of another currency. */
const moneySlots = (old: Profile | undefined, currency: string): readonly number[] => {
  if (old === undefined || old.currency === currency) return [];
  return old.buckets.flatMap((bucket, slot) => {
    return bucket?.unit === "money" && bucket.currency === null ? [slot] : [];
  });
};

const write = async (
  { store, shards, now }: Context,
  profile: Profile,
  slots: {
    readonly mustBeEmpty: readonly number[];
    readonly countersAnew: readonly number[];
    /** Of counters' states: nothing may be reserved there. */
    readonly capsFree: readonly number[];
  },
): Promise<Refusal | "stale" | undefined> => {
  const { accountId, buckets, counters, version } = profile;
  const shard = shardOf(accountId, shards);
  const { own, termsId, terms } = splitProfile(profile);
  const at = now();
  const [code, slot] = (await store.run(
    "put-account",
    [
      keys.account(shard, accountId),
      keys.profile(shard, accountId),
      keys.journal(shard),
      keys.terms(shard),
    ],
    [
      version - 1,
      packProfile(profile),
      buckets.length,
      counters.length,
      Buffer.from(slots.mustBeEmpty),
      accountId,
      at,
      Buffer.from(slots.countersAnew),
      own,
      termsId,
      terms,
      Buffer.from(slots.capsFree),
      noticeKind(profile, at),
    ],
  )) as [number, number];
  if (code === resultCodes.SUCCESS.number) return undefined;
  if (code === resultCodes.BUCKET_NOT_EMPTY.number) {
    return refusal("BUCKET_NOT_EMPTY", `slot ${slot} of account ${accountId}`);
  }
  return "stale";
};

/** What the open sessions hear of it: without any valid product they are over. */
const noticeKind = ({ products }: Profile, at: number): number => {
  const isServed = products.some((product) => isValidAt(product, at));
  return (isServed ? notices.reauthorize : notices.abort).number;
};

/** True when the identifier is the account's after this. */
const claim = async (
  { store, profiles, shards }: Context,
  identifier: string,
  accountId: string,
): Promise<boolean> => {
  const { key } = identifierPlace(identifier, shards);
  const tryClaim = async (from: string) =>
    String(await store.run("claim-identifier", [key], [identifier, accountId, from]));
  const owner = await tryClaim("");
  if (owner === accountId) return true;
  const isListed = async () =>
    (await profiles.read(owner))?.subscriberIdentifiers.includes(identifier) ?? false;
  if (await isListed()) return false;
  // Its owner may be about to write its profile.
  await sleep(limits.claimGraceMs);
  return !(await isListed()) && (await tryClaim(owner)) === accountId;
};

const release = async ({ store, shards }: Context, identifier: string, accountId: string) => {
  const { key } = identifierPlace(identifier, shards);
  await store.run("release-identifier", [key], [identifier, accountId]);
};
