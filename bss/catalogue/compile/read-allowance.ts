// Allowances: prices of the type "allowance", which give instead of taking. What is granted, for
// how long, how often, who may use it and what becomes of what is left.

import { z } from "zod";
import { accountBounds } from "../../../engine/protocol/account-bounds.ts";
import { type Amount, quantityShape, readAmount, readMoney, readUnits } from "./amounts.ts";
import {
  type Characteristics,
  characteristicsOf,
  checkNames,
  givenOf,
  readAll,
  readOne,
  readShape,
} from "./characteristics.ts";
import { conditionCharacteristics, nameShape, readWhen } from "./conditions.ts";
import type { ProductOfferingPrice } from "./documents.ts";
import { complain, complainOfLimit, type Place, within } from "./finding.ts";
import { type Period, secondsOf } from "./periods.ts";
import type { AllowanceTerms, RolloverTerms } from "./product-terms.ts";
import { readPeriod, readTerm } from "./read-duration.ts";
import { priorityShape } from "./read-usage-price.ts";
import type { Version } from "./versions.ts";

const characteristics = [
  ...["bucket", "ratingGroup", "priority", "sharing", "rollover", "startsAtFirstUse"],
  ...["isBlocker", "creditLimit", "anchor", ...conditionCharacteristics],
];
const groupShape = z.number().int().min(0).max(0xffff_ffff);
const rolloverShape = quantityShape.extend({
  periods: z.number().int().min(1).optional(),
  priority: priorityShape.optional(),
});
const priorityDefault = 10;

export const readAllowance = (
  version: Version<ProductOfferingPrice>,
): AllowanceTerms | undefined => {
  const { document, id, place } = version;
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  checkNames(of, characteristics, "an allowance");
  const amount = readGranted(document, place);
  const period = readPeriod(place, document);
  const lasts = readTerm(place, document.productOfferingTerm);
  if (amount === undefined) return undefined;
  const priority = readOne(of, "priority", priorityShape) ?? priorityDefault;
  const terms: AllowanceTerms = {
    priceId: id,
    priceVersion: version.version,
    name: document.name ?? id,
    bucketId: readOne(of, "bucket", nameShape) ?? null,
    ...amount,
    priority,
    ratingGroups: [...new Set(readAll(of, "ratingGroup", groupShape))].sort((a, b) => a - b),
    when: readWhen(of),
    sharing: readOne(of, "sharing", z.enum(["account", "subscriber"])) ?? "account",
    isBlocker: readOne(of, "isBlocker", z.boolean()) ?? false,
    creditLimit: readCreditLimit(of, amount),
    period,
    anchor: readOne(of, "anchor", z.enum(["calendar", "purchase"])) ?? "calendar",
    rollover: readRollover(of, { amount, period, priority }),
    lasts,
    startsAtFirstUse: readOne(of, "startsAtFirstUse", z.boolean()) ?? false,
    validFrom: version.from,
    validUntil: version.until,
  };
  checkAgainstEngine(terms, place);
  return terms;
};

/** Units, or money: never both. */
const readGranted = (document: ProductOfferingPrice, place: Place): Amount | undefined => {
  const { price, unitOfMeasure } = document;
  if (price !== undefined && unitOfMeasure !== undefined) {
    const message = "An allowance is of units (unitOfMeasure) or of money (price), not of both.";
    return complain(place, "PRICE_MISSING", message);
  }
  if (price === undefined) {
    const units = readUnits(within(place, "unitOfMeasure"), unitOfMeasure);
    return units && { ...units, currency: null };
  }
  const money = readMoney(within(place, "price"), price);
  return money && { unit: "money", currency: money.currency, amount: money.micros };
};

const readCreditLimit = (of: Characteristics, amount: Amount): number => {
  const [given] = givenOf(of, "creditLimit");
  const value = given && readShape(given, z.number());
  if (given === undefined || value === undefined) return 0;
  if (amount.currency !== null) {
    return readMoney(given.place, { unit: amount.currency, value })?.micros ?? 0;
  }
  complain(given.place, "INVALID_VALUE", "Only money has a credit limit.");
  return 0;
};

type Renewed = {
  readonly amount: Amount;
  readonly period: Period | null;
  readonly priority: number;
};

/** What is left goes to a bucket of its own, by default used just before what is new. */
const readRollover = (
  of: Characteristics,
  { amount, period, priority }: Renewed,
): RolloverTerms | null => {
  const [given] = givenOf(of, "rollover");
  const read = given && readShape(given, rolloverShape);
  if (given === undefined || read === undefined) return null;
  const most = readAmount(within(given.place, "value"), read);
  if (period === null) {
    complain(given.place, "PERIOD_MISSING", "What is granted once cannot roll over.");
  }
  if (most !== undefined && (most.unit !== amount.unit || most.currency !== amount.currency)) {
    const message = `It is of ${most.unit}, what rolls over of ${amount.unit}.`;
    complain(within(given.place, "value", "units"), "UNKNOWN_UNIT", message);
  }
  if (read.periods !== undefined && read.periods > 1) {
    const message = `${read.periods} periods: what rolls over lasts for one, or for good.`;
    complain(within(given.place, "value", "periods"), "ROLLOVER_TOO_LONG", message);
  }
  if (most === undefined) return null;
  return {
    amountMax: most.amount,
    priority: read.priority ?? Math.max(0, priority - 1),
    lastsOnePeriod: read.periods !== undefined,
  };
};

/** Other periods begin when the calendar's do. */
export const canAnchor = (period: Period | null): boolean =>
  period !== null && period.unit === "month" && period.count === 1;
export const anchorMessage = "Only a period of one month can begin on the day of the purchase.";

const checkAgainstEngine = (terms: AllowanceTerms, place: Place): void => {
  const { creditLimit, lasts, period, ratingGroups, startsAtFirstUse } = terms;
  const { eligibilityValuesMax, ownValiditySecondsMax, ratingGroupsPerRequestMax } = accountBounds;
  if (ratingGroups.length > ratingGroupsPerRequestMax) {
    const message = `${ratingGroups.length} rating groups are more than`;
    const limit = "ratingGroupsPerRequestMax";
    complainOfLimit(place, limit, `${message} ${ratingGroupsPerRequestMax}.`);
  }
  for (const [list, values] of Object.entries(terms.when)) {
    if (values.length <= eligibilityValuesMax) continue;
    const message = `${values.length} ${list} are more than ${eligibilityValuesMax}.`;
    complainOfLimit(place, "eligibilityValuesMax", message);
  }
  if (period !== null && creditLimit > 0) {
    complain(place, "INVALID_VALUE", "What is renewed cannot have a credit limit.");
  }
  if (terms.anchor === "purchase" && !canAnchor(period)) {
    complain(place, "INVALID_VALUE", anchorMessage);
  }
  if (!startsAtFirstUse) return;
  const seconds = lasts === null ? undefined : secondsOf(lasts);
  if (seconds === undefined) {
    const message = "What starts at first use lasts for hours, days or weeks.";
    complain(place, "INVALID_VALUE", message);
  } else if (seconds > ownValiditySecondsMax) {
    const message = `${seconds} s are more than ${ownValiditySecondsMax}.`;
    complainOfLimit(place, "ownValiditySecondsMax", message);
  }
  if (period !== null) {
    complain(place, "INVALID_VALUE", "What starts at first use cannot be renewed.");
  }
};
