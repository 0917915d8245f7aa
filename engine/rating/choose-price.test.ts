// The price that is chosen, held to a chooser that reads the document itself, each time anew, and
// asks Temporal for the time.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import {
  networkCodes,
  phoneNumbers,
  said,
  type TariffJson,
  tariffDocuments,
} from "../../scripts/testing/tariff-documents.ts";
import { assert } from "../values/assert.ts";
import { choosePrice, classKey, priceChangeAfter, priceChangeBefore } from "./choose-price.ts";
import { parseTariff } from "./parse-tariff.ts";
import { classify, type PriceContext } from "./price-context.ts";

const compiled = (text: string) => {
  const outcome = parseTariff(text);
  assert(outcome.isOk, "a valid document");
  return outcome.value;
};
const example = compiled(readFileSync(new URL("example-tariff.json", import.meta.url), "utf8"));

/** A Friday at noon in Berlin. */
const noon = Date.UTC(2027, 0, 15, 11);
const night = Date.UTC(2027, 0, 15, 22);

const chosen = (ratingGroup: number, context: PriceContext, at = noon) => {
  const group = example.ratingGroups.get(ratingGroup)!;
  return choosePrice(group, classify(example, context, undefined), at);
};

test.each<[number, PriceContext, string | undefined]>([
  [10, {}, "base"],
  [10, { serviceId: "self-care" }, "help-pages"],
  [10, { slice: "1-00000a", dnn: "IOT.example" }, "things"],
  [10, { slice: "1-00000a", dnn: "internet" }, "base"],
  [10, { qos: "5qi-9", servingNetwork: "20801", ratType: "NR" }, "slow-lane"],
  [10, { qos: "5qi-9", servingNetwork: "26206", ratType: "EUTRA" }, "slow-lane"],
  [10, { qos: "5qi-9", servingNetwork: "26202", ratType: "EUTRA" }, "base"],
  [10, { qos: "5qi-9", servingNetwork: "26201" }, "base"],
  [10, { qos: "5qi-9", servingNetwork: "262010", ratType: "NR" }, "base"],
  [10, { calledNumber: "112", serviceId: "self-care" }, "free-number"],
  [100, {}, undefined],
  [100, { calledNumber: "+1555" }, undefined],
  [100, { calledNumber: "+4930555" }, "national-day"],
  [100, { calledNumber: "004930555" }, "national-day"],
  [100, { calledNumber: "4930555" }, "national-day"],
  [100, { calledNumber: "+4990055" }, "premium"],
  [100, { calledNumber: "090055" }, "premium"],
  [100, { calledNumber: "+4930123", callingNumber: "+498912" }, "colleagues"],
  [100, { calledNumber: "+4930123" }, "national-day"],
  [100, { calledNumber: "+4930123", callingNumber: "+331" }, "national-day"],
  [100, { calledNumber: "110" }, "free-number"],
  [100, { calledNumber: "+110" }, undefined],
  [100, { calledNumber: "1105" }, undefined],
  [100, { calledNumber: "+49116117" }, "free-number"],
  [100, { calledNumber: "0049116117" }, "free-number"],
  [100, { calledNumber: "49116117" }, "free-number"],
])("in group %d %j costs what %s says", (ratingGroup, context, priceId) => {
  expect(chosen(ratingGroup, context)?.priceId).toBe(priceId);
});

test("tells why this price: zone and prefix, network and time band", () => {
  expect(chosen(100, { calledNumber: "+4917055" })).toMatchObject({
    zoneId: "national-mobile",
    prefix: "4917",
    timeBandId: "day",
    isFree: false,
    isBlocked: false,
  });
  expect(chosen(100, { calledNumber: "+4917055" }, night)).toMatchObject({
    priceId: "national-rest",
    timeBandId: "night",
  });
  expect(chosen(100, { calledNumber: "+4990055" })).toMatchObject({ isBlocked: true });
  expect(chosen(10, { servingNetwork: "20801" })).toMatchObject({ networkZoneId: "union" });
});

test("a free number is free where everything else is blocked", () => {
  const { price, isFree, isBlocked } = chosen(100, { calledNumber: "110" })!;
  expect({ isFree, isBlocked, price: price.steps[0]?.blockPriceMicros }).toEqual({
    isFree: true,
    isBlocked: false,
    price: 0,
  });
});

test("a zone of the document wins over a longer prefix of the rate deck", () => {
  const deck = { zoneOf: (number: string) => ({ zoneId: "neighbours", prefix: number.slice(1) }) };
  const group = example.ratingGroups.get(100)!;
  const priceIdOf = (calledNumber: string) =>
    choosePrice(group, classify(example, { calledNumber }, deck), night)?.priceId;
  expect(priceIdOf("+4930555")).toBe("national-rest");
  expect(priceIdOf("+1555")).toBe("neighbours");
});

test("a price that asks for the time changes with it; one that does not never does", () => {
  const [data, voice] = [example.ratingGroups.get(10)!, example.ratingGroups.get(100)!];
  expect(priceChangeAfter(voice, noon)).toBe(Date.UTC(2027, 0, 15, 19));
  expect(priceChangeBefore(voice, noon)).toBe(Date.UTC(2027, 0, 15, 7));
  expect([priceChangeAfter(data, noon), priceChangeBefore(data, noon)]).toEqual([Infinity, 0]);
});

const withoutSign = (number: string) => number.replace(/^(?:\+|00)/, "");
const begins = (prefix: string, number: string | undefined) =>
  number !== undefined && withoutSign(number).startsWith(withoutSign(prefix));
const longest = (pairs: readonly (readonly [id: string, prefix: string])[]) =>
  [...pairs].sort(([, a], [, b]) => withoutSign(b).length - withoutSign(a).length)[0]?.[0];

const naiveBand = ({ timeBands, timeZone, holidays }: TariffJson, at: number) => {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const isHoliday =
    holidays.includes(local.toPlainDate().toString()) &&
    timeBands.some(({ days }) => days.includes("holiday"));
  const week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const day = isHoliday ? "holiday" : week[local.dayOfWeek - 1]!;
  const time = local.toPlainTime().toString().slice(0, 5);
  return timeBands.find(
    ({ days, from, until }) => days.includes(day) && from <= time && time < until,
  )?.timeBandId;
};

/** All that is true of a use, by the names that conditions have. */
const naiveFacts = (json: TariffJson, context: PriceContext, at: number) => {
  const { calledNumber, callingNumber, servingNetwork } = context;
  const zones = json.zones.flatMap(({ zoneId, prefixes }) =>
    prefixes.filter((one) => begins(one, calledNumber)).map((one) => [zoneId, one] as const),
  );
  const networks = json.networks.flatMap(({ networkZoneId, networks: codes }) =>
    codes
      .filter((one) => one === servingNetwork || one === servingNetwork?.slice(0, 3))
      .map((one) => [networkZoneId, one] as const),
  );
  const groups = json.closedUserGroups.filter(({ numbers }) =>
    [calledNumber, callingNumber].every((number) => numbers.some((one) => begins(one, number))),
  );
  const facts: Readonly<Record<string, readonly (string | undefined)[]>> = {
    zones: [longest(zones)],
    networks: [longest(networks)],
    closedUserGroups: groups.map(({ groupId }) => groupId),
    timeBands: [naiveBand(json, at)],
    ratTypes: [context.ratType],
    slices: [context.slice],
    dnns: [context.dnn],
    services: [context.serviceId],
    qos: [context.qos],
  };
  return facts;
};

const naiveChoice = (json: TariffJson, context: PriceContext, at: number): string | undefined => {
  const called = context.calledNumber;
  const isFree = json.freeNumbers.some((free) => {
    const isShort = free === withoutSign(free);
    if (isShort || called === undefined) return free === called;
    return withoutSign(free) === withoutSign(called);
  });
  if (isFree) return "free-number";
  const facts = naiveFacts(json, context, at);
  const [group] = json.ratingGroups;
  const met = group!.prices.find(({ when }) =>
    Object.entries(when).every(([name, values]) =>
      facts[name]!.some((fact) => fact !== undefined && values.includes(fact)),
    ),
  );
  const hasBase = ["blockUnits", "tiers", "isFree", "isBlocked"].some((name) => name in group!);
  return met?.priceId ?? (hasBase ? "base" : undefined);
};

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const contexts: fc.Arbitrary<PriceContext> = fc.record({
  calledNumber: maybe(phoneNumbers),
  callingNumber: maybe(phoneNumbers),
  servingNetwork: maybe(networkCodes),
  ratType: maybe(fc.constantFrom(...said.ratTypes, "GERA")),
  slice: maybe(fc.constantFrom(...said.slices, "3")),
  dnn: maybe(fc.constantFrom(...said.dnns, "other")),
  serviceId: maybe(fc.constantFrom(...said.services, "other")),
  qos: maybe(fc.constantFrom(...said.qos, "other")),
});
const instants = fc.integer({ min: Date.UTC(2026, 11, 25), max: Date.UTC(2028, 0, 5) });

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 400 };

const choiceOf = (json: TariffJson) => {
  const tariff = compiled(JSON.stringify(json));
  const group = tariff.ratingGroups.get(10)!;
  return {
    group,
    choose: (context: PriceContext, at: number) =>
      choosePrice(group, classify(tariff, context, undefined), at)?.priceId,
    keyOf: (context: PriceContext) => classKey(group, classify(tariff, context, undefined)),
  };
};

test(`chooses what the document says, of any document and use (seed ${seed})`, () => {
  const uses = fc.array(fc.tuple(contexts, instants), { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(tariffDocuments, uses, (json, some) => {
      const { choose } = choiceOf(json);
      for (const [context, at] of some) {
        expect(choose(context, at)).toBe(naiveChoice(json, context, at));
      }
    }),
    runs,
  );
});

test(`uses with one key have one price at any moment (seed ${seed})`, () => {
  const many = fc.array(contexts, { minLength: 10, maxLength: 40 });
  fc.assert(
    fc.property(tariffDocuments, many, instants, (json, some, at) => {
      const { choose, keyOf } = choiceOf(json);
      const prices = new Map(some.map((context) => [keyOf(context), choose(context, at)]));
      for (const context of some) expect(choose(context, at)).toBe(prices.get(keyOf(context)));
    }),
    runs,
  );
});

test(`the choice stays until it is said to change, and changes nowhere else (seed ${seed})`, () => {
  const inside = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(tariffDocuments, contexts, instants, inside, (json, context, at, share) => {
      const { group, choose } = choiceOf(json);
      const from = Math.max(priceChangeBefore(group, at), at - 400 * 86_400_000);
      const until = Math.min(priceChangeAfter(group, at), at + 400 * 86_400_000);
      expect(from).toBeLessThanOrEqual(at);
      expect(until).toBeGreaterThan(at);
      const other = from + Math.floor((until - from) * share);
      for (const moment of [from, Math.min(other, until - 1), until - 1]) {
        expect(choose(context, moment)).toBe(choose(context, at));
      }
    }),
    runs,
  );
});
