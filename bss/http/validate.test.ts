// What is said of a body that is wrong, as somebody reads it who keeps a catalogue.

import { expect, test } from "vitest";
import { z } from "zod";
import {
  ProductOffering_Create,
  ProductOfferingPrice_Create,
} from "../catalogue/tmf620.generated.ts";
import { limits } from "../limits.ts";
import { validate } from "./validate.ts";

const told = (shape: z.ZodType, value: unknown) => {
  const read = validate(shape, "body", value);
  return read.isOk
    ? []
    : (read.error.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`);
};

test("what is missing, and what is of another kind, is said so", () => {
  expect(told(ProductOffering_Create, [])).toEqual([" expected an object, not a list"]);
  expect(told(ProductOffering_Create, {})).toEqual(["/name it has to be there"]);
  const odd = { name: 5, isBundle: "yes", validFor: "2026", lifecycleStatus: null, category: {} };
  expect(told(ProductOffering_Create, odd).toSorted()).toEqual([
    "/category expected a list, not an object",
    "/isBundle expected true or false, not text",
    "/lifecycleStatus expected text, not null",
    "/name expected text, not a number",
    "/validFor expected an object, not text",
  ]);
});

test("bounds and formats are said with their number, not by their value", () => {
  const price = { name: "x".repeat(300), price: { unit: "EUR", value: "9.99 secret" } };
  expect(told(ProductOfferingPrice_Create, price).toSorted()).toEqual([
    "/name expected at most 256 signs",
    "/price/value expected a number, not text",
  ]);
  expect(told(ProductOfferingPrice_Create, { name: "", recurringChargePeriodLength: 1.5 })).toEqual(
    ["/recurringChargePeriodLength expected a whole number, not a part of one"],
  );
  expect(told(z.array(z.int()).min(1).max(2), [1, 2, 3])).toEqual([" expected at most 2 entries"]);
  expect(told(z.array(z.int()).min(1), [])).toEqual([" expected at least 1 entry"]);
  expect(told(z.enum(["on", "off"]), "secret")).toEqual([" expected one of on, off"]);
});

test("of alternatives the one is told of that was meant", () => {
  const volume = z.strictObject({ kind: z.literal("volume"), octets: z.int() });
  const time = z.strictObject({ kind: z.literal("time"), seconds: z.int(), from: z.string() });
  for (const either of [z.union([volume, time]), z.discriminatedUnion("kind", [volume, time])]) {
    const list = z.strictObject({ of: z.array(either) });
    expect(told(list, { of: [{ kind: "time", seconds: "x", from: "y" }] })).toEqual([
      "/of/0/seconds expected a number, not text",
    ]);
    expect(told(list, { of: [{ kind: "volume", octets: 1, more: 2 }] })).toEqual([
      "/of/0/more there is no such field here",
    ]);
    expect(told(list, { of: [{ kind: "space" }] })).toEqual([
      "/of/0/kind expected one of volume, time",
    ]);
    expect(told(list, { of: [7] })).toEqual(["/of/0 expected an object, not a number"]);
  }
  expect(told(z.union([z.string(), z.array(z.string())]), 7)).toEqual([
    " expected text, not a number; or expected a list, not a number",
  ]);
});

test("a name as long as a book is cut, and of a thousand mistakes some are shown", () => {
  const [long] = told(ProductOffering_Create, { name: "x", ["y".repeat(100_000)]: 1 });
  expect(long?.length).toBeLessThan(400);
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`f${at}`, 1]));
  expect(told(ProductOffering_Create, { name: "x", ...many })).toHaveLength(
    limits.problemPlacesMax,
  );
});
