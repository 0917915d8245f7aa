// Pairs of numbers that an account keeps besides a bucket's or counter's own pair, in slots among
// the counters: what is reserved under a cap and the level of thresholds, since when and until when
// an own validity runs, the period that an allowance was last renewed for, what a rule has counted
// in its window. They have names with a blank, which no counter can have, so that slots are given
// out to all in one way.

import { type Bucket, type Counter, type Profile, plainCounter } from "./profile.ts";
import { measureOf, type Rule, ruleKinds } from "./rules.ts";

type Owner = "state" | "validity" | "renewal";

export const isCompanion = ({ counterId }: Counter): boolean => counterId.includes(" ");

/** For the counters' slots, behind the counters themselves. */
export const companionsOf = (
  buckets: readonly Bucket[],
  counters: readonly Counter[],
  rules: readonly Rule[],
): readonly Counter[] => [
  ...counters.filter(hasState).map(({ counterId }) => companion(stateName(counterId))),
  ...buckets
    .filter(({ ownValiditySeconds }) => ownValiditySeconds > 0)
    .map(({ bucketId }) => companion(nameOf(bucketId, "validity"))),
  ...buckets
    .filter(({ renewal }) => renewal !== null)
    .map((bucket) => companion(renewalName(bucket))),
  ...rules.flatMap((rule) => ruleStateNames(rule).map(companion)),
];

const hasState = ({ cap, thresholds }: Counter): boolean => cap !== null || thresholds.length > 0;

/** Undefined: a counter without cap and thresholds has no state. */
export const stateSlot = (profile: Profile, counter: Counter): number | undefined =>
  hasState(counter) ? slotOf(profile, stateName(counter.counterId)) : undefined;

export const validitySlot = (profile: Profile, { bucketId }: Bucket): number =>
  slotOf(profile, nameOf(bucketId, "validity"));

export const renewalSlot = (profile: Profile, bucket: Bucket): number =>
  slotOf(profile, renewalName(bucket));

/** Of a rule's state, and of its second one where it has that. */
export const ruleSlots = (profile: Profile, rule: Rule): readonly number[] =>
  ruleStateNames(rule).map((name) => slotOf(profile, name));

/** A share is of two amounts. */
const ruleStateNames = (rule: Rule): readonly string[] => {
  const name = `${rule.ruleId} ${measureOf(rule)}`;
  return rule.destinationShare === null ? [name] : [name, `${name} there`];
};

/** Whether the name is that of a rule's state. */
export const isRuleState = (counterId: string): boolean =>
  ruleKinds.some((kind) => counterId.includes(` ${kind} `));

/** Of a rule that is hit no more where a refund takes back enough. */
export const isEndedByRefund = (counterId: string): boolean => counterId.includes(" spendRate ");

/** Under whose cap something may be reserved. */
export const isStateOfCounter = ({ counterId }: Counter): boolean => counterId.endsWith(" state");

const slotOf = ({ counters }: Profile, name: string): number =>
  counters.findIndex((counter) => counter?.counterId === name);

const nameOf = (id: string, what: Owner): string => `${id} ${what}`;
const stateName = (counterId: string): string => nameOf(counterId, "state");

/** Of another kind of periods the numbers mean something else: that begins anew. */
const renewalName = ({ bucketId, renewal }: Bucket): string => {
  const { unit, anchorDay = 1, count = 1 } = renewal!.period;
  return `${nameOf(bucketId, "renewal")} ${unit} ${anchorDay} ${count}`;
};

const companion = (counterId: string): Counter => ({
  counterId,
  unit: "serviceUnits",
  ratingGroups: [],
  ...plainCounter,
});
