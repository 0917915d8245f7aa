// What can go wrong in a world, and how often in this one: each seed has a temper of its own, in
// which some faults never happen and others much of the time, so that each is met with and without
// the rest.

import type { Dice } from "./dice.ts";

/** Append-only in spirit: the names stand in commands that play a world again. */
export const faults = {
  loss: "a request or an answer is lost between network element and engine",
  duplicate: "a request comes twice, perhaps at another engine",
  delay: "a request or an answer is under way for many turns",
  reorder: "what comes in one turn comes in another order",
  stray: "a network element sends an older message again, skips one, or changes its body",
  silence: "a network element forgets a session",
  cut: "the connection to Redis is lost: what was asked is done, or not, and nobody hears",
  ghost: "what was asked on a lost connection is done later, after it was asked again",
  refuse: "Redis refuses what it is asked",
  full: "Redis is out of memory",
  crash: "an engine dies between any two steps; later a new one takes its place",
  flush: "Redis forgets the library",
  jump: "time jumps ahead",
  skew: "the clock of an engine is set, up to a second to either side",
  publish: "a tariff is published",
  deaf: "an engine does not hear of a publication until it asks",
  profile: "the profile of an account is replaced",
  patrol: "engines look at accounts that nobody meets",
} as const;
export type Fault = keyof typeof faults;
export const faultNames = Object.keys(faults) as readonly Fault[];

/** How often, 0 to 1, by turn or by what it happens to. */
export type Temper = Readonly<Record<Fault, number>>;

const usual: Temper = {
  ...{ loss: 0.04, duplicate: 0.05, delay: 0.08, reorder: 0.5, stray: 0.04, silence: 0.02 },
  ...{ cut: 0.05, ghost: 0.5, refuse: 0.02, full: 0.02, crash: 0.03, flush: 0.04 },
  ...{ jump: 0.06, skew: 0.08, publish: 0.05, deaf: 0.5, profile: 0.15, patrol: 0.1 },
};

export const dealTemper = (dice: Dice, without: ReadonlySet<Fault>): Temper => {
  const temper: Record<Fault, number> = { ...usual };
  for (const fault of faultNames) {
    const factor = dice.pick([0, 0.3, 1, 1, 1, 1, 3]);
    temper[fault] = without.has(fault) ? 0 : Math.min(1, usual[fault] * factor);
  }
  return temper;
};
