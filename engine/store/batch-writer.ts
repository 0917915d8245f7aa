// Writes the tasks of a batch as lua/lib/batch.lua reads them: the keys they refer to, one binary
// argument, the account ids for the journal, and the stored answers to look up.

import { verbs } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import type { BurnPlan } from "../session/burn-plan.ts";
import { type GrantTime, grantTime, outlastsGrant, plainSeconds } from "../session/grant.ts";
import type { TariffCatalogue } from "../session/price-plan.ts";
import {
  headLength,
  isNaming,
  lookUp,
  lookupsOf,
  writeGroups,
  writeHead,
  writeOperation,
} from "./batch-operation.ts";
import { recallDues } from "./due-bytes.ts";
import { hashOf, keys } from "./keys.ts";
import { luaConstants } from "./lua-constants.ts";
import { type Adding, planMovement, writeMovement } from "./movement-bytes.ts";
import { newestSwitch } from "./newest-switch.ts";
import { type KeptPlan, recallPlan, type WrittenPlan } from "./plan-bytes.ts";
import { writeSaid } from "./said-bytes.ts";
import { recallNames } from "./slot-names.ts";
import type { Task } from "./task.ts";
import { hasJustBegun, tellAsBefore, tellAsReported } from "./tell-as-before.ts";

export type Batch = {
  readonly keys: string[];
  readonly bytes: Buffer;
  readonly accountIds: string;
  /** What was said besides (said-bytes.ts). */
  readonly said: Buffer;
  /** And what movements add. */
  readonly lookups: (string | Buffer)[];
};

export type BatchWriter = (
  tasks: readonly Task[],
  options: { readonly tariffs: TariffCatalogue; readonly now: number; readonly into: Buffer },
) => Batch;

const firstAccountKey = luaConstants["KEY_ACCOUNTS"]!;
const firstLookup = luaConstants["FIRST_LOOKUP"]!;

/** What a batch is put together from; reused from batch to batch. */
type Draft = {
  readonly shard: number;
  /** Where the id begins in an account key, counted from 1. */
  readonly idAt: number;
  keys: string[];
  accountIds: string;
  readonly accountKeys: Map<string, number>;
  /** Of each task the place of its account's key. */
  readonly accountPlaces: number[];
  readonly deadlineKeys: Map<number, number>;
  /**
   * Of each rating group of the batch, in order: the plans of its use before changes of the tariff,
   * then its own; and each distinct one once.
   */
  readonly plans: KeptPlan[];
  /** Of each rating group, in order: seconds, and the change to tell of (s since 1970, 0: none). */
  readonly validityTimes: number[];
  readonly changes: number[];
  /** Of each task: how long its session may be silent then. */
  readonly silencesMs: number[];
  readonly distinct: WrittenPlan[];
  /** Of each task the index of its list of dues, 0 where it has none; and each distinct list. */
  readonly dues: number[];
  /** Likewise of names; they stand among the lists of dues. */
  readonly names: number[];
  readonly distinctDues: WrittenPlan[];
  /** What movements add to the arguments, behind the look-ups; and keys that only they need. */
  readonly extras: Buffer[];
  lookups: number;
  transitsKey: number;
  sweepKey: number;
};

let batchNumber = 0;

/** `into` must stay untouched until the reply of the batch has come. */
export const createBatchWriter = (shard: number): BatchWriter => {
  const shardKeys = [
    keys.journal(shard),
    keys.answers(shard),
    keys.answersPrevious(shard),
    keys.topUps(shard),
    keys.topUpsPrevious(shard),
  ];
  const idAt = keys.accountIdAt(shard);
  const draft: Draft = {
    shard,
    idAt,
    keys: [],
    accountIds: "",
    accountKeys: new Map(),
    accountPlaces: [],
    deadlineKeys: new Map(),
    plans: [],
    validityTimes: [],
    changes: [],
    silencesMs: [],
    distinct: [],
    dues: [],
    names: [],
    distinctDues: [],
    extras: [],
    lookups: 0,
    transitsKey: 0,
    sweepKey: 0,
  };

  return (tasks, { tariffs, now, into }) => {
    clear(draft, shardKeys);
    for (const task of tasks) {
      const usedFrom = planTask(draft, task, tariffs);
      addLists(draft, task, usedFrom, now);
    }
    const accounts = draft.keys.length - firstAccountKey + 1;
    const lookups = lookUp(tasks, false);
    const topUps = lookUp(tasks, true);
    draft.lookups = lookups.length + topUps.length;
    const bytes = into.subarray(0, writeTasks(draft, tasks, { tariffs, now, into }));
    const { distinct, distinctDues, accountIds, extras } = draft;
    const counts = [
      accounts,
      distinct.length,
      tasks.length,
      lookups.length,
      topUps.length,
      distinctDues.length,
    ] as const;
    writeHead(into, now, idAt, counts, newestSwitch(tariffs));
    return {
      keys: draft.keys,
      bytes,
      accountIds,
      said: writeSaid(tasks, now),
      lookups: topUps.length === 0 ? lookups : [...lookups, ...topUps, ...extras],
    };
  };
};

const clear = (draft: Draft, shardKeys: readonly string[]) => {
  batchNumber++;
  draft.keys = shardKeys.slice();
  draft.accountIds = "";
  draft.accountKeys.clear();
  draft.accountPlaces.length = 0;
  draft.deadlineKeys.clear();
  draft.plans.length = 0;
  draft.validityTimes.length = 0;
  draft.changes.length = 0;
  draft.silencesMs.length = 0;
  draft.distinct.length = 0;
  draft.dues.length = 0;
  draft.names.length = 0;
  draft.distinctDues.length = 0;
  draft.extras.length = 0;
  draft.transitsKey = 0;
  draft.sweepKey = 0;
};

/** Returns the earliest moment that something of it is planned for. */
const planTask = (draft: Draft, task: Task, tariffs: TariffCatalogue): number => {
  task.profile = task.account!.profile;
  draft.accountPlaces.push(accountPlace(draft, task.account!.accountKey));
  let secondsMax = 0;
  let usedFrom = task.eventTimestamp;
  for (let i = 0; i < task.usage.length; i++) {
    tellAsReported(task, i);
    const { ratingGroup } = task.usage[i]!;
    const kept = planAt(task, tariffs, ratingGroup, task.eventTimestamp);
    if (hasJustBegun(kept.plan, task.eventTimestamp)) tellBegun(task, i, kept.plan, tariffs);
    const { usedBefore } = task.usage[i]!;
    if (usedBefore !== undefined) {
      for (const { until } of usedBefore) {
        addPlan(draft, planAt(task, tariffs, ratingGroup, until - 1));
        usedFrom = Math.min(usedFrom, until - 1);
      }
    }
    addPlan(draft, kept);
    addTimes(draft, task, kept.plan, tariffs, ratingGroup);
    secondsMax = Math.max(secondsMax, kept.plan.validityTimeSeconds);
  }
  // A session that is silent for twice its validity time is over.
  draft.silencesMs.push(secondsMax === 0 ? limits.sessionIdleMs : 2_000 * secondsMax);
  return usedFrom;
};

// A closure's context is allocated on entering the function that it stands in, whether it is made
// or not: so those of rare cases stand by themselves.
const tellBegun = (task: Task, place: number, plan: BurnPlan, tariffs: TariffCatalogue): void => {
  const { ratingGroup } = task.usage[place]!;
  tellAsBefore(task, place, plan, (at) => planAt(task, tariffs, ratingGroup, at).plan);
};

const limitedTime = (
  task: Task,
  plan: BurnPlan,
  tariffs: TariffCatalogue,
  ratingGroup: number,
): GrantTime =>
  grantTime({
    plan,
    at: task.eventTimestamp,
    isChangeReported: task.isTariffTimeChangeSupported,
    scatter: (most) => hashOf(task.id) % (most + 1),
    planAt: (at) => planAt(task, tariffs, ratingGroup, at).plan,
  });

/** Out of the key, which the command needs in any case: the account's id is another cold string. */
const accountPlace = (draft: Draft, accountKey: string): number => {
  const known = draft.accountKeys.get(accountKey);
  if (known !== undefined) return known;
  const place = draft.keys.push(accountKey);
  draft.accountKeys.set(accountKey, place);
  draft.accountIds += `${accountKey.slice(draft.idAt - 1)}\n`;
  return place;
};

const addTimes = (
  { validityTimes, changes }: Draft,
  task: Task,
  plan: BurnPlan,
  tariffs: TariffCatalogue,
  ratingGroup: number,
) => {
  if (outlastsGrant(plan, task.eventTimestamp)) {
    validityTimes.push(plainSeconds(plan));
    changes.push(0);
    return;
  }
  const { validitySeconds, change } = limitedTime(task, plan, tariffs, ratingGroup);
  validityTimes.push(validitySeconds);
  changes.push(change);
};

const planAt = (task: Task, tariffs: TariffCatalogue, ratingGroup: number, at: number) => {
  const { profile, plans } = task.account!;
  const { identifier, serviceInformation: said, tariffVersion } = task;
  return recallPlan(plans, profile, tariffs, ratingGroup, tariffVersion, at, said, identifier);
};

const addLists = (draft: Draft, task: Task, usedFrom: number, now: number) => {
  const { dues, profile } = task.account!;
  const { serviceInformation: said } = task;
  const written = recallDues(dues, profile, { usedFrom, now, said });
  draft.dues.push(addList(draft, written));
  draft.names.push(addList(draft, isNaming(task.verb) ? recallNames(dues, profile) : undefined));
};

const addList = ({ distinctDues }: Draft, list: WrittenPlan | undefined): number => {
  if (list !== undefined && list.batch !== batchNumber) {
    list.batch = batchNumber;
    list.index = distinctDues.push(list);
  }
  return list?.index ?? 0;
};

const addPlan = (draft: Draft, plan: KeptPlan) => {
  if (plan.written.batch !== batchNumber) {
    plan.written.batch = batchNumber;
    plan.written.index = draft.distinct.push(plan.written);
  }
  draft.plans.push(plan);
};

/** Plans, then operations; returns where they end. */
const writeTasks = (
  draft: Draft,
  tasks: readonly Task[],
  { tariffs, now, into }: Parameters<BatchWriter>[1],
): number => {
  let at = headLength;
  for (const list of [draft.distinct, draft.distinctDues]) {
    for (const { bytes } of list) {
      into.set(bytes, at);
      at += bytes.length;
    }
  }
  const cursor = { plan: 0, group: 0 };
  let lookup = firstLookup;
  for (let index = 0; index < tasks.length; index++) {
    const task = tasks[index]!;
    const deadline = now + draft.silencesMs[index]!;
    lookup += lookupsOf(task.verb);
    const movement =
      task.movement === undefined ? undefined : planMovement(task, addingTo(draft, tariffs, now));
    at = writeOperation(into, at, task, {
      accountKey: draft.accountPlaces[index]!,
      deadline,
      deadlineKey: task.verb === verbs.initiate ? deadlineKeyOf(draft, deadline) : 0,
      dues: draft.dues[index]!,
      movement,
      names: draft.names[index]!,
      // Behind the refund's own.
      refundedAt: task.verb === verbs.refund ? lookup - 1 : 0,
    });
    if (movement === undefined) at = writeGroups(into, at, task, draft, cursor);
    else at = writeMovement(into, at, movement);
  }
  return at;
};

const deadlineKeyOf = (draft: Draft, deadline: number): number => {
  const interval = Math.floor(deadline / limits.deadlineIntervalMs);
  let key = draft.deadlineKeys.get(interval);
  if (key === undefined) {
    key = draft.keys.push(keys.deadlines(draft.shard, interval));
    draft.deadlineKeys.set(interval, key);
  }
  return key;
};

const addingTo = (draft: Draft, tariffs: TariffCatalogue, now: number): Adding => ({
  tariffs,
  now,
  transits: () => {
    draft.transitsKey ||= draft.keys.push(keys.transits(draft.shard));
    return draft.transitsKey;
  },
  sweep: () => {
    draft.sweepKey ||= draft.keys.push(keys.sweep(draft.shard));
    return draft.sweepKey;
  },
  argument: (bytes) => firstLookup + draft.lookups + draft.extras.push(bytes) - 1,
});
