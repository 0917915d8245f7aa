// What a use was charged and what was granted for the next one, with names for the cells: which
// bucket was asked for how much, what it gave, and how an amount of money comes about.

import type { Profile } from "../balance/profile.ts";
import { type Price, plainPrice } from "../rating/price.ts";
import type { PlanNumbers } from "../store/plan-numbers.ts";
import type {
  ChargeExplained,
  CountExplained,
  GivenExplained,
  GrantExplained,
  PaidExplained,
} from "./explanation.ts";
import { bucketNamed, counterAt, counterNamed, isFreeCell } from "./names.ts";
import type { Replanned } from "./replan.ts";
import type { EntryReplay } from "./replay-operation.ts";
import type { Charge, Taken } from "./settle.ts";
import { splitCharge } from "./split-charge.ts";
import type { Count } from "./watch.ts";

export const chargeExplained = (
  profile: Profile,
  { entry, used, counts }: EntryReplay,
): ChargeExplained | undefined => {
  if (used === undefined) return undefined;
  return {
    ...paidExplained(profile, entry.plan!, used),
    used: entry.used,
    overrun: used.overrun,
    counts: counts.map((count) => countExplained(profile, count)),
  };
};

export const grantExplained = (
  profile: Profile,
  { entry, granted }: EntryReplay,
  { plan }: Replanned,
): GrantExplained | undefined => {
  if (granted === undefined) return undefined;
  const { change } = entry;
  const { wanted } = granted;
  const { quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax } = plan;
  const isNothing = granted.units === 0;
  return {
    ...paidExplained(profile, entry.plan!, granted),
    ...{ wanted, quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax },
    isChosen: entry.wanted < 0,
    isShared: granted.isShared,
    isFinal: granted.units < wanted && !granted.isShared,
    validityTime: isNothing ? 0 : granted.seconds,
    validityTimeMax: plan.validityTimeSeconds,
    change: isNothing ? 0 : change,
  };
};

const paidExplained = (
  profile: Profile,
  plan: PlanNumbers,
  { units, cost, taken, headroom }: Charge,
): PaidExplained => ({
  units,
  costMicros: cost,
  given: taken.map((one) => givenExplained(profile, plan, one)),
  caps: headroom.caps.map(({ cell, cap, counted, reserved, left }) => {
    return { ...counterNamed(profile, cell), cap, counted, reserved, left };
  }),
});

const givenExplained = (profile: Profile, plan: PlanNumbers, one: Taken): GivenExplained => {
  const { step, isUsable, isCapped, available, due: asked, units, amount, before } = one;
  const isFree = isFreeCell(step.cell);
  const isMoney = step.blockUnits > 0 && !isFree;
  const price = plan.price ?? byTheBlock(step);
  // Without steps of its own a price begins anew at every place.
  const from = plan.price === undefined ? { ...before, position: 0 } : before;
  const split = { available: Math.max(0, available), units: asked, before: from };
  return {
    ...bucketNamed(profile, step.cell),
    ...{ isFree, isUsable, isCapped, available, asked, units, amount },
    split: isMoney ? { ...splitCharge(price, split), price } : undefined,
  };
};

const byTheBlock = ({ blockUnits, blockPriceMicros }: Taken["step"]): Price =>
  plainPrice([{ from: 0, blockUnits, blockPriceMicros, entryFeeMicros: 0 }]);

const countExplained = (profile: Profile, count: Count): CountExplained => {
  const { cell, period, before, after } = count;
  const counter = counterAt(profile, cell);
  const statusAt = (level: number) => counter?.thresholds[level - 1]?.status;
  const levels = count.levels ?? { before: 0, after: 0 };
  return {
    ...counterNamed(profile, cell),
    ...{ period, before, after },
    statusBefore: statusAt(levels.before),
    statusAfter: statusAt(levels.after),
  };
};
