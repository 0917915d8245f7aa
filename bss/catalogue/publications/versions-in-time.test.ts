// Versions put in order of time: they follow each other, whatever was left unsaid.

import fc from "fast-check";
import { expect, test } from "vitest";
import { versionsInTime } from "./versions-in-time.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const effectiveAt = Date.parse("2027-01-01T00:00:00Z");

const document = (version: string, lifecycleStatus: string, validFor?: object) => ({
  kind: "productOffering" as const,
  document: {
    ...{ id: "data", name: "Data", version, lifecycleStatus },
    ...(validFor === undefined ? {} : { validFor }),
  },
});

const placed = (documents: readonly ReturnType<typeof document>[], published = new Map()) =>
  versionsInTime(documents, { published, effectiveAt }).productOffering.map((one) => [
    one.version,
    one.validFor?.startDateTime,
    one.validFor?.endDateTime,
  ]);

test("the first version holds since ever, the next one from the publication on", () => {
  expect(placed([document("2.0", "Active"), document("1.0", "Launched")])).toEqual([
    ["1.0", undefined, "2027-01-01T00:00:00.000Z"],
    ["2.0", "2027-01-01T00:00:00.000Z", undefined],
  ]);
});

test("what was published before holds since then, and a draft holds nothing up", () => {
  const published = new Map([["productOffering data 2.0", effectiveAt - 1_000]]);
  const documents = [
    document("1.0", "Launched"),
    document("2.0", "Launched"),
    document("3.0", "In design"),
  ];
  expect(placed(documents, published)).toEqual([
    ["3.0", undefined, undefined],
    ["1.0", undefined, "2026-12-31T23:59:59.000Z"],
    ["2.0", "2026-12-31T23:59:59.000Z", undefined],
  ]);
});

test("an end of its own is cut only by a version that does not say its begin", () => {
  const ends = { endDateTime: "2028-01-01T00:00:00.000Z" };
  const early = document("1.0", "Launched", ends);
  expect(placed([early, document("2.0", "Active")])[0]?.[2]).toBe("2027-01-01T00:00:00.000Z");
  const begins = { startDateTime: "2027-06-01T00:00:00.000Z" };
  expect(placed([early, document("2.0", "Active", begins)])[0]?.[2]).toBe(ends.endDateTime);
});

test(`versions that say nothing of time never hold together (seed ${seed})`, () => {
  const statuses = fc.constantFrom("Active", "Launched", "Retired");
  const known = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 9 });
  fc.assert(
    fc.property(fc.array(statuses, { minLength: 1, maxLength: 9 }), known, (list, at) => {
      const documents = list.map((status, index) => document(`${index + 1}.0`, status));
      const sorted = at.toSorted((a, b) => a - b);
      const published = new Map(
        sorted.map((one, index) => [
          `productOffering data ${index + 1}.0`,
          effectiveAt - 1_000 * (10 - one),
        ]),
      );
      const times = placed(documents, published);
      for (const [index, [, , end]] of times.entries()) {
        expect(end).toBe(times[index + 1]?.[1]);
      }
    }),
    { seed },
  );
});
