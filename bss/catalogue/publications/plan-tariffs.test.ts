// What engines get, against what they make of it: at each moment each tariff is as it is wanted.

import fc from "fast-check";
import { expect, test } from "vitest";
import { tariffAt } from "../../../engine/rating/tariff.ts";
import { planTariffs, type SentTariff } from "./plan-tariffs.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const tariff = (tariffId: string, at: number, price: number): SentTariff => ({
  ...{ tariffId, effectiveFrom: at },
  document: JSON.stringify({ tariffId, effectiveFrom: new Date(at).toISOString(), p: price }),
});

/** As an engine has it: its own choice among all publications. */
const priceAt = (sent: readonly SentTariff[], tariffId: string, at: number) => {
  const versions = sent
    .map((one, index) => ({
      version: index + 1,
      tariff: { ...one, currency: "EUR", openSessions: "keep" as const },
    }))
    .filter((one) => one.tariff.tariffId === tariffId);
  const held = tariffAt(versions, versions.at(-1)?.version ?? 0, at);
  return held && JSON.parse(held.tariff.document)["p"];
};

const moments = fc.integer({ min: 0, max: 12 });
const tariffs = fc.array(
  fc
    .record({ id: fc.constantFrom("a", "b", "c"), at: moments, price: fc.nat({ max: 2 }) })
    .map(({ at, id, price }) => tariff(id, at, price)),
  { maxLength: 10 },
);

test(`engines have what is wanted from its moment on, and no earlier (seed ${seed})`, () => {
  fc.assert(
    fc.property(tariffs, tariffs, moments, (sent, some, from) => {
      const wanted = some.toSorted((a, b) => a.effectiveFrom - b.effectiveFrom);
      const planned = planTariffs(sent, wanted, from);
      const after = [...sent, ...planned];
      for (const id of ["a", "b", "c"]) {
        for (let at = 0; at < 16; at++) {
          const want = at < from ? undefined : priceAt(wanted, id, at);
          expect(priceAt(after, id, at)).toBe(want ?? priceAt(sent, id, at));
        }
      }
      expect(planTariffs(after, wanted, from)).toEqual([]);
      for (const { document, effectiveFrom } of planned) {
        expect(Date.parse(JSON.parse(document)["effectiveFrom"])).toBe(effectiveFrom);
      }
    }),
    { seed, numRuns: 500 },
  );
});

test("what engines have already is not sent again", () => {
  const sent = [tariff("a", 1, 7)];
  expect(planTariffs(sent, [tariff("a", 5, 7)], 5)).toEqual([]);
  expect(planTariffs(sent, [tariff("a", 5, 8)], 5)).toEqual([tariff("a", 5, 8)]);
});

test("what was sent for later and is wanted no more is overtaken at its begin", () => {
  const sent = [tariff("a", 1, 7), tariff("a", 9, 8)];
  expect(planTariffs(sent, [tariff("a", 5, 7)], 5)).toEqual([tariff("a", 9, 7)]);
});
