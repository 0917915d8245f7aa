// What an account's rules look out for: money that goes too fast or to the wrong places, too many
// sessions at once, networks too far apart. A rule counts within windows of its own length, which
// follow each other from 1970 on; once it is hit it stays hit until its window is over. In shadow
// mode that is only told.

import { type Eligibility, eligibilityDimensions } from "./eligibility.ts";

export const ruleModes = ["shadow", "enforcing"] as const;
export type RuleMode = (typeof ruleModes)[number];
/** Append-only: Lua and the journal know them by their places, from 1. */
export const ruleKinds = [
  "spendRate",
  "destinationShare",
  "simultaneousSessions",
  "impossibleTravel",
] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** Of the kinds one is there. */
export type Rule = {
  readonly ruleId: string;
  readonly mode: RuleMode;
  readonly windowSeconds: number;
  /** Hit by more money than that, in micros of the account's currency. */
  readonly spendRate: { readonly spentMax: number } | null;
  /** Hit once at least `spentMin` was spent and more than the share of it on calls to `zones`. */
  readonly destinationShare: {
    readonly zones: readonly string[];
    readonly sharePercentMax: number;
    readonly spentMin: number;
  } | null;
  /** Hit by whoever asks while more are open. */
  readonly simultaneousSessions: { readonly sessionsMax: number } | null;
  /** Hit by more changes of the visited country. */
  readonly impossibleTravel: { readonly changesMax: number } | null;
};

export const kindOf = (rule: Rule): RuleKind => ruleKinds.find((kind) => rule[kind] !== null)!;

/** What else is told apart by the name of a rule's state: with other numbers it begins anew. */
export const measureOf = (rule: Rule): string => {
  const { destinationShare, impossibleTravel, simultaneousSessions, spendRate } = rule;
  const numbers = [
    rule.windowSeconds,
    ...(spendRate === null ? [] : [spendRate.spentMax]),
    ...(destinationShare === null
      ? []
      : [destinationShare.sharePercentMax, destinationShare.spentMin]),
    ...(simultaneousSessions === null ? [] : [simultaneousSessions.sessionsMax]),
    ...(impossibleTravel === null ? [] : [impossibleTravel.changesMax]),
  ];
  return `${kindOf(rule)} ${numbers.join(" ")}`;
};

const anywhere = Object.fromEntries(
  eligibilityDimensions.map((dimension) => [dimension, []]),
) as unknown as Eligibility;

/** Which uses count as going there; null: the rule does not look at that. */
export const destinationsOf = ({ destinationShare }: Rule): Eligibility | null =>
  destinationShare && { ...anywhere, zones: destinationShare.zones };

/** Mobile country code of a visited network as 26201; 0: none that could be told. */
export const countryOf = (servingNetwork: string | null | undefined): number =>
  servingNetwork != null && /^\d{5,6}$/.test(servingNetwork)
    ? Number(servingNetwork.slice(0, 3))
    : 0;
