// One step of a preview: some pages of the ledger, rated by the prices of before and of after.
// What has come of it and up to where is kept after each step; who goes on after a crash begins
// there.

import type { JournalEntry } from "../../../engine/cdr/journal-entry.ts";
import type { JournalRecord } from "../../../engine/cdr/journal-record.ts";
import { ok } from "../../../engine/values/result.ts";
import type { Answered } from "../../http/problem.ts";
import {
  type JournalPosition,
  journalPositionAt,
  positionOf,
  readEntriesAfter,
  readRecords,
  readShards,
} from "../../ledger/index.ts";
import { limits } from "../../limits.ts";
import {
  createRerating,
  type ReratedTotal,
  type Rerating,
  type ReratingState,
} from "../compile/index.ts";
import { actorOfJob, contentOf, holdJob, type Job, saveJob } from "../jobs/jobs.ts";
import type { JobStep, JobTools, TakeStep } from "../jobs/step.ts";
import { type CustomersOf, type KnownAccounts, learnAccounts } from "./read-profiles.ts";
import type { PreviewedCatalogues, PreviewRequest } from "./start-preview.ts";

/** As it is kept: up to where, and what has come of it. */
export type PreviewProgress = {
  readonly shards?: readonly number[];
  /** Of `shards` the one that is read. */
  readonly index?: number;
  /** Of that shard; a bigint as text. */
  readonly after?: string;
  readonly state?: ReratingState;
  /** When it is done. */
  readonly totals?: readonly ReratedTotal[];
};

type Underway = {
  readonly id: string;
  readonly rerating: Rerating;
  readonly known: KnownAccounts;
  readonly shards: readonly number[];
  index: number;
  after: JournalPosition;
};

const rangeOf = ({ from, until }: PreviewRequest) => ({
  begin: journalPositionAt(from) - 1n,
  end: journalPositionAt(until) - 1n,
});

export const createPreviewStep = (
  customersOf: CustomersOf,
  stepRecords: number = limits.previewStepRecords,
): TakeStep => {
  let last: Underway | undefined;
  return async (tools, job) => {
    const asker = { actor: actorOfJob(job), requestId: `preview-${job.id}` };
    const outcome = await tools.transactLong(asker, async (context): Promise<Answered<JobStep>> => {
      if (!(await holdJob(context, job.id))) return ok("waiting");
      const isFresh = last?.id === job.id && isAt(last, job.progress as PreviewProgress);
      const underway = isFresh && last ? last : await open(tools, job);
      last = underway;
      await readSome(tools, underway, job.request as PreviewRequest, {
        ...{ customersOf, stepRecords },
      });
      const isOver = underway.index >= underway.shards.length;
      const state = underway.rerating.state();
      const progress: PreviewProgress = isOver
        ? { totals: underway.rerating.totals(), state: { ...state, sessions: [], positions: [] } }
        : { shards: underway.shards, index: underway.index, after: `${underway.after}`, state };
      await saveJob(context, job.id, {
        ...{ state: isOver ? "done" : "running", done: state.records, progress },
        ...(isOver ? { finishedAt: context.now, total: state.records } : {}),
      });
      if (isOver) last = undefined;
      return ok("done");
    });
    return outcome.isOk ? outcome.value : "waiting";
  };
};

/** Another process may have gone on with it meanwhile. */
const isAt = ({ after, index }: Underway, progress: PreviewProgress): boolean =>
  progress.index === index && progress.after === `${after}`;

const open = async ({ database }: JobTools, job: Job): Promise<Underway> => {
  const content = Buffer.from((await contentOf(database, job.id)) ?? "{}");
  const { after, before }: PreviewedCatalogues = JSON.parse(content.toString("utf8"));
  const request = job.request as PreviewRequest;
  const progress = job.progress as PreviewProgress;
  const shards = progress.shards ?? (await readShards(database)).map(({ shard }) => shard);
  const known: KnownAccounts = { profiles: new Map(), customers: new Map() };
  const rerating = createRerating(
    {
      ...{ before, after, owners: request.owners },
      customerOf: (accountId) => known.customers.get(accountId) ?? accountId,
      profileOf: (accountId) => known.profiles.get(accountId),
    },
    progress.state,
  );
  const position = progress.after === undefined ? rangeOf(request).begin : BigInt(progress.after);
  return { id: job.id, rerating, known, shards, index: progress.index ?? 0, after: position };
};

const readSome = async (
  { database }: JobTools,
  underway: Underway,
  request: PreviewRequest,
  { customersOf, stepRecords }: { customersOf: CustomersOf; stepRecords: number },
): Promise<void> => {
  const { begin, end } = rangeOf(request);
  const { rerating, known, shards } = underway;
  for (let rated = 0; rated < stepRecords && underway.index < shards.length; ) {
    const shard = shards[underway.index]!;
    const range = { after: underway.after, until: end };
    const entries = await readEntriesAfter(
      database,
      shard,
      range,
      Math.min(stepRecords, limits.previewPageEntries),
    );
    const lastOne = entries.at(-1);
    if (lastOne === undefined) {
      underway.index += 1;
      underway.after = begin;
      continue;
    }
    const records = entries.flatMap((entry) => recordsOf(shard, entry, request.sampleEvery));
    const at = { shard, before: underway.after + 1n };
    await learnAccounts(database, known, at, records, customersOf);
    for (const record of records) rerating.add(record);
    rated += records.length;
    underway.after = positionOf(lastOne.journalId);
  }
};

const recordsOf = (shard: number, entry: JournalEntry, every: number): readonly JournalRecord[] => {
  const records = readRecords(shard, entry);
  return every === 1 ? records : records.filter(({ accountId }) => hashOf(accountId) % every === 0);
};

/** FNV-1a: the same accounts each time. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
};
