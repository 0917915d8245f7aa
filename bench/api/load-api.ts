// A step of the API's load: so many requests under way at any moment, for so many seconds, after a
// warm-up that does not count; how many were answered, and how long each took.

import { type LatencySummary, newLatencies, recordLatency, summarize } from "../histogram.ts";
import { type HttpAnswer, openLane } from "./http-lane.ts";

export type ApiLoad = {
  readonly port: number;
  readonly outstanding: number;
  readonly seconds: number;
  readonly request: () => Buffer;
  /** What an answer must be; any other ends the step. */
  readonly isRight: (answer: HttpAnswer) => boolean;
};

export type ApiStep = LatencySummary & {
  readonly perSecond: number;
  /** With those of the warm-up. */
  readonly all: number;
};

const warmUpShare = 0.3;

export const loadApi = async (load: ApiLoad): Promise<ApiStep> => {
  const { port, outstanding, seconds, request, isRight } = load;
  const lanes = await Promise.all(Array.from({ length: outstanding }, () => openLane(port)));
  const latencies = newLatencies();
  const beginAt = performance.now() + seconds * 1_000 * warmUpShare;
  const endAt = beginAt + seconds * 1_000;
  let all = 0;
  const run = async (lane: (typeof lanes)[number]) => {
    for (let at = performance.now(); at < endAt; ) {
      const answer = await lane.ask(request());
      if (!isRight(answer)) throw new Error(`${answer.status} ${answer.body.slice(0, 300)}`);
      all += 1;
      const answeredAt = performance.now();
      if (at >= beginAt && answeredAt <= endAt) recordLatency(latencies, at, answeredAt);
      at = answeredAt;
    }
  };
  try {
    await Promise.all(lanes.map(run));
  } finally {
    for (const lane of lanes) lane.close();
  }
  const summary = summarize(latencies);
  return { ...summary, perSecond: summary.count / seconds, all };
};
