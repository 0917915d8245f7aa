// Whether an account could hold what one version of an offering gives: bounds of the engine that
// are exceeded by it alone, and names that it uses twice.

import { type AccountBound, accountBounds } from "../../../engine/protocol/account-bounds.ts";
import { complain, complainOfLimit, type Place, within } from "./finding.ts";
import type { ProductTerms } from "./product-terms.ts";

export const checkTerms = (terms: ProductTerms, place: Place): void => {
  const { allowances, counters, rules } = terms;
  // At one moment: versions of one allowance follow each other.
  const granted = new Map(allowances.map((one) => [one.priceId, one]));
  const rolled = [...granted.values()].filter(({ rollover }) => rollover !== null);
  const own = [...granted.values()].filter(({ startsAtFirstUse }) => startsAtFirstUse);
  const watched = counters.filter(({ cap, thresholds }) => cap !== null || thresholds.length > 0);
  const numbers = watched.reduce((sum, { thresholds }) => sum + 6 + 2 * thresholds.length, 0);
  const counts: readonly (readonly [AccountBound, number, string])[] = [
    ["bucketsPerAccountMax", granted.size + rolled.length, "buckets"],
    ["ownValidityBucketsMax", own.length, "buckets that start at first use"],
    ["countersPerAccountMax", counters.length, "counters"],
    ["watchNumbersPerAccountMax", numbers, "numbers of caps and thresholds"],
    ["rulesPerAccountMax", rules.length, "rules"],
  ];
  for (const [limit, count, what] of counts) {
    if (count <= accountBounds[limit]) continue;
    const message = `It gives ${count} ${what}, more than ${accountBounds[limit]}.`;
    complainOfLimit(place, limit, message);
  }
  const where = within(place, "prodSpecCharValueUse");
  checkTwice(
    counters.map(({ counterId }) => counterId),
    (id) => complain(where, "DUPLICATE", `Counter ${id} is there twice.`),
  );
  checkTwice(
    rules.map(({ ruleId }) => ruleId),
    (id) => complain(where, "DUPLICATE", `Rule ${id} is there twice.`),
  );
};

const checkTwice = (ids: readonly string[], tell: (id: string) => void): void => {
  for (const [index, id] of ids.entries()) if (ids.indexOf(id) !== index) tell(id);
};
