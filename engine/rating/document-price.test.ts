// From the document to the money: what the chosen price of a random document takes for a use, held
// to the naive reckoning, which reads the document itself.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type TariffJson, tariffDocuments } from "../../scripts/testing/tariff-documents.ts";
import { priceContexts, tariffInstants } from "../../scripts/testing/tariff-uses.ts";
import { chooseNaively } from "../simulation/naive-choice.ts";
import { costNaively } from "../simulation/naive-cost.ts";
import { assert } from "../values/assert.ts";
import { amountMax } from "../values/units.ts";
import { choosePrice } from "./choose-price.ts";
import { parseTariff } from "./parse-tariff.ts";
import { classify, type PriceContext } from "./price-context.ts";
import { notBegun, quotePrice } from "./price-quote.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 500 };

/** For a use what it comes to, and how much is covered; undefined where it is not charged. */
const chargerOf = (document: TariffJson) => {
  const parsed = parseTariff(JSON.stringify(document));
  assert(parsed.isOk, "a valid document");
  const group = parsed.value.ratingGroups.get(10)!;
  return (context: PriceContext, at: number) => {
    const chosen = choosePrice(group, classify(parsed.value, context, undefined), at);
    if (chosen === undefined || chosen.isBlocked) return undefined;
    return (position: number, units: number) =>
      quotePrice(chosen.price, amountMax, units, { position, ahead: 0, ratedMicros: notBegun });
  };
};

const positions = fc.oneof(fc.constantFrom(0, 99, 100, 101), fc.integer({ min: 0, max: 250 }));

test(`charges what the document says, unit by unit (seed ${seed})`, () => {
  const units = fc.integer({ min: 0, max: 300 });
  const uses = fc.array(fc.tuple(priceContexts, tariffInstants, positions, units), {
    minLength: 5,
    maxLength: 10,
  });
  fc.assert(
    fc.property(tariffDocuments, uses, (document, some) => {
      const [group] = document.ratingGroups;
      const chargerFor = chargerOf(document);
      for (const [context, at, counted, count] of some) {
        const priceId = chooseNaively(document, context, at);
        const price = group!.prices.find((one) => one.priceId === priceId) ?? group!;
        const charge = chargerFor(context, at);
        const isCharged = priceId !== undefined && price["isBlocked"] !== true;
        expect(charge === undefined).toBe(priceId !== "free-number" && !isCharged);
        if (charge === undefined) continue;
        const position = Object.hasOwn(price, "tiers") && isVolume(price) ? 0 : counted;
        const naive = priceId === "free-number" ? 0n : costNaively(price, position, count);
        expect(BigInt(charge(position, count).amount)).toBe(naive);
      }
    }),
    runs,
  );
});

const isVolume = (price: Readonly<Record<string, unknown>>): boolean =>
  (price["tiers"] as { kind: string }).kind === "volume";

test(`more use never costs less, by any document (seed ${seed})`, () => {
  const units = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.maxSafeNat());
  const questions = fc.record({
    position: fc.oneof(positions, fc.maxSafeNat()),
    units,
    others: units,
  });
  fc.assert(
    fc.property(
      tariffDocuments,
      priceContexts,
      tariffInstants,
      questions,
      (document, context, at, { position, units, others }) => {
        const charge = chargerOf(document)(context, at);
        fc.pre(charge !== undefined);
        const less = charge!(position, Math.min(units, others));
        const more = charge!(position, Math.max(units, others));
        expect(more.amount).toBeGreaterThanOrEqual(less.amount);
        expect(more.units).toBeGreaterThanOrEqual(less.units);
      },
    ),
    runs,
  );
});
