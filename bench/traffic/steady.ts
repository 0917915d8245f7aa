// A population of open sessions for measuring: one per account, of the kinds that a day's updates
// come from. Any session without a message under way may be next, drawn evenly, so that the
// measured operation is the update and neither caches nor batches find an order to profit from.
// Quota counts as used up whenever its session is drawn: the rate is the driver's, not the users'.

import { nextBelow, nextFraction, type Random } from "../../engine/values/random.ts";
import type { SessionOperation } from "./day.ts";
import { type CumulativeWeights, cumulate, nextWeighted } from "./distributions.ts";
import { callDurationSeconds, callsPerDay, dataKinds, quotaOctets, quotaSeconds } from "./kinds.ts";
import { type Network, type NetworkOptions, openNetwork, startCall, startData } from "./network.ts";
import { continueWith, messageOf, type SessionAnswer, type TrafficSession } from "./session.ts";

export type SteadyOptions = NetworkOptions & {
  /**
   * Updates after which a session ends and another takes its place, in the mean. Infinite: never.
   */
  readonly updatesPerSession?: number;
};

export type Steady = {
  readonly network: Network;
  readonly endShare: number;
  /** Sessions not yet initiated; they come before all others, in order of account. */
  readonly unopened: TrafficSession[];
  /** Open, and without a message under way. */
  readonly idle: TrafficSession[];
  openSessions: number;
  isClosing: boolean;
};

export const startSteady = (options: SteadyOptions): Steady => {
  const { accounts, updatesPerSession = Number.POSITIVE_INFINITY } = options;
  const network = openNetwork(options);
  const unopened = Array.from({ length: accounts }, (_, account) => newSession(network, account));
  const endShare = 1 / updatesPerSession;
  unopened.reverse();
  return { network, endShare, unopened, idle: [], openSessions: 0, isClosing: false };
};

/** Undefined when every session has a message under way (or, while closing, when none is left). */
export const nextSteadyOperation = (steady: Steady, now: number): SessionOperation | undefined => {
  const { network, endShare, idle, unopened } = steady;
  const session = (steady.isClosing ? undefined : unopened.pop()) ?? takeAny(idle, network.random);
  if (session === undefined) return undefined;
  const isEnding = steady.isClosing || (endShare > 0 && nextFraction(network.random) < endShare);
  if (isEnding && session.verb === "update") session.verb = "terminate";
  const { verb } = session;
  return { verb, dueAt: now, session, request: messageOf(session, now, network.random) };
};

/**
 * Every operation's session must come back here with its answer, or null when it was refused for
 * good.
 */
export const settleSteady = (
  steady: Steady,
  session: TrafficSession,
  answer: SessionAnswer | null,
): void => {
  if (session.verb === "initiate" && answer !== null) steady.openSessions += 1;
  if (answer === null || session.verb === "terminate") {
    if (session.verb !== "initiate") steady.openSessions -= 1;
    if (!steady.isClosing) steady.unopened.push(newSession(steady.network, session.account));
    return;
  }
  continueWith(session, answer);
  steady.idle.push(session);
};

/** From now on every session that is drawn terminates. */
export const closeSteady = (steady: Steady): void => {
  steady.isClosing = true;
};

/** Updates a day of each data kind (a quota's worth of volume each), then of calls. */
const updateWeights: CumulativeWeights = cumulate([
  ...dataKinds.map(({ startsPerDay, durationSeconds, octetsPerSecond, groups }) => {
    const octets = startsPerDay * durationSeconds.mean * octetsPerSecond.mean;
    return groups.reduce((updates, { ratingGroup, share }) => {
      return (
        updates + (octets * share) / (quotaOctets.get(ratingGroup) ?? Number.POSITIVE_INFINITY)
      );
    }, 0);
  }),
  (callsPerDay * callDurationSeconds.mean) / quotaSeconds,
]);

function newSession(network: Network, account: number): TrafficSession {
  const kind = dataKinds[nextWeighted(network.random, updateWeights)];
  const session =
    kind === undefined
      ? startCall(network, { account, at: 0 })
      : startData(network, { kind, account, at: 0 });
  session.endAt = Number.POSITIVE_INFINITY;
  return session;
}

/** The last takes the place of the one taken: the order does not matter, it is drawn each time. */
function takeAny(sessions: TrafficSession[], random: Random): TrafficSession | undefined {
  if (sessions.length === 0) return undefined;
  const at = nextBelow(random, sessions.length);
  const taken = sessions[at];
  const last = sessions.pop();
  if (last !== undefined && at < sessions.length) sessions[at] = last;
  return taken;
}
