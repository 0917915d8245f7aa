// Plays a day into a running engine: every message when it falls due on the compressed clock, the
// next one of its session from the answer. What the network uses follows the played time; the
// moment that a message carries is the real one, for the engine lives in the present.

import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "../../engine/protocol/client/client.ts";
import type { RequestOf } from "../../engine/protocol/operations.ts";
import {
  type Day,
  dayMs,
  type EventOperation,
  endDay,
  isOver,
  nextOperation,
  type SessionOperation,
  settle,
} from "../traffic/day.ts";
import {
  countAnswered,
  countCost,
  countDenial,
  countGrants,
  countRefused,
  countSent,
  type Tally,
} from "./tally.ts";

export type Play = {
  readonly day: Day;
  readonly tally: Tally;
  readonly client: Client;
  /** Of the whole day, in real time. */
  readonly seconds: number;
  /** On the monotonic clock. */
  readonly startedAt: number;
  underWay: number;
};

const turnMs = 4;
/** Less than the client library lets through. */
export const underWayMax = 1_000;
/** After an early end, for what is open to terminate. */
const endMsMax = 10_000;

/** Milliseconds of the played day since its midnight. */
export const playedMs = ({ startedAt, seconds }: Play, now: number): number =>
  Math.min(dayMs, ((now - startedAt) / 1_000 / seconds) * dayMs);

/**
 * Until the day is over and every session ended; or, once `stopping` is aborted, until what was
 * open has ended, or no engine is there to end it, or the time for that is over. True when nothing
 * stayed open.
 */
export const playDay = async (play: Play, stopping: AbortSignal): Promise<boolean> => {
  const { day, client } = play;
  let endAt = Number.POSITIVE_INFINITY;
  stopping.addEventListener("abort", () => {
    endDay(day, day.midnight + playedMs(play, performance.now()));
  });
  while (!isOver(day) || play.underWay > 0) {
    const now = performance.now();
    if (stopping.aborted || now - play.startedAt > play.seconds * 1_000) {
      endAt = Math.min(endAt, now + endMsMax);
    }
    if (now > endAt || (stopping.aborted && client.connectionsUp() === 0)) return false;
    sendDue(play, now);
    await pause(turnMs);
  }
  return true;
};

/** While no engine answers everything waits, and then comes at once. */
function sendDue(play: Play, now: number): void {
  const { day, tally, client } = play;
  if (client.connectionsUp() === 0) return;
  const at = day.midnight + playedMs(play, now);
  while (play.underWay < underWayMax) {
    const operation = nextOperation(day, at);
    if (operation === undefined) return;
    countSent(tally, operation, day.midnight);
    play.underWay += 1;
    const done =
      operation.verb === "event" ? sendEvent(play, operation) : sendSession(play, operation);
    void done.finally(() => {
      play.underWay -= 1;
    });
  }
}

async function sendSession(
  { day, tally, client }: Play,
  operation: SessionOperation,
): Promise<void> {
  const { verb, session, request, dueAt } = operation;
  const sentAt = performance.now();
  const outcome = await client[verb]({ ...request, eventTimestamp: Date.now() });
  countAnswered(tally, sentAt, performance.now());
  if (!outcome.isOk) {
    countRefused(tally, outcome.error.code);
    return settle(day, session, null);
  }
  countCost(tally, outcome.value.cost);
  const { subscriberIdentifier } = request;
  countGrants(tally, outcome.value, { at: dueAt - day.midnight, subscriberIdentifier });
  settle(day, session, outcome.value);
}

async function sendEvent({ day, tally, client }: Play, operation: EventOperation): Promise<void> {
  const { request, dueAt } = operation;
  const sentAt = performance.now();
  const event: RequestOf<"event"> = { ...request, eventTimestamp: Date.now() };
  const outcome = await client.event(event);
  countAnswered(tally, sentAt, performance.now());
  if (outcome.isOk) return countCost(tally, outcome.value.cost);
  const { code } = outcome.error;
  if (code !== "CREDIT_LIMIT_REACHED") return countRefused(tally, code);
  const [{ ratingGroup } = { ratingGroup: 0 }] = request.usedUnits;
  const { subscriberIdentifier } = request;
  countDenial(tally, { at: dueAt - day.midnight, subscriberIdentifier, ratingGroup });
}
