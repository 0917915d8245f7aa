// A tariff document (JSON) into a Tariff, or every problem it has, each with its place. Money in
// documents is a decimal string of the currency's major unit; it becomes micros here, once,
// exactly.

import { limits } from "../limits.ts";
import { parseInstant } from "../values/instant.ts";
import { err, ok, type Result } from "../values/result.ts";
import { amountMax, moneyMicros, serviceUnits } from "../values/units.ts";
import type { RatingGroupTariff, Tariff } from "./tariff.ts";

const units = ["octets", "seconds", "messages"] as const;
const identifierPattern = /^[\x21-\x7e]{1,128}$/;
const decimalPattern = /^\d{1,9}(\.\d{1,6})?$/;
/** Keeps block arithmetic within 2^53 whatever was used. */
const blockUnitsMax = 2 ** 50;
const shownLengthMax = 40;

export const parseTariff = (document: string): Result<Tariff, readonly string[]> => {
  const json = parseJson(document);
  if (!isRecord(json)) return err(["the document is not a JSON object"]);
  const problems: string[] = [];
  const check = checker(problems);
  check.known(json, "", ["tariffId", "currency", "effectiveFrom", "ratingGroups"]);
  const tariffId = check.pattern(json, "tariffId", identifierPattern, "an identifier");
  const currency = check.pattern(json, "currency", /^[A-Z]{3}$/, "an ISO 4217 code");
  const effectiveFrom = check.instant(json, "effectiveFrom");
  const ratingGroups = readRatingGroups(json["ratingGroups"], check, problems);
  if (problems.length > 0) return err(problems);
  return ok({ tariffId, currency, effectiveFrom, ratingGroups });
};

const readRatingGroups = (value: unknown, check: Checker, problems: string[]) => {
  const ratingGroups = new Map<number, RatingGroupTariff>();
  if (!Array.isArray(value) || value.length === 0) {
    problems.push("ratingGroups: expected an array with at least one element");
    return ratingGroups;
  }
  if (value.length > limits.ratingGroupsPerTariffMax) {
    problems.push(`ratingGroups: more than ${limits.ratingGroupsPerTariffMax}`);
    return ratingGroups;
  }
  for (const [index, element] of value.entries()) {
    const path = `ratingGroups[${index}]`;
    if (!isRecord(element)) {
      problems.push(`${path}: expected an object`);
      continue;
    }
    const group = readRatingGroup(element, path, check);
    // One that could not be read stands here as 0, and is told of already.
    const isRead = element["ratingGroup"] === group.ratingGroup;
    if (isRead && ratingGroups.has(group.ratingGroup)) {
      problems.push(`${path}.ratingGroup: ${group.ratingGroup} is in the document already`);
    }
    ratingGroups.set(group.ratingGroup, group);
  }
  return ratingGroups;
};

const readRatingGroup = (json: JsonObject, path: string, check: Checker): RatingGroupTariff => {
  check.known(json, path, [
    "ratingGroup",
    "unit",
    "blockUnits",
    "blockPrice",
    "quotaUnits",
    "quotaUnitsMax",
    "validityTimeSeconds",
  ]);
  const quota = check.integer(json, "quotaUnits", 1, amountMax, path);
  const quotaMax =
    json["quotaUnitsMax"] === undefined
      ? quota
      : check.integer(json, "quotaUnitsMax", quota, amountMax, path);
  return {
    ratingGroup: check.integer(json, "ratingGroup", 0, 0xffff_ffff, path),
    unit: check.oneOf(json, "unit", units, path),
    blockUnits: serviceUnits(check.integer(json, "blockUnits", 1, blockUnitsMax, path)),
    blockPriceMicros: moneyMicros(check.price(json, "blockPrice", path)),
    quotaUnitsDefault: serviceUnits(quota),
    quotaUnitsMax: serviceUnits(quotaMax),
    validityTimeSeconds: check.integer(
      json,
      "validityTimeSeconds",
      1,
      limits.validityTimeSecondsMax,
      path,
    ),
  };
};

type JsonObject = Readonly<Record<string, unknown>>;
type Checker = ReturnType<typeof checker>;

/** Each check notes its problem and returns something harmless, so that all problems are found. */
const checker = (problems: string[]) => {
  const wrong = (path: string, name: string, wanted: string, value: unknown) => {
    const place = path === "" ? name : `${path}.${name}`;
    problems.push(`${place}: expected ${wanted}, got ${show(value)}`);
  };
  return {
    known: (json: JsonObject, path: string, names: readonly string[]) => {
      for (const name of Object.keys(json)) {
        if (!names.includes(name))
          problems.push(`${path === "" ? name : `${path}.${name}`}: unknown`);
      }
    },
    pattern: (json: JsonObject, name: string, pattern: RegExp, wanted: string): string => {
      const value = json[name];
      if (typeof value === "string" && pattern.test(value)) return value;
      wrong("", name, wanted, value);
      return "";
    },
    instant: (json: JsonObject, name: string): number => {
      const value = json[name];
      const instant = typeof value === "string" ? parseInstant(value) : undefined;
      if (instant === undefined) wrong("", name, "an RFC 3339 date-time", value);
      return instant ?? 0;
    },
    integer: (json: JsonObject, name: string, min: number, max: number, path: string): number => {
      const value = json[name];
      const isFit = typeof value === "number" && Number.isSafeInteger(value);
      if (isFit && value >= min && value <= max) return value;
      wrong(path, name, `a whole number from ${min} to ${max}`, value);
      return min;
    },
    oneOf: <const N extends string>(
      json: JsonObject,
      name: string,
      names: readonly [N, ...N[]],
      path: string,
    ): N => {
      const found = names.find((known) => known === json[name]);
      if (found === undefined) wrong(path, name, names.join(" or "), json[name]);
      return found ?? names[0];
    },
    price: (json: JsonObject, name: string, path: string): number => {
      const value = json[name];
      if (typeof value === "string" && decimalPattern.test(value)) return toMicros(value);
      wrong(path, name, 'a decimal string with up to 6 places such as "0.012"', value);
      return 0;
    },
  };
};

/** Short, and never deep: a document may nest further than `JSON.stringify` can follow. */
const show = (value: unknown): string => {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (isRecord(value)) return "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, shownLengthMax)) : String(value);
};

/** "12.5" → 12_500_000; exact: 15 digits stay below 2^53. */
const toMicros = (decimal: string): number => {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return Number(whole + fraction.padEnd(6, "0"));
};

const isRecord = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
