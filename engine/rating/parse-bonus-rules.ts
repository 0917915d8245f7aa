// The bonus rules of a tariff document. A quantity is a decimal string of money, or a whole number
// of whatever else the bucket holds: so a rule says itself which kind of bucket it is meant for.

import { limits } from "../limits.ts";
import { amountMax } from "../values/units.ts";
import type { BonusRule, BonusSize, Quantity } from "./bonus.ts";
import {
  elementsIfGiven,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  readInstant,
  readInteger,
  readMicros,
  readText,
  type Spot,
  show,
} from "./document-reader.ts";

const fields = [
  ...["ruleId", "bucketId", "amountMin", "amountMax", "bonusBucketId"],
  ...["bonusAmount", "perAmount", "bonusPercent"],
  ...["validFrom", "validUntil", "extendsValiditySeconds"],
];
const percentMax = 1_000;

export const parseBonusRules = (spot: Spot): readonly BonusRule[] => {
  const ruleIds = new Set<string>();
  return elementsIfGiven(spot, limits.bonusRulesPerTariffMax).flatMap((element) => {
    if (!isObjectOf(element, fields)) return [];
    const rule = readRule(element);
    const { place, note } = fieldOf(element, "ruleId");
    if (ruleIds.has(rule.ruleId)) note(place, `${show(rule.ruleId)} is in use already`);
    if (rule.ruleId !== "") ruleIds.add(rule.ruleId);
    return [rule];
  });
};

const readRule = (spot: Spot): BonusRule => {
  const amountMin = readQuantity(fieldOf(spot, "amountMin"), 0);
  return {
    ruleId: readText(fieldOf(spot, "ruleId"), identifier),
    bucketId: readText(fieldOf(spot, "bucketId"), identifier),
    amountMin,
    amountMax: readMost(fieldOf(spot, "amountMax"), amountMin),
    bonusBucketId: readText(fieldOf(spot, "bonusBucketId"), identifier),
    bonus: readBonus(spot, amountMin),
    ...readDates(spot),
    extendsValiditySeconds: readIfGiven(
      fieldOf(spot, "extendsValiditySeconds"),
      limits.ownValiditySecondsMax,
    ),
  };
};

const readIfGiven = (spot: Spot, max: number): number =>
  isGiven(spot) ? readInteger(spot, 0, max) : 0;

const readQuantity = (spot: Spot, min: 0 | 1): Quantity => {
  if (typeof spot.value !== "string") {
    return { amount: readInteger(spot, min, amountMax), isMoney: false };
  }
  const amount = readMicros(spot);
  if (amount < min) spot.note(spot.place, "expected more than nothing");
  return { amount, isMoney: true };
};

/** Of the same kind as what is topped up at least. */
const readLike = (spot: Spot, other: Quantity, min: 0 | 1): Quantity => {
  const quantity = readQuantity(spot, min);
  if (quantity.isMoney !== other.isMoney) {
    spot.note(spot.place, `expected ${other.isMoney ? "money" : "units"}, as amountMin is`);
  }
  return quantity;
};

const readMost = (spot: Spot, least: Quantity): Quantity => {
  if (!isGiven(spot)) return { ...least, amount: amountMax };
  const most = readLike(spot, least, 0);
  if (most.amount < least.amount) spot.note(spot.place, "expected no less than amountMin");
  return most;
};

const readBonus = (spot: Spot, topUp: Quantity): BonusSize => {
  const amount = fieldOf(spot, "bonusAmount");
  const percent = fieldOf(spot, "bonusPercent");
  const per = fieldOf(spot, "perAmount");
  if (isGiven(amount) === isGiven(percent)) {
    spot.note(spot.place, "expected either bonusAmount or bonusPercent");
  }
  if (isGiven(per) && isGiven(percent)) spot.note(per.place, "expected only beside bonusAmount");
  if (isGiven(percent)) return { kind: "percent", percent: readInteger(percent, 1, percentMax) };
  const perAmount = isGiven(per) ? readLike(per, topUp, 1) : undefined;
  const quantity = isGiven(amount) ? readQuantity(amount, 1) : topUp;
  return { kind: "amount", quantity, perAmount };
};

const readDates = (spot: Spot) => {
  const from = fieldOf(spot, "validFrom");
  const until = fieldOf(spot, "validUntil");
  const validFrom = isGiven(from) ? readInstant(from) : 0;
  const validUntil = isGiven(until) ? readInstant(until) : Number.MAX_SAFE_INTEGER;
  // One that could not be read is 0, and is told of already.
  if (validUntil > 0 && validUntil <= validFrom)
    until.note(until.place, "expected later than validFrom");
  return { validFrom, validUntil };
};
