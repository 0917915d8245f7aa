// Which events a hub subscriber's query lets through, and which queries are none.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { isWanted, readEventQuery } from "./event-query.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const created = (resource: unknown) => ({
  eventType: "ProductOfferingCreateEvent",
  resourceName: "productOffering",
  resource: () => resource,
});
const offering = created({
  id: "7",
  name: 'Family "XL", new & large',
  isBundle: true,
  version: 3,
  lifecycleStatus: "Active",
  category: [{ id: "a", "@type": "CategoryRef" }, { id: "b" }],
  description: null,
});
const wants = (query: string, event = offering) => {
  const read = readEventQuery(query);
  if (!read.isOk) throw new Error(read.error);
  return isWanted(read.value, event);
};

test.each([
  "",
  "eventType=ProductOfferingCreateEvent",
  "eventType=ProductOfferingDeleteEvent,ProductOfferingCreateEvent",
  "eventType=ProductOfferingDeleteEvent&eventType=ProductOfferingCreateEvent",
  "?eventType=ProductOfferingCreateEvent&productOffering.lifecycleStatus=Active",
  "event.productOffering.lifecycleStatus=Active,Launched",
  "productOffering.isBundle=true&productOffering.version=3",
  "productOffering.category.id=b",
  "productOffering.category.@type=CategoryRef",
  'productOffering.name="Family \\"XL\\", new & large"',
  "productOffering.category.id=%62&productOffering.version= 3",
])("%s lets an event through", (query) => expect(wants(query)).toBe(true));

test.each([
  "eventType=ProductOfferingDeleteEvent",
  "productOffering.lifecycleStatus=active",
  "productOffering.lifecycleStatus=Active&productOffering.version=4",
  "productSpecification.lifecycleStatus=Active",
  "productOffering.category=a",
  "productOffering.description=null",
  "productOffering.toString=x",
  "productOffering.name.length=24",
  "productOffering.id.x=7",
])("%s does not", (query) => expect(wants(query)).toBe(false));

test("an event without a resource meets no condition on one", () => {
  expect(wants("productOffering.id=7", created(null))).toBe(false);
});

test.each([
  ["eventType", "is no condition"],
  ["=x", "is no condition"],
  ["&", "is no condition"],
  ["lifecycleStatus=Active", "is no condition"],
  ["fields=id", "is no condition"],
  ["a.b>=3", "is no condition"],
  ["a..b=3", "is no condition"],
  ["a.b=", "has no value"],
  ["a.b=1,", "has no value"],
  ["a.b=%zz", "cannot be read"],
  ['a.b="x', "cannot be read"],
  ['a.b=x"y"', "cannot be read"],
])("%s is refused: it %s", (query, words) => {
  const read = readEventQuery(query);
  expect(read.isOk ? "" : read.error).toContain(words);
});

test("a query is bounded", () => {
  const many = Array.from({ length: limits.eventQueryConditionsMax + 1 }, (_, at) => `a.b${at}=1`);
  expect(readEventQuery(many.join("&")).isOk).toBe(false);
  expect(readEventQuery(many.slice(1).join("&")).isOk).toBe(true);
  expect(readEventQuery(`a.b=${"1".repeat(limits.eventQueryCharactersMax)}`).isOk).toBe(false);
});

test(`any text is a query or refused, never an exception (seed ${seed})`, () => {
  const pieces = fc.constantFrom(
    "eventType",
    "=",
    "&",
    ",",
    '"',
    "\\",
    "a.b",
    "%",
    "%22",
    "+",
    "x",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join("")),
  );
  const property = fc.property(text, fc.jsonValue(), (query, resource) => {
    const read = readEventQuery(query);
    if (read.isOk) isWanted(read.value, created(resource));
    else expect(read.error).not.toBe("");
  });
  fc.assert(property, { seed, numRuns: 2_000 });
});

test(`a value in quotes is found as it stands (seed ${seed})`, () => {
  const property = fc.property(fc.string({ minLength: 1 }), (value) => {
    fc.pre(value.trim() !== "");
    const quoted = encodeURIComponent(`"${value.replace(/["\\]/g, "\\$&")}"`);
    const plain = quoted.replaceAll("%22", '"').replaceAll("%5C", "\\");
    expect(wants(`productOffering.id=${plain}`, created({ id: value }))).toBe(true);
  });
  fc.assert(property, { seed, numRuns: 1_000 });
});
