// An account's rules as a batch carries them behind its dues (lua/lib/rules.lua). All but the
// country of the visited network is the same in every message; so there is a list for each country
// that somebody of those with the same rules was in.

import { ruleSlots } from "../balance/companions.ts";
import { counterCell, type Profile } from "../balance/profile.ts";
import { countryOf, kindOf, type Rule, ruleKinds } from "../balance/rules.ts";
import type { ServiceInformation } from "../cdr/service-information.ts";
import { luaConstants } from "./lua-constants.ts";

/** 0 where no rule asks for it, or the message does not say. */
export const countryFor = ({ rules }: Profile, said: ServiceInformation): number =>
  rules.some(({ impossibleTravel }) => impossibleTravel !== null)
    ? countryOf(said?.servingNetwork)
    : 0;

export const ruleNumbers = (profile: Profile, country: number): readonly number[] =>
  profile.rules.flatMap((rule) => numbersOf(profile, rule, country));

/** Of the rule at `index`, where its numbers begin in Lua's list. */
export const rulePlace = (index: number): number => 1 + luaConstants["RULE_NUMBERS"]! * index;

/** Whose state begins in the cell. */
export const ruleAt = (profile: Profile, cell: number): Rule | undefined =>
  profile.rules.find((rule) => {
    return counterCell(profile.buckets.length, ruleSlots(profile, rule)[0]!) === cell;
  });

const numbersOf = (profile: Profile, rule: Rule, country: number): readonly number[] => {
  const [cell, second] = ruleSlots(profile, rule).map((slot) =>
    counterCell(profile.buckets.length, slot),
  );
  const head = [ruleKinds.indexOf(kindOf(rule)) + 1, cell!, second ?? 0];
  const isEnforcing = rule.mode === "enforcing" ? 1 : 0;
  return [...head, 1_000 * rule.windowSeconds, isEnforcing, ...boundsOf(rule, country)];
};

/** What the state's first number is beyond when the rule is hit, and what else is needed. */
const boundsOf = (rule: Rule, country: number): readonly [number, number] => {
  const { destinationShare, impossibleTravel, simultaneousSessions, spendRate } = rule;
  if (spendRate !== null) return [spendRate.spentMax, 0];
  if (destinationShare !== null) {
    return [destinationShare.sharePercentMax, destinationShare.spentMin];
  }
  if (simultaneousSessions !== null) return [simultaneousSessions.sessionsMax, 0];
  // Changes and country share a number: all countries of one change more are beyond it.
  return [1_000 * impossibleTravel!.changesMax + 999, country];
};
