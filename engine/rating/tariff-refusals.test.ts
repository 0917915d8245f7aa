// Every way in which a tariff can be wrong, one change of the example document each: the problem,
// its place, and nothing besides.

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { parseTariff } from "./parse-tariff.ts";

const example = readFileSync(new URL("example-tariff.json", import.meta.url), "utf8");

/** The example with `value` at `path`; undefined takes away what is there. */
const changed = (path: string, value: unknown): string => {
  const document: unknown = JSON.parse(example);
  const names = path.split(/[.[\]]+/).filter((name) => name !== "");
  const last = names.pop()!;
  const parent = names.reduce((at, name) => Reflect.get(at, name), document as object);
  Reflect.set(parent, last, value);
  return JSON.stringify(document);
};

const problemsOf = (document: string): readonly string[] => {
  const outcome = parseTariff(document);
  return outcome.isOk ? [] : outcome.error;
};

test("the example is right", () => {
  expect(problemsOf(example)).toEqual([]);
});

const anArray = "expected an array";
const full = `${anArray} with at least one element`;
const aPrice = 'expected a decimal string up to "999999999.999999" such as "0.012", got';
const aNumber = "expected digits, with + in front where they are international, got";
const from = (min: number, max: number) => `expected a whole number from ${min} to ${max}, got`;
const many = (count: number, make: (n: number) => unknown) =>
  Array.from({ length: count + 1 }, (_, n) => make(n));

/** What is put where, what is told of it, and the place that is named if it is another one. */
type Row = readonly [path: string, value: unknown, problem: string, place?: string];

const schema = readFileSync(new URL("tariff.schema.json", import.meta.url), "utf8");
const isInSchema = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(
  JSON.parse(schema),
);

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 40);

/** `unseen`: what a schema cannot express. */
const refuses = (title: string, seen: readonly Row[], unseen: readonly Row[] = []) => {
  for (const [path, value, problem, place = path] of [...seen, ...unseen]) {
    test(`${title}: ${path} = ${shown(value)}: ${problem}`, () => {
      const problems = problemsOf(changed(path, value));
      expect(problems).toHaveLength(1);
      expect(problems[0]?.slice(0, `${place}: ${problem}`.length)).toBe(`${place}: ${problem}`);
    });
  }
  test(`the published schema refuses the same ${title}`, () => {
    const taken = seen.filter(([path, value]) => isInSchema(JSON.parse(changed(path, value))));
    const refused = unseen.filter(([path, value]) => !isInSchema(JSON.parse(changed(path, value))));
    expect({ taken, refused }).toEqual({ taken: [], refused: [] });
  });
};

refuses(
  "of the document",
  [
    ["timeZone", 1, "expected a text, got 1"],
    ["taxIncluded", "yes", 'expected true or false, got "yes"'],
    ["openSessions", "drop", 'expected keep or switch, got "drop"'],
    ["rateDeck", "", 'expected an identifier, got ""'],
    ["two words", 1, "unknown", '"two words"'],
    ["ratingGroups[0].__proto", 1, "unknown"],
    ["ratingGroups", [], full],
    ["ratingGroups[0]", 7, "expected an object"],
    [
      "ratingGroups[2].unit",
      "money",
      'expected octets or seconds or messages or serviceUnits, got "m',
    ],
  ],
  [
    ["currency", "EUX", 'expected an ISO 4217 code, got "EUX"'],
    ["timeZone", "Europe/Bonn", 'expected a time zone such as "Europe/Paris", got "Europe/Bonn"'],
    ["ratingGroups[2].ratingGroup", 10, "10 is in the document already"],
  ],
);

refuses(
  "of time",
  [
    ["holidays", "2027-12-25", anArray],
    ["holidays", many(limits.holidaysPerTariffMax, () => "2027-12-25"), "more than 1000"],
    ["holidays[1]", {}, "expected a text, got an object"],
    ["timeBands[4]", null, "expected an object"],
    ["timeBands[0].days", [], full],
    ["timeBands[0].days[0]", "Monday", 'expected a day such as monday, or holiday, got "Monday"'],
    ["timeBands[0].from", "8:00", 'expected a time from 00:00 to 23:59, got "8:00"'],
    ["timeBands[0].zone", "UTC", "unknown"],
  ],
  [
    ["holidays[1]", "2027-02-29", 'expected a date such as 2026-12-25, got "2027-02-29"'],
    ["timeBands[0].until", "08:00", "expected a time after 08:00 (past midnight is a second band)"],
    ["timeBands[1].until", "08:01", '"night" 00:00–08:01 overlaps timeBands', "timeBands[1]"],
  ],
);

refuses(
  "of numbers",
  [
    ["zones", {}, anArray],
    ["zones[4]", [], "expected an object"],
    ["zones[3].zoneId", "two words", 'expected an identifier, got "two words"'],
    ["zones[0].prefixes", [], full],
    ["zones[0].prefixes", undefined, full],
    ["zones[0].prefixes", many(limits.prefixesPerZoneMax, (n) => `1${n}`), "more than 5000"],
    ["zones[0].prefixes[0]", "49x", `${aNumber} "49x"`],
    ["zones[0].prefixes[0]", "00", `${aNumber} "00"`],
    ["zones[0].prefixes[0]", "+0900", `${aNumber} "+0900"`],
    ["zones[0].prefixes[0]", "1".repeat(21), `${aNumber} "${"1".repeat(21)}"`],
    ["networks[0].networks[0]", "26", "expected a mobile country code, or one with its network"],
    ["closedUserGroups[0].numbers[0]", 49, `${aNumber} 49`],
    ["freeNumbers[0]", "one-one-two", `${aNumber} "one-one-two"`],
    ["freeNumbers[0]", "+", `${aNumber} "+"`],
  ],
  [
    ["zones[4]", { zoneId: "national", prefixes: ["+1"] }, '"national" is in', "zones[4].zoneId"],
    ["zones[3].prefixes[1]", "0033", '"0033" is in "neighbours" already'],
    ["zones[3].prefixes[1]", "33", '"33" is in "neighbours" already'],
    ["zones[1].prefixes[2]", "+4915", '"+4915" is in "national-mobile" already'],
    ["networks[0].networks[0]", "208", '"208" is in "home" already', "networks[1].networks[0]"],
    [
      "closedUserGroups[0].numbers[0]",
      "+49891",
      '"+49891" is in "works"',
      "closedUserGroups[0].numbers[1]",
    ],
  ],
);

const price = "ratingGroups[1].prices[2]";
const tiers = "ratingGroups[0].prices[0].tiers";
const absurd = 2 ** 50;

refuses(
  "of prices",
  [
    [`${price}.priceId`, undefined, "expected an identifier, got nothing"],
    [`${price}.priceId`, "base", '"base" is in use already'],
    [`${price}.priceId`, "free-number", '"free-number" is in use already'],
    [`${price}.blockPrice`, undefined, `${aPrice} nothing`],
    [`${price}.blockUnits`, undefined, `${from(1, absurd)} nothing`],
    [`${price}.blockUnits`, absurd + 1, `${from(1, absurd)} ${absurd + 1}`],
    [`${price}.setupFee`, 0.5, `${aPrice} 0.5`],
    [`${price}.setupFee`, "1000000000", `${aPrice} "1000000000"`],
    [`${price}.minimumCharge`, "-1", `${aPrice} "-1"`],
    [`${price}.maximumCharge`, "ten", `${aPrice} "ten"`],
    [`${price}.initialBlockUnits`, undefined, `${from(1, absurd)} nothing`],
    [`${price}.initialBlockPrice`, undefined, `${aPrice} nothing`],
    [`${price}.initialBlockUnits`, 0, `${from(1, absurd)} 0`],
    [`${price}.isFree`, "no", 'expected true or false, got "no"'],
    ["ratingGroups[0].prices[2].blockPrice", "1", "what is free has none"],
    ["ratingGroups[0].prices[2].isBlocked", true, "what is free has none"],
    ["ratingGroups[1].prices[0].tiers", {}, "what is blocked has none"],
    ["ratingGroups[0].prices[0].blockUnits", 1, "the tiers say it"],
    ["ratingGroups[0].prices", "none", anArray],
    ["ratingGroups[1].prices", "none", anArray],
    ["ratingGroups[2].prices", many(limits.pricesPerRatingGroupMax, () => 0), "more than 200"],
    [`${tiers}`, [], "expected an object"],
    [`${tiers}.kind`, "stairs", 'expected graduated or volume or package, got "stairs"'],
    [`${tiers}.counterId`, "", 'expected an identifier, got ""'],
    [`${tiers}.steps`, [], full],
    [`${tiers}.steps`, many(limits.priceTiersMax, () => 0), "more than 15"],
    [`${tiers}.steps[0].upTo`, 0, `${from(1, absurd)} 0`],
    [`${tiers}.steps[0].blockUnits`, 0, `${from(1, absurd)} 0`],
    [`${tiers}.steps[1].entryFee`, 1, `${aPrice} 1`],
    [`${tiers}.steps[1].until`, 1, "unknown"],
    ["ratingGroups[1].prices[1].discounts[0]", {}, "expected either percent or amount"],
    [
      "ratingGroups[1].prices[1].discounts[0].amount",
      "1",
      "expected either percent or amount",
      "ratingGroups[1].prices[1].discounts[0]",
    ],
    ["ratingGroups[1].prices[1].discounts[0].percent", "100.5", "expected a percentage up to 100"],
    ["ratingGroups[1].prices[1].discounts[1].amount", 1, `${aPrice} 1`],
    ["ratingGroups[1].prices[1].discounts[0].from", 0, `${from(1, absurd)} 0`],
    ["ratingGroups[1].prices[1].discounts[0].counterId", "c", "only where there is from"],
  ],
  [
    [`${price}.priceId`, "premium", '"premium" is in use already'],
    [`${tiers}.steps[0].upTo`, undefined, "left out, though another tier follows"],
    [`${tiers}.steps[1].upTo`, 1_073_741_824, "expected more than 1073741824, got 1073741824"],
    [`${tiers}.steps[1].upTo`, 2 ** 40, "units beyond 1099511627776 have no tier; leave it out"],
    [`${price}.maximumCharge`, "0.09", 'expected no less than the minimumCharge, got "0.09"'],
  ],
);

refuses(
  "of conditions",
  [
    [`${price}.when`, [], "expected an object"],
    [`${price}.when.zones`, [], full],
    [`${price}.when.hours`, [], "unknown"],
    [`${price}.when.zones[1]`, "national", '"national" is in the list already'],
    [`${price}.when.zones[1]`, null, "expected an identifier, got null"],
    ["ratingGroups[0].prices[0].when.ratTypes[1]", "LTE", 'unknown RAT type "LTE"'],
    [
      "ratingGroups[0].prices[1].when.slices[0]",
      "1-1",
      "expected a slice such as 1 or 1-000001, got",
    ],
    ["ratingGroups[0].prices[1].when.dnns[0]", "a b", 'expected a data network name, got "a b"'],
    ["ratingGroups[0].prices[2].when.services[0]", "", 'expected an identifier, got ""'],
    ["ratingGroups[0].prices[0].when.qos[0]", 9, "expected an identifier, got 9"],
  ],
  [
    [`${price}.when.timeBands[0]`, "dusk", 'unknown time band "dusk"'],
    [
      `${price}.when.networks`,
      ["moon"],
      'unknown network zone "moon"',
      `${price}.when.networks[0]`,
    ],
    [
      `${price}.when.closedUserGroups`,
      ["x"],
      "unknown closed",
      `${price}.when.closedUserGroups[0]`,
    ],
    ["ratingGroups[0].prices[1].when.slices[1]", "1-00000a", '"1-00000a" is in the list already'],
  ],
);

const group = "ratingGroups[0]";
const finalUnit = `${group}.finalUnit`;

refuses(
  "of grants",
  [
    [`${group}.quotaUnits`, 0, `${from(1, 2 ** 53 - 1)} 0`],
    [`${group}.quotaThresholdPercent`, 0, `${from(1, 99)} 0`],
    [`${group}.quotaThresholdPercent`, 100, `${from(1, 99)} 100`],
    [`${group}.quotaHoldingTimeSeconds`, 86_401, `${from(0, 86_400)} 86401`],
    [finalUnit, "terminate", "expected an object"],
    [`${finalUnit}.action`, "stop", "expected terminate or redirect or restrict, got"],
    [`${finalUnit}.action`, "terminate", "only redirect has it", `${finalUnit}.address`],
    [`${finalUnit}.address`, undefined, "expected a URL or a SIP URI, got nothing"],
    [`${finalUnit}.address`, "javascript:0", "expected a URL or a SIP URI, got"],
    [`${finalUnit}.filterIds`, ["f"], "only restrict has it"],
    ["ratingGroups[2].finalUnit.filterIds", [], full],
    ["ratingGroups[2].finalUnit.filterIds", many(16, (n) => `f${n}`), "more than 16"],
  ],
  [
    [`${group}.quotaUnitsMin`, 10_485_761, `${from(1, 10_485_760)} 10485761`],
    [`${group}.quotaUnitsMax`, 10_485_759, `${from(10_485_760, 2 ** 53 - 1)} 10485759`],
  ],
);

const aBonus = "bonusRules[1]";
refuses(
  "of bonus rules",
  [
    ["bonusRules", {}, anArray],
    ["bonusRules", many(limits.bonusRulesPerTariffMax, () => ({})), "more than 30"],
    [aBonus, [], "expected an object"],
    [`${aBonus}.ruleId`, "", 'expected an identifier, got ""'],
    [`${aBonus}.bucketId`, undefined, "expected an identifier, got nothing"],
    [`${aBonus}.amountMin`, "5,00", aPrice],
    [`${aBonus}.bonusBucketId`, 7, "expected an identifier, got 7"],
    [`${aBonus}.bonusAmount`, 0, from(1, Number.MAX_SAFE_INTEGER)],
    [`${aBonus}.bonusAmount`, "0.00", "expected more than nothing"],
    [`${aBonus}.bonusAmount`, undefined, "expected either bonusAmount or bonusPercent", aBonus],
    [
      "bonusRules[0].bonusAmount",
      "1",
      "expected either bonusAmount or bonusPercent",
      "bonusRules[0]",
    ],
    ["bonusRules[0].perAmount", "1", "expected only beside bonusAmount"],
    ["bonusRules[0].bonusPercent", 12.5, from(1, 1_000)],
    [`${aBonus}.extendsValiditySeconds`, -1, from(0, limits.ownValiditySecondsMax)],
    [`${aBonus}.validUntil`, 1, "expected an RFC 3339 date-time, got 1"],
    [`${aBonus}.note`, "", "unknown"],
  ],
  [
    [`${aBonus}.ruleId`, "tenth-of-large-top-ups", '"tenth-of-large-top-ups" is in use already'],
    [`${aBonus}.perAmount`, 5, "expected money, as amountMin is"],
    ["bonusRules[0].amountMax", "19.999999", "expected no less than amountMin"],
    [`${aBonus}.validUntil`, "2027-06-01T00:00:00+02:00", "expected later than validFrom"],
  ],
);
