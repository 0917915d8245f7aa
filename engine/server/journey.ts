// A clock that was moved does not jump. It goes from station to station, each a moment at which an
// account is due for a renewal or an expiry, and at most a day apart; at each, sessions that are
// over end, and what is due is done and journalled at that moment, as if the time had passed. One
// engine at a time takes the clock on; one that dies on the way leaves it to the next.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { validitySlot } from "../balance/companions.ts";
import { dueMoments } from "../balance/due-moments.ts";
import type { Profile } from "../balance/profile.ts";
import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import { isOnItsWay } from "../protocol/clock-value.ts";
import { readAccountValue, readValue } from "../store/account-value.ts";
import type { Clock } from "../store/clock.ts";
import type { Store } from "../store/connection.ts";
import { accountOf, keys } from "../store/keys.ts";
import type { Profiles } from "../store/profiles.ts";
import { sweepFromOldest, sweepShard } from "../store/sweep.ts";
import { walk } from "../store/walk.ts";
import { joinStations, type Span, type Stations } from "./join-stations.ts";

export type Traveller = {
  /** Takes the clock on its way where it has one to go and nobody does. */
  set(): void;
  stop(): Promise<void>;
};

export type TravellerOptions = {
  readonly store: Store;
  readonly shards: number;
  readonly profiles: Pick<Profiles, "glance">;
  readonly clock: Clock;
  /** Settles accounts, by their keys; how many could not be. */
  readonly lookAt: (accountKeys: readonly string[]) => Promise<number>;
  readonly onFault: (error: unknown) => void;
};

type Journey = TravellerOptions & { readonly isStopped: () => boolean; readonly name: string };

export const createTraveller = (options: TravellerOptions): Traveller => {
  let isStopped = false;
  let journey: Promise<void> | undefined;
  return {
    set: () => {
      if (isStopped || !isOnItsWay(options.clock.standing()) || !options.store.isReady()) return;
      journey ??= travel({ ...options, isStopped: () => isStopped, name: randomUUID() })
        .catch(options.onFault)
        .finally(() => {
          journey = undefined;
        });
    },
    stop: async () => {
      isStopped = true;
      await journey;
    },
  };
};

const travel = async (journey: Journey): Promise<void> => {
  const { store, clock, name } = journey;
  const turn = ["SET", keys.clockTurn, name, "NX", "PX", limits.journeyTurnMs] as const;
  if ((await store.call(...turn)) === null) return;
  try {
    // Who had it before may have died between a station and what was to be done there.
    await eachPage(journey, (accountKeys) => settle(journey, accountKeys));
    for (let goesOn = true; goesOn; ) {
      goesOn = isOnItsWay(clock.standing()) ? await goLeg(journey) : !(await lookBack(journey));
    }
  } finally {
    if (await keepTurn(journey)) await store.call("DEL", keys.clockTurn);
  }
};

/** When the last engine has heard of it: sessions that it opened by the time of before end too. */
const lookBack = async (journey: Journey): Promise<boolean> => {
  const { store, clock, isStopped } = journey;
  const until = performance.now() + limits.clockHeardMsMax;
  while (performance.now() < until) {
    if (isStopped()) return true;
    if (isOnItsWay(clock.standing())) return false;
    await sleep(limits.drainPollMs);
  }
  await sweepFromOldest(store);
  return true;
};

/** False: another engine has it by now. */
const keepTurn = async ({ store, name }: Journey): Promise<boolean> => {
  if (String(await store.call("GET", keys.clockTurn)) !== name) return false;
  await store.call("PEXPIRE", keys.clockTurn, limits.journeyTurnMs);
  return true;
};

/** False: it is not ours to go on. */
const goLeg = async (journey: Journey): Promise<boolean> => {
  const { clock } = journey;
  const after = clock.now();
  const goal = clock.machineNow() + clock.standing().goalOffsetMs;
  let legMs: number = Math.min(limits.journeyLegMs, goal - after);
  let stations = await findStations(journey, { after, until: after + legMs });
  while (stations === undefined) {
    legMs = Math.max(limits.journeyLegMsMin, legMs / 2);
    stations = await findStations(journey, { after, until: after + legMs });
  }
  for (const [moment, accountKeys] of stations) {
    if (!(await goTo(journey, moment))) return false;
    await settle(journey, accountKeys);
  }
  if (after + legMs < goal) return true;
  // The rest is what went by on the way.
  if (!(await goTo(journey, Number.POSITIVE_INFINITY))) return false;
  await settle(journey, []);
  return true;
};

/** To the moment, or to the goal where that is before it. */
const goTo = async (journey: Journey, moment: number): Promise<boolean> => {
  const { clock, isStopped } = journey;
  if (isStopped() || !(await keepTurn(journey))) return false;
  const { offsetMs, goalOffsetMs } = clock.standing();
  const offset = Math.min(goalOffsetMs, Math.ceil(moment - clock.machineNow()));
  // Passed already, by the time that the way took.
  if (offset <= offsetMs) return true;
  // Who set another goal meanwhile has overtaken this move: it is made again from there.
  return (await clock.move({ offsetMs: offset })) || goTo(journey, moment);
};

const settle = async (journey: Journey, accountKeys: readonly string[]): Promise<void> => {
  const { store, shards, clock, lookAt } = journey;
  const numbers = Array.from({ length: shards }, (_, shard) => shard);
  await Promise.all(
    numbers.map((shard) => sweepShard(store, shard, clock.now(), metrics.countExpiredSessions)),
  );
  for (let from = 0; from < accountKeys.length; from += limits.patrolKeysMax) {
    if (from > 0) await keepTurn(journey);
    const some = accountKeys.slice(from, from + limits.patrolKeysMax);
    for (let tries = 0; tries < limits.journeyTriesMax && (await lookAt(some)) > 0; tries++);
  }
};

/** In their order; undefined: more than are kept in mind, of a span that can be shortened. */
const findStations = async (journey: Journey, span: Span): Promise<Stations | undefined> => {
  const found = new Map<number, Set<string>>();
  const note = (at: number) => {
    const there = found.get(at) ?? new Set();
    found.set(at, there);
    return there;
  };
  const isShort = span.until - span.after <= limits.journeyLegMsMin;
  const dayMs = limits.journeyStationMsMax;
  for (let at = span.after + dayMs; at < span.until; at += dayMs) note(at);
  let dues = 0;
  const isMore = () => dues > limits.journeyDuesPerLegMax && !isShort;
  await eachPage(journey, async (accountKeys) => {
    if (isMore()) return;
    const ofPage = await Promise.all(accountKeys.map((key) => momentsOf(journey, key, span)));
    for (const [index, moments] of ofPage.entries()) {
      dues += moments.length;
      for (const at of moments) note(at).add(accountKeys[index]!);
    }
  });
  return isMore() ? undefined : joinStations(found, span, limits.journeyStationsPerLegMax);
};

/** All accounts there are, once or twice. */
const eachPage = async (
  journey: Journey,
  visit: (accountKeys: readonly string[]) => Promise<void>,
): Promise<void> => {
  let place = "";
  do {
    const page = await walk(journey.store, place, keys.accountPattern, limits.patrolKeysMax);
    await visit(page.found);
    await keepTurn(journey);
    place = page.next;
  } while (place !== "");
};

const momentsOf = async (
  { store, profiles }: Journey,
  key: string,
  span: Span,
): Promise<readonly number[]> => {
  const account = accountOf(key);
  const entry = account && (await profiles.glance(account.accountId));
  if (account === undefined || entry === undefined) return [];
  const { profile } = entry;
  const hasOwn = profile.buckets.some((bucket) => (bucket?.ownValiditySeconds ?? 0) > 0);
  const value = hasOwn ? await readValue(store, account.shard, account.accountId) : null;
  const ownEnds = value === null ? [] : ownEndsOf(profile, value);
  return dueMoments(profile, span, { lateUseMs: limits.lateUseMsMax, ownEnds });
};

/** When validities that began with a top-up or a first use are over. */
const ownEndsOf = (profile: Profile, value: Buffer): readonly number[] => {
  const { counters } = readAccountValue(value);
  return profile.buckets.flatMap((bucket) => {
    if (bucket === null || bucket.ownValiditySeconds === 0) return [];
    return counters[validitySlot(profile, bucket)]?.period ?? [];
  });
};
