// Counters of an offering: fair use, spending caps, statuses of policy counters. And its rules
// against fraud. Both are characteristics of the offering, for the standard has no field for them.

import { z } from "zod";
import { accountBounds } from "../../../engine/protocol/account-bounds.ts";
import type { UnitKind } from "../../../engine/values/units.ts";
import { readAmount, readMoney } from "./amounts.ts";
import { type Characteristics, type Given, givenOf, readShape } from "./characteristics.ts";
import { nameShape, type When, whenShape } from "./conditions.ts";
import { complain, complainOfLimit, within } from "./finding.ts";
import type { CounterTerms, RuleSpecification } from "./product-terms.ts";
import { anchorMessage, canAnchor } from "./read-allowance.ts";
import { countedPeriodShape } from "./read-usage-price.ts";

/** Both say the same; fair use wants a cap or a threshold. */
const counterNames = ["counter", "fairUse"] as const;

const counterShape = z.strictObject({
  counterId: nameShape,
  units: z.string(),
  ratingGroups: z.array(z.number().int().min(0).max(0xffff_ffff)).optional(),
  when: whenShape.optional(),
  period: countedPeriodShape.optional(),
  cap: z.number().min(0).optional(),
  thresholds: z
    .array(
      z.strictObject({ status: nameShape, reachedAt: z.number(), leftAt: z.number().optional() }),
    )
    .optional(),
  perSubscriber: z.boolean().optional(),
});
type CounterValue = z.infer<typeof counterShape>;

export const readCounters = (of: Characteristics): readonly CounterTerms[] =>
  counterNames.flatMap((name) =>
    givenOf(of, name).flatMap((given) => {
      const value = readShape(given, counterShape);
      if (value === undefined) return [];
      if (name === "fairUse" && value.cap === undefined && value.thresholds === undefined) {
        complain(given.place, "INVALID_VALUE", "Fair use wants a cap or thresholds.");
      }
      const counter = readCounter(given, value);
      return counter === undefined ? [] : [counter];
    }),
  );

const readCounter = (given: Given, value: CounterValue): CounterTerms | undefined => {
  const { cap, counterId, period, perSubscriber, ratingGroups = [], thresholds = [] } = value;
  const place = within(given.place, "value");
  const read = (amount: number, ...steps: readonly (string | number)[]) =>
    readAmount(within(place, ...steps), { amount, units: value.units });
  const one = read(1, "units");
  if (one === undefined) return undefined;
  const { thresholdsPerCounterMax } = accountBounds;
  if (thresholds.length > thresholdsPerCounterMax) {
    const message = `${thresholds.length} thresholds are more than ${thresholdsPerCounterMax}.`;
    complainOfLimit(within(place, "thresholds"), "thresholdsPerCounterMax", message);
  }
  checkRising(given, value);
  const counted = period === undefined ? null : { unit: period.unit, count: period.count ?? 1 };
  if (period?.anchor === "purchase" && !canAnchor(counted)) {
    complain(within(place, "period", "anchor"), "INVALID_VALUE", anchorMessage);
  }
  return {
    counterId,
    ...countedIn(one),
    ratingGroups,
    when: withoutUndefined(value.when ?? {}),
    period: counted,
    anchor: period?.anchor ?? "calendar",
    cap: cap === undefined ? null : (read(cap, "cap")?.amount ?? 0),
    thresholds: thresholds.map(({ leftAt, reachedAt, status }, index) => ({
      status,
      reachedAt: read(reachedAt, "thresholds", index, "reachedAt")?.amount ?? 0,
      leftAt: read(leftAt ?? reachedAt, "thresholds", index, "leftAt")?.amount ?? 0,
    })),
    isPerSubscriber: perSubscriber ?? false,
  };
};

const countedIn = ({ currency, unit }: { unit: UnitKind; currency: string | null }) => ({
  unit,
  currency,
});

const withoutUndefined = (when: z.infer<typeof whenShape>): When =>
  Object.fromEntries(Object.entries(when).filter(([, values]) => values !== undefined));

const checkRising = ({ place }: Given, { thresholds = [] }: CounterValue): void => {
  let below = 0;
  for (const [index, { leftAt, reachedAt }] of thresholds.entries()) {
    const isRising = reachedAt > below && (leftAt ?? reachedAt) <= reachedAt;
    const isApart = index === 0 || (leftAt ?? reachedAt) > below;
    if (!isRising || !isApart) {
      const message = "Thresholds rise, and each is left above the one before it.";
      complain(within(place, "value", "thresholds", index), "INVALID_VALUE", message);
    }
    below = reachedAt;
  }
};

const ruleShape = z.strictObject({
  ruleId: nameShape,
  mode: z.enum(["shadow", "enforcing"]),
  windowSeconds: z.number().int().min(1).max(accountBounds.ruleWindowSecondsMax),
  spendRate: z.strictObject({ spentMax: z.number() }).optional(),
  destinationShare: z
    .strictObject({
      zones: z.array(nameShape).min(1),
      sharePercentMax: z.number().int().min(0).max(99),
      spentMin: z.number(),
    })
    .optional(),
  simultaneousSessions: z.strictObject({ sessionsMax: z.number().int().min(0) }).optional(),
  impossibleTravel: z.strictObject({ changesMax: z.number().int().min(0) }).optional(),
});

/** Amounts of money in `currency`; undefined: the offering has none. */
export const readRules = (
  of: Characteristics,
  currency: string | undefined,
): readonly RuleSpecification[] =>
  givenOf(of, "rule").flatMap((given) => {
    const value = readShape(given, ruleShape);
    if (value === undefined) return [];
    const { destinationShare, impossibleTravel, simultaneousSessions, spendRate } = value;
    const kinds = [spendRate, destinationShare, simultaneousSessions, impossibleTravel];
    if (kinds.filter((kind) => kind !== undefined).length !== 1) {
      complain(given.place, "INVALID_VALUE", "A rule is of exactly one kind.");
      return [];
    }
    const micros = (amount: number) =>
      readMoney(given.place, { unit: currency, value: amount })?.micros ?? 0;
    return [
      {
        ...{ ruleId: value.ruleId, mode: value.mode, windowSeconds: value.windowSeconds },
        spendRate: spendRate === undefined ? null : { spentMax: micros(spendRate.spentMax) },
        destinationShare:
          destinationShare === undefined
            ? null
            : { ...destinationShare, spentMin: micros(destinationShare.spentMin) },
        simultaneousSessions: simultaneousSessions ?? null,
        impossibleTravel: impossibleTravel ?? null,
      },
    ];
  });
