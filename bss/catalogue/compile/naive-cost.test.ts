// What a random use costs by the compiled tariff is what somebody reads off the TMF documents by
// hand, who knows neither the compiler nor the engine: one unit after the other, in whole micros.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  catalogueAt,
  randomCatalogues,
  randomUses,
} from "../../../scripts/testing/random-catalogues.ts";
import { compileCatalogue } from "./compile-catalogue.ts";
import type { CatalogueDocuments } from "./documents.ts";
import { begun, pricesOf, rateUse, tariffHeldAt } from "./rerate-prices.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

type Price = CatalogueDocuments["productOfferingPrice"][number];
type RandomUse = typeof randomUses extends fc.Arbitrary<infer U> ? U : never;

const read = (price: Price, name: string): unknown[] =>
  (price.prodSpecCharValueUse ?? [])
    .filter((one) => one.name === name)
    .flatMap((one) => one.productSpecCharacteristicValue ?? [])
    .map(({ value }) => value);

const microsOf = (euros: number) => BigInt(Math.round(euros * 1e6));

/** By the clocks of Berlin, as Intl tells them. */
const isPeak = (at: number): boolean => {
  const clock = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: "Europe/Berlin", weekday: "short", hour: "2-digit", hourCycle: "h23" },
  });
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const hour = Number(parts.get("hour"));
  return !["Sat", "Sun"].includes(parts.get("weekday")!) && hour >= 8 && hour < 20;
};

const zoneOf = (number: string | undefined): string | undefined => {
  const digits = number?.replace(/^(\+|00)/, "") ?? "";
  if (digits.startsWith("4930") || digits.startsWith("49331")) return "berlin";
  return digits.startsWith("49") ? "germany" : undefined;
};

const isMet = (price: Price, { at, calledNumber, servingNetwork }: RandomUse): boolean => {
  const zones = read(price, "zone");
  const isHome = servingNetwork === "26201" || servingNetwork === "20801";
  return (
    (zones.length === 0 || zones.includes(zoneOf(calledNumber))) &&
    (read(price, "network").length === 0 || isHome) &&
    (read(price, "timeBand").length === 0 || isPeak(at))
  );
};

const isConditional = (price: Price): boolean =>
  ["zone", "network", "timeBand"].some((name) => read(price, name).length > 0);

/** Undefined: it is blocked. */
const naiveCost = (documents: CatalogueDocuments, use: RandomUse): bigint | undefined => {
  const byId = new Map(documents.productOfferingPrice.map((one) => [one.id, one]));
  const [offering] = documents.productOffering;
  const own = offering!.productOfferingPrice!.flatMap(({ id }) => byId.get(id) ?? []);
  const usage = own.filter((one) => read(one, "ratingGroup").includes(use.ratingGroup));
  const rates = usage.filter((one) => one.priceType === "usage");
  if (use.calledNumber === "112") return 0n;
  const priority = (one: Price) => Number(read(one, "priority")[0] ?? 100);
  const [first] = rates
    .filter((one) => isConditional(one) && isMet(one, use))
    .sort((a, b) => priority(a) - priority(b) || (a.id! < b.id! ? -1 : 1));
  const price = first ?? rates.find((one) => !isConditional(one))!;
  const [access] = read(price, "access");
  if (access !== undefined) return access === "free" ? 0n : undefined;
  const off = (price.popRelationship ?? [])
    .map(({ id }) => byId.get(id)!)
    .filter(({ validFor }) => {
      const at = new Date(use.at).toISOString();
      return validFor!.startDateTime! <= at && at < validFor!.endDateTime!;
    });
  const less = (euros: number) =>
    off.reduce(
      (micros, { percentage = 0 }) =>
        (micros * (1_000_000n - BigInt(Math.round(percentage * 1e4))) + 500_000n) / 1_000_000n,
      microsOf(euros),
    );
  return price.isBundle === true
    ? byTiers(price, use.units, { byId, less })
    : byBlocks(price, use.units, less);
};

const byBlocks = (price: Price, units: number, less: (euros: number) => bigint): bigint => {
  const [initial] = read(price, "initialBlock") as { amount: number; price: number }[];
  let rated = 0n;
  let left = units;
  if (initial !== undefined) {
    rated += less(initial.price);
    left -= initial.amount;
  }
  for (; left > 0; left -= price.unitOfMeasure!.amount!) rated += less(price.price!.value!);
  const of = (name: string) => (read(price, name)[0] as number | undefined) ?? undefined;
  const [setup, least, most] = [of("setupFee"), of("minimumCharge"), of("maximumCharge")];
  if (least !== undefined && rated < microsOf(least)) rated = microsOf(least);
  if (most !== undefined && rated > microsOf(most)) rated = microsOf(most);
  return rated + microsOf(setup ?? 0);
};

type Reading = {
  readonly byId: ReadonlyMap<string | undefined, Price>;
  readonly less: (euros: number) => bigint;
};

/** Unit after unit: who begins a tier pays its fee, who has no block left begins one. */
const byTiers = (price: Price, units: number, { byId, less }: Reading): bigint => {
  const tiers = price.bundledPopRelationship!.map(({ id }) => {
    const tier = byId.get(id)!;
    const span = tier.prodSpecCharValueUse![0]!.productSpecCharacteristicValue![0]!;
    return { tier, from: span.valueFrom!, upTo: span.valueTo ?? Number.POSITIVE_INFINITY };
  });
  let sum = 0n;
  let ahead = 0;
  for (let unit = 0; unit < units; unit++) {
    const { from, tier } = tiers.find((one) => one.from <= unit && unit < one.upTo)!;
    if (unit === from) sum += microsOf((read(tier, "entryFee")[0] as number | undefined) ?? 0);
    const block = less(tier.price!.value!);
    if (ahead === 0 && block > 0n) {
      sum += block;
      ahead = tier.unitOfMeasure!.amount!;
    }
    if (ahead > 0) ahead -= 1;
  }
  return sum;
};

test(`a use costs what the documents say, to the micro (seed ${seed})`, () => {
  let priced = 0;
  let blocked = 0;
  fc.assert(
    fc.property(
      randomCatalogues,
      fc.array(randomUses, { minLength: 5, maxLength: 20 }),
      (documents, uses) => {
        const compiled = compileCatalogue(documents, { version: 1, effectiveAt: catalogueAt });
        if (!compiled.isOk) throw new Error(JSON.stringify(compiled.error, null, 1));
        const prices = pricesOf(compiled.value);
        for (const use of uses) {
          const tariff = tariffHeldAt(prices, "plan-0:1.0", use.at)!;
          const { at, calledNumber, ratingGroup, servingNetwork, units } = use;
          const context = { calledNumber, servingNetwork };
          const asked = { at, ratingGroup, covered: 0, units, context, rateDeck: undefined };
          const rated = rateUse(tariff, asked, begun, () => 0);
          const naive = naiveCost(documents, use);
          expect({ use, micros: rated && BigInt(rated.micros) }).toEqual({ use, micros: naive });
          if (naive === undefined) blocked += 1;
          else if (naive > 0n) priced += 1;
        }
      },
    ),
    { seed, numRuns: 100 },
  );
  expect(priced).toBeGreaterThan(300);
  expect(blocked).toBeGreaterThan(0);
}, 60_000);
