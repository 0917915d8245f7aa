// What has come of a played day so far: counts, latency, money, and who was denied.

import type { Histogram } from "hdr-histogram-js";
import type { GivenAnswerOf } from "../../engine/protocol/operations.ts";
import {
  type ResultCode,
  resultCodeName,
  resultCodes,
} from "../../engine/protocol/result-codes.ts";
import { newLatencies, recordLatency } from "../histogram.ts";
import type { TrafficOperation } from "../traffic/day.ts";

export type Denial = {
  /** Of the played day, ms since its midnight. */
  readonly at: number;
  readonly subscriberIdentifier: string;
  readonly ratingGroup: number;
};

export type Tally = {
  answered: number;
  readonly byVerb: Record<TrafficOperation["verb"], number>;
  /** Of the whole day, and since it was last taken for the screen. */
  readonly latencies: Histogram;
  readonly recent: Histogram;
  /** Messages sent by half hour of the played day. */
  readonly halfHours: number[];
  costMicros: number;
  denials: number;
  readonly deniedSubscribers: Set<string>;
  lastDenial: Denial | undefined;
  /** By result code: what was neither answered as asked for nor denied for want of credit. */
  readonly refused: Map<string, number>;
};

export const halfHoursPerDay = 48;
const halfHourMs = 1_800_000;
const outOfCredit = resultCodes.CREDIT_LIMIT_REACHED.number;
const success = resultCodes.SUCCESS.number;

export const newTally = (): Tally => ({
  answered: 0,
  byVerb: { initiate: 0, update: 0, terminate: 0, event: 0 },
  latencies: newLatencies(),
  recent: newLatencies(),
  halfHours: new Array(halfHoursPerDay).fill(0),
  costMicros: 0,
  denials: 0,
  deniedSubscribers: new Set(),
  lastDenial: undefined,
  refused: new Map(),
});

export const countSent = (tally: Tally, { verb, dueAt }: TrafficOperation, midnight: number) => {
  tally.byVerb[verb] += 1;
  const halfHour = Math.min(halfHoursPerDay - 1, Math.floor((dueAt - midnight) / halfHourMs));
  tally.halfHours[halfHour] = (tally.halfHours[halfHour] ?? 0) + 1;
};

/** Both on the monotonic clock. */
export const countAnswered = (tally: Tally, sentAt: number, answeredAt: number): void => {
  tally.answered += 1;
  recordLatency(tally.latencies, sentAt, answeredAt);
  recordLatency(tally.recent, sentAt, answeredAt);
};

export const countCost = (tally: Tally, micros: number): void => {
  tally.costMicros += micros;
};

/** Each group that got nothing for want of credit is a denial; any other code is a refusal. */
export const countGrants = (
  tally: Tally,
  { multipleUnitInformation }: Pick<GivenAnswerOf<"update">, "multipleUnitInformation">,
  { at, subscriberIdentifier }: Omit<Denial, "ratingGroup">,
): void => {
  for (const { ratingGroup, resultCode } of multipleUnitInformation) {
    if (resultCode === success) continue;
    if (resultCode === outOfCredit) countDenial(tally, { at, subscriberIdentifier, ratingGroup });
    else countRefused(tally, resultCodeName(resultCode) ?? String(resultCode));
  }
};

export const countDenial = (tally: Tally, denial: Denial): void => {
  tally.denials += 1;
  tally.deniedSubscribers.add(denial.subscriberIdentifier);
  tally.lastDenial = denial;
};

export const countRefused = (tally: Tally, code: ResultCode | string): void => {
  tally.refused.set(code, (tally.refused.get(code) ?? 0) + 1);
};
