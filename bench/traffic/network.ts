// The network under test seen from outside: its subscribers, where each of them is on this day, and
// the network elements that open sessions for them. Everything follows from the seed.

import type { RequestOf } from "../../engine/protocol/operations.ts";
import { type Random, randomFrom } from "../../engine/values/random.ts";
import { homeNetwork, homeRealm } from "./destinations.ts";
import { type LogNormal, nextLogNormal } from "./distributions.ts";
import {
  callDurationSeconds,
  type DataKind,
  quotaOctets,
  quotaSeconds,
  ratingGroups,
  sessionSecondsMax,
  sessionSecondsMin,
} from "./kinds.ts";
import {
  type CalledNumber,
  drawNumbering,
  type Numbering,
  nextCalled,
  nextServingNetwork,
} from "./numbering.ts";
import {
  groupOfOctets,
  groupOfSeconds,
  type SessionGroup,
  type TrafficSession,
} from "./session.ts";
import { subscriberAt } from "./subscribers.ts";

export type EventRequest = RequestOf<"event">;

export type Network = {
  readonly random: Random;
  readonly numbering: Numbering;
  /** By account: MCC and MNC of where the subscriber is. */
  readonly servingNetworks: readonly string[];
  /** In every identifier, so that runs against one system do not repeat each other's. */
  readonly epoch: number;
  identifiersGiven: number;
};

export type NetworkOptions = {
  readonly accounts: number;
  readonly seed: number;
  /** Seconds since 1970 at the start of the run, as RFC 6733 §8.8 wants for session identifiers. */
  readonly epoch: number;
};

export const openNetwork = ({ accounts, seed, epoch }: NetworkOptions): Network => {
  // Places have a stream of their own: more accounts leave the numbers drawn for the others alone.
  const places = randomFrom(seed, 1);
  const numbering = drawNumbering(places);
  const servingNetworks = Array.from({ length: accounts }, () =>
    nextServingNetwork(numbering, places),
  );
  return { random: randomFrom(seed, 2), numbering, servingNetworks, epoch, identifiersGiven: 0 };
};

export const startData = (
  network: Network,
  { kind, account, at }: { kind: DataKind; account: number; at: number },
): TrafficSession => {
  const octetsPerSecond = nextLogNormal(network.random, kind.octetsPerSecond);
  const groups = kind.groups.map(({ ratingGroup, share }) =>
    groupOfOctets({
      ratingGroup,
      quota: quotaOctets.get(ratingGroup) ?? 0,
      unitsPerSecond: octetsPerSecond * share,
    }),
  );
  return {
    sessionId: nextIdentifier(network, "smf3"),
    subscriberIdentifier: subscriberAt(account).imsi,
    serviceInformation: { calledPartyAddress: null, servingNetwork: placeOf(network, account) },
    ...opening(network, { account, at, groups, duration: kind.durationSeconds }),
  };
};

export const startCall = (
  network: Network,
  { account, at }: { account: number; at: number },
): TrafficSession => {
  const called = nextCalled(network.numbering, network.random, true);
  const servingNetwork = placeOf(network, account);
  const ratingGroup = callRatingGroup(called, servingNetwork);
  const groups = [groupOfSeconds({ ratingGroup, quota: quotaSeconds, unitsPerSecond: 1 })];
  return {
    sessionId: nextIdentifier(network, "tas1"),
    subscriberIdentifier: subscriberAt(account).msisdn,
    serviceInformation: { calledPartyAddress: called.address, servingNetwork },
    ...opening(network, { account, at, groups, duration: callDurationSeconds }),
  };
};

export const sendMessage = (
  network: Network,
  { account, at }: { account: number; at: number },
): EventRequest => {
  const called = nextCalled(network.numbering, network.random, false);
  const { messageNational, messageInternational } = ratingGroups;
  const ratingGroup = called.isNational ? messageNational : messageInternational;
  return {
    requestId: nextIdentifier(network, "smsc1"),
    subscriberIdentifier: subscriberAt(account).msisdn,
    eventTimestamp: Math.floor(at),
    usedUnits: [{ ratingGroup, usedUnit: 1 }],
    serviceInformation: {
      calledPartyAddress: called.address,
      servingNetwork: placeOf(network, account),
    },
  };
};

type Opening = {
  readonly account: number;
  readonly at: number;
  readonly groups: readonly SessionGroup[];
  readonly duration: LogNormal;
};

function opening({ random }: Network, { account, at, groups, duration }: Opening) {
  const drawn = nextLogNormal(random, duration);
  const seconds = Math.min(sessionSecondsMax, Math.max(sessionSecondsMin, drawn));
  const endAt = at + seconds * 1000;
  return { account, groups, endAt, verb: "initiate", sequence: 0, dueAt: at } as const;
}

function callRatingGroup(called: CalledNumber, servingNetwork: string): number {
  if (servingNetwork !== homeNetwork) return ratingGroups.voiceRoaming;
  return called.isNational ? ratingGroups.voiceNational : ratingGroups.voiceInternational;
}

function placeOf({ servingNetworks }: Network, account: number): string {
  return servingNetworks[account] ?? homeNetwork;
}

/** In the form of a Diameter Session-Id: who, since when, which; at most 48 characters. */
function nextIdentifier(network: Network, element: string): string {
  network.identifiersGiven += 1;
  return `${element}.${homeRealm};${network.epoch};${network.identifiersGiven}`;
}
