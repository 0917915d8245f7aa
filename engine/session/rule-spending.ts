// Which rules of an account count the money that a use costs, and of which it goes to their
// destinations.

import type { Profile } from "../balance/profile.ts";
import { destinationsOf } from "../balance/rules.ts";
import type { PricePlan } from "./price-plan.ts";
import type { Serving } from "./serving.ts";

export type RuleSpending = {
  /** Place among the account's rules. */
  readonly rule: number;
  readonly isThere: boolean;
};

/** Money in another currency than the account's is counted by none, as by its counters. */
export const spendingOf = (
  { currency, rules }: Profile,
  { chosen, published }: PricePlan,
  { isServed }: Serving,
): readonly RuleSpending[] => {
  if (published.tariff.currency !== currency || chosen === undefined || chosen.isFree) return [];
  return rules.flatMap((one, rule) => {
    if (one.spendRate === null && one.destinationShare === null) return [];
    const destinations = destinationsOf(one);
    return [{ rule, isThere: destinations !== null && isServed(destinations) }];
  });
};
