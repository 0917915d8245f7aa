// What a preview has come to, for people: by offering, and by the customers whom it would change
// most. Pure.

import { decimalOf } from "../../http/tmf/amounts.ts";
import { journalMomentOf } from "../../ledger/index.ts";
import type { ReratedTotal } from "../compile/index.ts";
import { type Job, viewOfJob } from "../jobs/jobs.ts";
import type { PreviewProgress } from "./preview-job.ts";
import type { PreviewRequest } from "./start-preview.ts";

type Sums = {
  uses: number;
  chargedMicros: number;
  beforeMicros: number;
  afterMicros: number;
  unpriced: number;
};

const nothing = (): Sums => ({
  ...{ uses: 0, chargedMicros: 0, beforeMicros: 0, afterMicros: 0, unpriced: 0 },
});

const add = (sums: Sums, one: ReratedTotal): void => {
  sums.uses += one.uses;
  sums.chargedMicros += one.chargedMicros;
  sums.beforeMicros += one.beforeMicros;
  sums.afterMicros += one.afterMicros;
  sums.unpriced += one.unpriced;
};

const shown = ({ afterMicros, beforeMicros, chargedMicros, unpriced, uses }: Sums) => ({
  ...{ uses, unpriced, charged: decimalOf(chargedMicros), before: decimalOf(beforeMicros) },
  ...{ after: decimalOf(afterMicros), difference: decimalOf(afterMicros - beforeMicros) },
});

const grouped = (
  totals: readonly ReratedTotal[],
  keyOf: (one: ReratedTotal) => string,
): ReadonlyMap<
  string,
  { readonly first: ReratedTotal; readonly sums: Sums; customers: number }
> => {
  const groups = new Map<string, { first: ReratedTotal; sums: Sums; customers: number }>();
  for (const one of totals) {
    const key = keyOf(one);
    const group = groups.get(key) ?? { first: one, sums: nothing(), customers: 0 };
    add(group.sums, one);
    group.customers += 1;
    groups.set(key, group);
  }
  return groups;
};

const differenceOf = ({ afterMicros, beforeMicros }: Sums): number => afterMicros - beforeMicros;

/** `top`: so many customers, those with the greatest difference first. */
export const previewResult = (totals: readonly ReratedTotal[], top: number) => {
  const all = nothing();
  for (const one of totals) add(all, one);
  const offerings = grouped(totals, (one) => `${one.offeringId} ${one.version}`);
  const customers = grouped(totals, ({ customerId }) => customerId);
  const changed = [...customers.values()].filter(({ sums }) => differenceOf(sums) !== 0);
  changed.sort(
    (a, b) =>
      Math.abs(differenceOf(b.sums)) - Math.abs(differenceOf(a.sums)) ||
      (a.first.customerId < b.first.customerId ? -1 : 1),
  );
  return {
    total: shown(all),
    offerings: [...offerings.values()].map(({ customers: owners, first, sums }) => ({
      ...{ offeringId: first.offeringId, version: first.version, customers: owners },
      ...shown(sums),
    })),
    customers: { all: customers.size, changed: changed.length },
    topCustomers: changed
      .slice(0, top)
      .map(({ first, sums }) => ({ customerId: first.customerId, ...shown(sums) })),
  };
};

/** Of the whole, 0 to 1: by the time that was read of each shard. */
const shareOf = (progress: PreviewProgress, { from, until }: PreviewRequest): number => {
  const { after, index, shards } = progress;
  if (after === undefined || index === undefined || shards === undefined) return 0;
  const within = (journalMomentOf(BigInt(after)) - from) / (until - from);
  return (index + Math.min(1, Math.max(0, within))) / Math.max(1, shards.length);
};

export const viewOfPreview = (job: Job, top: number) => {
  const progress = job.progress as PreviewProgress;
  const request = job.request as PreviewRequest;
  const moment = (at: number): string => new Date(at).toISOString();
  return {
    ...viewOfJob(job),
    request: { ...request, from: moment(request.from), until: moment(request.until) },
    share: job.state === "done" ? 1 : shareOf(progress, request),
    strangers: progress.state?.strangers ?? 0,
    ...(progress.totals === undefined ? {} : { result: previewResult(progress.totals, top) }),
  };
};
