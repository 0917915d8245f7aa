// The price that is chosen, held to the naive chooser, which reads the document itself, each time
// anew.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type TariffJson, tariffDocuments } from "../../scripts/testing/tariff-documents.ts";
import { priceContexts, tariffInstants } from "../../scripts/testing/tariff-uses.ts";
import { chooseNaively } from "../simulation/naive-choice.ts";
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
  const uses = fc.array(fc.tuple(priceContexts, tariffInstants), { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(tariffDocuments, uses, (json, some) => {
      const { choose } = choiceOf(json);
      for (const [context, at] of some) {
        expect(choose(context, at)).toBe(chooseNaively(json, context, at));
      }
    }),
    runs,
  );
});

test(`uses with one key have one price at any moment (seed ${seed})`, () => {
  const many = fc.array(priceContexts, { minLength: 10, maxLength: 40 });
  fc.assert(
    fc.property(tariffDocuments, many, tariffInstants, (json, some, at) => {
      const { choose, keyOf } = choiceOf(json);
      const prices = new Map(some.map((context) => [keyOf(context), choose(context, at)]));
      for (const context of some) expect(choose(context, at)).toBe(prices.get(keyOf(context)));
    }),
    runs,
  );
});

test(`the choice stays until it is said to change (seed ${seed})`, () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
  const searchMs = 400 * 86_400_000;
  fc.assert(
    fc.property(
      tariffDocuments,
      priceContexts,
      tariffInstants,
      shares,
      (json, context, at, some) => {
        const { group, choose } = choiceOf(json);
        const from = Math.max(priceChangeBefore(group, at), at - searchMs);
        const until = Math.min(priceChangeAfter(group, at), at + searchMs);
        expect(from).toBeLessThanOrEqual(at);
        expect(until).toBeGreaterThan(at);
        const inside = some.map((share) => from + Math.floor((until - 1 - from) * share));
        for (const moment of [from, ...inside, until - 1]) {
          expect(choose(context, moment)).toBe(choose(context, at));
          expect(choose(context, moment)).toBe(chooseNaively(json, context, moment));
        }
      },
    ),
    runs,
  );
});
