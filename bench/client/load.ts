// Drives updates over all lanes and records what becomes of them. A closed loop keeps a number of
// updates under way; an open loop sends at moments that were fixed beforehand, and latency counts
// from those. No object, closure or timer is made for an operation.

import type { Histogram } from "hdr-histogram-js";
import { resultCodes } from "../../engine/protocol/result-codes.ts";
import { randomFrom } from "../../engine/values/random.ts";
import {
  isComplete,
  newLatencies,
  nextIntended,
  type OpenLoop,
  recordLatency,
  startOpenLoop,
} from "../histogram.ts";
import { beginFrame, newAnswer, readAnswer } from "./answers.ts";
import { drawSession, isFrameFull, type Lane, putBack, sendDrawn } from "./lane.ts";
import { type Population, settleUpdate } from "./population.ts";

export type LoadShape =
  | { readonly kind: "closed"; readonly outstanding: number }
  | { readonly kind: "open"; readonly ratePerSecond: number; readonly outstandingMax: number };

export type Load = {
  readonly population: Population;
  readonly lanes: readonly Lane[];
  readonly latencies: Histogram;
  readonly random: ReturnType<typeof randomFrom>;
  /** By session: when its update was sent or, in an open loop, was to be sent. */
  readonly sentAt: Float64Array;
  readonly answer: ReturnType<typeof newAnswer>;
  /** By result code: what was not granted. */
  readonly refused: Map<number, number>;
  /** Updates under way on each lane; 0: nothing new is sent. */
  outstandingPerLane: number;
  openLoop: OpenLoop | undefined;
  /** Turn of the lanes in an open loop. */
  nextLane: number;
  /** Answers since `measuredFrom`, on the monotonic clock, until `measuredUntil`. */
  measured: number;
  measuredFrom: number;
  measuredUntil: number;
};

export const openLoad = (population: Population, lanes: readonly Lane[], seed: number): Load => ({
  population,
  lanes,
  latencies: newLatencies(),
  random: randomFrom(seed, 3),
  sentAt: new Float64Array(population.size),
  answer: newAnswer(),
  refused: new Map(),
  outstandingPerLane: 0,
  openLoop: undefined,
  nextLane: 0,
  measured: 0,
  measuredFrom: Number.POSITIVE_INFINITY,
  measuredUntil: Number.POSITIVE_INFINITY,
});

/** Begins to send; nothing is measured yet. */
export const startLoad = (load: Load, shape: LoadShape, seconds: number): void => {
  const { lanes } = load;
  load.measured = 0;
  load.measuredFrom = Number.POSITIVE_INFINITY;
  load.measuredUntil = Number.POSITIVE_INFINITY;
  load.latencies.reset();
  load.refused.clear();
  if (shape.kind === "closed") {
    load.outstandingPerLane = Math.ceil(shape.outstanding / lanes.length);
    for (const lane of lanes) refill(load, lane);
    return;
  }
  const { ratePerSecond, outstandingMax } = shape;
  load.outstandingPerLane = Math.ceil(outstandingMax / lanes.length);
  load.openLoop = startOpenLoop({ ratePerSecond, startAt: performance.now(), seconds });
};

/** Nothing new is sent but what an open loop still owes. */
export const endLoad = (load: Load): void => {
  if (load.openLoop === undefined) load.outstandingPerLane = 0;
};

export const underWay = (load: Load): number =>
  load.lanes.reduce((sum, lane) => sum + lane.underWay, 0);

export const isSettled = (load: Load): boolean =>
  underWay(load) === 0 && (load.openLoop === undefined || isComplete(load.openLoop));

export const receiveFrame = (load: Load, lane: Lane, frame: Buffer): void => {
  const { population, sentAt, answer } = load;
  const now = performance.now();
  const isMeasured = now >= load.measuredFrom && now < load.measuredUntil;
  const isOpen = load.openLoop !== undefined;
  for (let left = beginFrame(frame); left > 0; left--) {
    readAnswer(answer);
    if (answer.correlation === 0) throw new Error(`the engine says ${answer.resultCode}`);
    const session = answer.correlation - 1;
    if (answer.isRefusal || answer.resultCode !== success) countRefused(load, answer.resultCode);
    if (!answer.isRefusal) settleUpdate(population, session, answer.grantedUnit);
    putBack(lane, session);
    if (isMeasured) load.measured += 1;
    const sent = sentAt[session] as number;
    const isRecorded = isOpen ? sent >= load.measuredFrom && sent < load.measuredUntil : isMeasured;
    if (isRecorded) recordLatency(load.latencies, sent, now);
  }
  if (isOpen) sendDue(load);
  else refill(load, lane);
};

/**
 * Of an open loop: everything whose moment has come, on the next lane that has room. Called at
 * every frame and every millisecond, so that what is due waits for neither.
 */
export const sendDue = (load: Load): void => {
  const { openLoop, lanes, sentAt, random } = load;
  if (openLoop === undefined) return;
  const now = performance.now();
  for (let tried = 0; tried < lanes.length; tried++) {
    const lane = lanes[load.nextLane] as Lane;
    while (hasRoom(load, lane)) {
      const intendedAt = nextIntended(openLoop, now);
      if (intendedAt === undefined) break;
      sentAt[drawSession(lane, random)] = intendedAt;
    }
    const isAllSent = hasRoom(load, lane);
    sendDrawn(lane, load.population, random);
    load.nextLane = (load.nextLane + 1) % lanes.length;
    if (isAllSent) return;
  }
};

/** Gives up what an open loop could not even send: each waited at least until now. */
export const abandonDue = (load: Load, now: number): number => {
  const { openLoop, latencies } = load;
  load.outstandingPerLane = 0;
  load.openLoop = undefined;
  if (openLoop === undefined) return 0;
  let abandoned = 0;
  for (;;) {
    const intendedAt = nextIntended(openLoop, now);
    if (intendedAt === undefined) return abandoned;
    abandoned += 1;
    recordLatency(latencies, intendedAt, now);
  }
};

const success = resultCodes.SUCCESS.number;

function hasRoom({ outstandingPerLane }: Load, lane: Lane): boolean {
  return lane.underWay < outstandingPerLane && lane.idleCount > 0 && !isFrameFull(lane);
}

function refill(load: Load, lane: Lane): void {
  const { sentAt, random } = load;
  const now = performance.now();
  while (hasRoom(load, lane)) sentAt[drawSession(lane, random)] = now;
  sendDrawn(lane, load.population, random);
}

function countRefused({ refused }: Load, code: number): void {
  refused.set(code, (refused.get(code) ?? 0) + 1);
}
