// The tiers of a tariff into the steps of a price. `graduated`: each unit at the price of its tier.
// `package`: the same by whole packages, so that none reaches into the next tier. `volume`: all
// units at the price of the tier reached (volume-tiers.ts).

import { err, ok, type Result } from "../values/result.ts";
import { amountMax } from "../values/units.ts";
import type { PriceStep } from "./price.ts";
import { type TierSpan, volumeSteps } from "./volume-tiers.ts";

export type TierKind = "graduated" | "volume" | "package";

export type Tier = {
  /** The last unit of the tier; undefined: there is no tier after it. */
  readonly upTo: number | undefined;
  /** Of a package: how many units are in it. */
  readonly blockUnits: number;
  readonly blockPriceMicros: number;
  /** Due with the first unit of the tier; of a volume tier, part of what all units come to. */
  readonly entryFeeMicros: number;
};

/** Keeps every sum of a few such numbers within 2^53. */
const unitsMax = 2 ** 50;
const microsMax = 10 ** 15;

/**
 * Up to four steps a volume tier, one of any other; or what is wrong, each with its place as in a
 * tariff document: `steps[1].upTo: …`. Discounts are taken off the tiers before, not off the steps:
 * what falls due between volume tiers depends on their prices.
 */
export const compileTiers = (
  kind: TierKind,
  tiers: readonly Tier[],
): Result<readonly PriceStep[], readonly string[]> => {
  const problems = tierProblems(tiers);
  if (problems.length > 0) return err(problems);
  const spans = tiers.map(({ upTo, ...tier }, index): TierSpan => {
    return { from: tiers[index - 1]?.upTo ?? 0, end: upTo ?? amountMax, ...tier };
  });
  switch (kind) {
    case "graduated":
      return ok(spans.map(stepOf));
    case "package":
      return unless(spans.flatMap(cutProblems), spans.map(stepOf));
    case "volume": {
      const steps = volumeSteps(spans);
      return unless(steps.flatMap(dueProblems), steps.flat());
    }
  }
};

/** What is wrong with tiers of any kind, each with its place: numbers out of range or order. */
export const tierProblems = (tiers: readonly Tier[]): readonly string[] => [
  ...tiers.flatMap(rangeProblems),
  ...orderProblems(tiers),
];

const unless = (problems: readonly string[], steps: readonly PriceStep[]) =>
  problems.length > 0 ? err(problems) : ok(steps);

const stepOf = ({ end: _, ...step }: TierSpan): PriceStep => step;

const rangeProblems = (tier: Tier, index: number): string[] => {
  const bounds = [
    ["upTo", tier.upTo ?? 1, 1, unitsMax],
    ["blockUnits", tier.blockUnits, 1, unitsMax],
    ["blockPrice", tier.blockPriceMicros, 0, microsMax],
    ["entryFee", tier.entryFeeMicros, 0, microsMax],
  ] as const;
  return bounds
    .filter(([, value, min, max]) => !Number.isSafeInteger(value) || value < min || value > max)
    .map(([name, value, min, max]) => {
      const unit = name === "blockPrice" || name === "entryFee" ? "micros" : "units";
      return `steps[${index}].${name}: expected ${min} to ${max} whole ${unit}, got ${value}`;
    });
};

const orderProblems = (tiers: readonly Tier[]): string[] => {
  if (tiers.length === 0) return ["steps: expected at least one tier"];
  return tiers.flatMap(({ upTo }, index) => {
    const place = `steps[${index}].upTo`;
    const isLast = index === tiers.length - 1;
    if (upTo === undefined) {
      return isLast ? [] : [`${place}: left out, though another tier follows`];
    }
    const before = tiers[index - 1]?.upTo ?? 0;
    if (upTo <= before) return [`${place}: expected more than ${before}, got ${upTo}`];
    return isLast ? [`${place}: units beyond ${upTo} have no tier; leave it out`] : [];
  });
};

const cutProblems = ({ from, end, blockUnits }: TierSpan, index: number): string[] =>
  end === amountMax || (end - from) % blockUnits === 0
    ? []
    : [`steps[${index}].upTo: expected whole packages of ${blockUnits} after ${from}, got ${end}`];

const dueProblems = (steps: readonly PriceStep[], index: number): string[] =>
  steps
    .filter(({ entryFeeMicros }) => entryFeeMicros > microsMax)
    .map(
      ({ from }) => `steps[${index}]: more than ${microsMax} micros fall due beyond unit ${from}`,
    );
