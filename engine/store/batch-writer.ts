// Writes the tasks of a batch as lua/lib/batch.lua reads them: the keys they refer to, one binary
// argument, the account ids for the journal, and the stored answers to look up.

import { bucketCell } from "../balance/profile.ts";
import { limits } from "../limits.ts";
import { sizeGrant, type TariffCatalogue, validityTime } from "../session/burn-plan.ts";
import { keys } from "./keys.ts";
import { batchVersion, luaConstants, verbs } from "./lua-constants.ts";
import { type KeptPlan, recallPlan, type WrittenPlan } from "./plan-bytes.ts";
import type { Task } from "./task.ts";

export type Batch = {
  readonly keys: string[];
  readonly bytes: Buffer;
  readonly accountIds: string;
  readonly lookups: string[];
};

export type BatchWriter = (
  tasks: readonly Task[],
  options: { readonly tariffs: TariffCatalogue; readonly now: number; readonly into: Buffer },
) => Batch;

const headLength = 1 + 8 + 1 + 5 * 2;
const firstAccountKey = luaConstants["KEY_ACCOUNTS"]!;
const groupLength = luaConstants["GROUP_LENGTH"]!;

/** Enough for any batch: each operation with all its groups, each group with a plan of its own. */
export const batchBytesMax =
  headLength +
  limits.batchOperationsMax *
    (36 + limits.identifierLengthMax + limits.ratingGroupsPerRequestMax * groupLength) +
  limits.batchOperationsMax *
    limits.ratingGroupsPerRequestMax *
    (4 + 18 * limits.bucketsPerAccountMax + 2 * limits.countersPerAccountMax);

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
  // Scratch, reused: a plan for each group of the batch in order, and the distinct ones.
  const plans: KeptPlan[] = [];
  const distinct: WrittenPlan[] = [];
  const accountKeys = new Map<string, number>();
  const deadlineKeys = new Map<number, number>();

  return (tasks, { tariffs, now, into }) => {
    batchNumber++;
    plans.length = 0;
    distinct.length = 0;
    accountKeys.clear();
    deadlineKeys.clear();
    const batchKeys = shardKeys.slice();
    let accountIds = "";
    for (const task of tasks) {
      const { accountKey, profile } = task.account!;
      if (!accountKeys.has(accountKey)) {
        accountKeys.set(accountKey, batchKeys.push(accountKey));
        accountIds += `${profile.accountId}\n`;
      }
      planTask(task, tariffs);
    }
    const accounts = batchKeys.length - firstAccountKey + 1;
    let at = headLength;
    for (const { bytes } of distinct) {
      into.set(bytes, at);
      at += bytes.length;
    }
    let plan = 0;
    for (const task of tasks) {
      const deadline = deadlineOf(task, plan, now);
      at = writeOperation(into, at, task, {
        accountKey: accountKeys.get(task.account!.accountKey)!,
        deadline,
        deadlineKey: task.verb === verbs.initiate ? deadlineKeyOf(batchKeys, deadline) : 0,
      });
      if (task.topUp === undefined) at = writeGroups(into, at, task, plan);
      else at = writeTopUp(into, at, task, task.topUp);
      plan += task.usage.length;
    }
    const lookups = lookUp(tasks, false);
    const topUpLookups = lookUp(tasks, true);
    writeHead(into, now, [
      accounts,
      distinct.length,
      tasks.length,
      lookups.length,
      topUpLookups.length,
    ]);
    return {
      keys: batchKeys,
      bytes: into.subarray(0, at),
      accountIds,
      lookups: topUpLookups.length === 0 ? lookups : [...lookups, ...topUpLookups],
    };
  };

  function planTask(task: Task, tariffs: TariffCatalogue) {
    const { profile, plans: kept } = task.account!;
    task.profile = profile;
    for (const { ratingGroup } of task.usage) {
      const { tariffVersion, eventTimestamp } = task;
      const plan = recallPlan(kept, profile, tariffs, ratingGroup, tariffVersion, eventTimestamp);
      if (plan.written.batch !== batchNumber) {
        plan.written.batch = batchNumber;
        plan.written.index = distinct.push(plan.written);
      }
      plans.push(plan);
    }
  }

  /** A session that is silent for twice its validity time is over. */
  function deadlineOf(task: Task, firstPlan: number, now: number): number {
    let seconds = 0;
    for (let i = 0; i < task.usage.length; i++) {
      seconds = Math.max(seconds, plans[firstPlan + i]!.plan.validityTimeSeconds);
    }
    return now + (seconds === 0 ? limits.sessionIdleMs : 2_000 * seconds);
  }

  function deadlineKeyOf(batchKeys: string[], deadline: number): number {
    const interval = Math.floor(deadline / limits.deadlineIntervalMs);
    let key = deadlineKeys.get(interval);
    if (key === undefined) {
      key = batchKeys.push(keys.deadlines(shard, interval));
      deadlineKeys.set(interval, key);
    }
    return key;
  }

  function writeGroups(into: Buffer, from: number, task: Task, firstPlan: number): number {
    let at = from;
    const isGranting = task.verb === verbs.initiate || task.verb === verbs.update;
    for (let i = 0; i < task.usage.length; i++) {
      const { ratingGroup, requestedUnit, usedUnit } = task.usage[i]!;
      const { plan, written } = plans[firstPlan + i]!;
      const wanted = isGranting && requestedUnit !== null ? sizeGrant(plan, requestedUnit) : 0;
      at = into.writeUInt32LE(ratingGroup, at);
      at = into.writeDoubleLE(usedUnit ?? 0, at);
      at = into.writeDoubleLE(wanted, at);
      at = into.writeUInt32LE(validityTime(plan, task.eventTimestamp), at);
      at = into.writeUInt16LE(written.index, at);
    }
    return at;
  }

  function writeHead(into: Buffer, now: number, counts: readonly number[]) {
    let at = into.writeUInt8(batchVersion, 0);
    at = into.writeDoubleLE(now, at);
    at = into.writeUInt8(idAt, at);
    for (const count of counts) at = into.writeUInt16LE(count, at);
  }
};

type Place = {
  readonly accountKey: number;
  readonly deadline: number;
  readonly deadlineKey: number;
};

const writeOperation = (into: Buffer, from: number, task: Task, place: Place): number => {
  let at = into.writeUInt8(task.topUp === undefined ? task.usage.length : 1, from);
  at = into.writeUInt8(task.verb, at);
  at = into.writeUInt16LE(place.accountKey, at);
  at = into.writeUInt32LE(task.account!.profile.version, at);
  at = into.writeUInt32LE(task.sequence, at);
  at = into.writeDoubleLE(task.fingerprint, at);
  at = into.writeDoubleLE(place.deadline, at);
  at = into.writeUInt32LE(task.tariffVersion, at);
  at = into.writeUInt16LE(place.deadlineKey, at);
  at = into.writeUInt8(task.id.length, at);
  return at + into.write(task.id, at, "latin1");
};

const writeTopUp = (
  into: Buffer,
  from: number,
  task: Task,
  { bucketId, amount }: { readonly bucketId: string; readonly amount: number },
): number => {
  const { buckets } = task.account!.profile;
  const slot = buckets.findIndex((bucket) => bucket?.bucketId === bucketId);
  const at = into.writeUInt32LE(bucketCell(slot), from);
  into.writeDoubleLE(amount, at);
  into.fill(0, at + 8, from + groupLength);
  return from + groupLength;
};

/** What may have ended, or been carried out, already. Unknown sessions are looked up when met. */
const lookUp = (tasks: readonly Task[], isTopUp: boolean): string[] => {
  const fields: string[] = [];
  for (const { verb, id, account } of tasks) {
    if (isTopUp ? verb !== verbs.topUp : verb !== verbs.initiate && verb !== verbs.event) continue;
    fields.push(answerField(verb, account!.profile.accountId, id));
  }
  return fields;
};

/** As lua/lib/answers.lua builds it. */
export const answerField = (verb: number, accountId: string, id: string): string =>
  `${accountId}${verb <= verbs.terminate ? " s " : verb === verbs.topUp ? " t " : " r "}${id}`;
