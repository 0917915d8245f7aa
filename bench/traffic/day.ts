// A day of traffic, message by message, in the order in which messages fall due. Starts are a
// Poisson process whose rate follows the hourly shapes; what is open goes on as its answers let it.
// The day knows no clock: whoever plays it asks with its own idea of now, as fast or slow as it
// likes.

import { assert } from "../../engine/values/assert.ts";
import { nextBelow, nextFraction } from "../../engine/values/random.ts";
import { nextGap } from "./distributions.ts";
import { type DueQueue, putDue, takeDue } from "./due-queue.ts";
import { hourlyShapes, shapeAt } from "./hourly-shape.ts";
import { callsPerDay, dataKinds, messagesPerDay } from "./kinds.ts";
import {
  type EventRequest,
  type Network,
  type NetworkOptions,
  openNetwork,
  sendMessage,
  startCall,
  startData,
} from "./network.ts";
import {
  continueWith,
  messageOf,
  type SessionAnswer,
  type SessionRequest,
  type SessionVerb,
  type TrafficSession,
} from "./session.ts";

/** `dueAt` is when the network sends it, in milliseconds of the played day. */
export type SessionOperation = {
  readonly verb: SessionVerb;
  readonly dueAt: number;
  readonly session: TrafficSession;
  readonly request: SessionRequest;
};
export type EventOperation = {
  readonly verb: "event";
  readonly dueAt: number;
  readonly request: EventRequest;
};
export type TrafficOperation = SessionOperation | EventOperation;

export const dayMs = 86_400_000;
const minutesPerDay = 1_440;

export type DayOptions = NetworkOptions & {
  /** Milliseconds since 1970; the day is played in this time zone: hour 0 starts here. */
  readonly midnight: number;
};

export type Day = {
  readonly network: Network;
  readonly accounts: number;
  readonly midnight: number;
  /** Sessions that wait for their next message. Those whose message is under way are not in it. */
  readonly waiting: DueQueue<TrafficSession>;
  /** Starts and messages per millisecond of all accounts together, at its highest. */
  readonly rateMax: number;
  nextStartAt: number;
  /** Which kind starts then. */
  nextKind: number;
  endsAt: number;
  openSessions: number;
};

export const startDay = (options: DayOptions): Day => {
  const { accounts, midnight } = options;
  assert(accounts > 0, `startDay: ${accounts} accounts`);
  const day: Day = {
    network: openNetwork(options),
    accounts,
    midnight,
    waiting: [],
    rateMax: (startsPerAccountMax * accounts) / dayMs,
    nextStartAt: midnight,
    nextKind: 0,
    endsAt: midnight + dayMs,
    openSessions: 0,
  };
  planNextStart(day);
  return day;
};

/**
 * The earliest message that is due at `now`; undefined when there is none yet, or none any more.
 */
export const nextOperation = (day: Day, now: number): TrafficOperation | undefined => {
  const waitingUntil = day.waiting[0]?.dueAt ?? Number.POSITIVE_INFINITY;
  if (Math.min(waitingUntil, day.nextStartAt) > now) return undefined;
  if (day.nextStartAt < waitingUntil) return nextStart(day);
  const session = takeDue(day.waiting);
  return session && operationOf(day, session);
};

/**
 * Every session message must come back here with its answer, or null when it was refused for good.
 */
export const settle = (day: Day, session: TrafficSession, answer: SessionAnswer | null): void => {
  if (answer === null || session.verb === "terminate") {
    day.openSessions -= 1;
    return;
  }
  const at = session.dueAt;
  continueWith(session, answer);
  if (session.dueAt >= day.endsAt) closeAt(session, Math.max(at, day.endsAt));
  putDue(day.waiting, session);
};

/** Ends the day early: nothing starts any more, and what is open terminates at `at`. */
export const endDay = (day: Day, at: number): void => {
  day.endsAt = Math.min(day.endsAt, at);
  day.nextStartAt = Number.POSITIVE_INFINITY;
  for (const session of day.waiting) {
    if (session.dueAt > day.endsAt) closeAt(session, day.endsAt);
  }
  day.waiting.sort((one, other) => one.dueAt - other.dueAt);
};

export const isOver = (day: Day): boolean =>
  day.openSessions === 0 && day.nextStartAt === Number.POSITIVE_INFINITY;

/** Kinds in the order of their running sums: data kinds, then calls, then short messages. */
const startRates = [
  ...dataKinds.map(({ shape, startsPerDay }) => ({ shape, startsPerDay })),
  { shape: hourlyShapes.call, startsPerDay: callsPerDay },
  { shape: hourlyShapes.shortMessage, startsPerDay: messagesPerDay },
];
const callKind = dataKinds.length;

/** By minute of the day: running sums over the kinds of starts per day and account at that rate. */
const rateSums: readonly Float64Array[] = Array.from({ length: minutesPerDay }, (_, minute) => {
  let sum = 0;
  return Float64Array.from(startRates, ({ shape, startsPerDay }) => {
    sum += shapeAt(shape, minute * 60 + 30) * startsPerDay;
    return sum;
  });
});
const startsPerAccountMax = Math.max(...rateSums.map((sums) => sums.at(-1) ?? 0));

/**
 * Thinning (Lewis and Shedler): candidates at the highest rate, of which a draw keeps the right
 * share.
 */
function planNextStart(day: Day): void {
  const { random } = day.network;
  let at = day.nextStartAt;
  for (;;) {
    at += nextGap(random, day.rateMax);
    if (at >= day.endsAt) break;
    const sums = rateSums[Math.floor((at - day.midnight) / 60_000) % minutesPerDay] as Float64Array;
    const aim = nextFraction(random) * startsPerAccountMax;
    let kind = 0;
    while (kind < sums.length && (sums[kind] as number) <= aim) kind += 1;
    if (kind === sums.length) continue;
    day.nextKind = kind;
    day.nextStartAt = at;
    return;
  }
  day.nextStartAt = Number.POSITIVE_INFINITY;
}

function nextStart(day: Day): TrafficOperation {
  const { network, nextKind, nextStartAt: at } = day;
  const account = nextBelow(network.random, day.accounts);
  planNextStart(day);
  if (nextKind > callKind) {
    return { verb: "event", dueAt: at, request: sendMessage(network, { account, at }) };
  }
  const kind = dataKinds[nextKind];
  const session =
    kind === undefined
      ? startCall(network, { account, at })
      : startData(network, { kind, account, at });
  day.openSessions += 1;
  return operationOf(day, session);
}

function operationOf(day: Day, session: TrafficSession): SessionOperation {
  const { verb, dueAt } = session;
  const request = messageOf(session, Math.floor(dueAt), day.network.random);
  return { verb, dueAt, session, request };
}

function closeAt(session: TrafficSession, at: number): void {
  session.verb = "terminate";
  session.dueAt = at;
}
