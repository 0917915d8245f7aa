// Networks by MCC and MNC: known ones, unknown ones, and those of several countries.

import { expect, test } from "vitest";
import { compileRateDeck } from "../../engine/rating/rate-deck.ts";
import { networkRows } from "./network-rows.ts";

const rows = networkRows();
const deck = (() => {
  const compiled = compileRateDeck({ deckId: "networks", rows });
  if (!compiled.isOk) throw new Error(compiled.error.join("; "));
  return compiled.value;
})();

test.each([
  ["26201", "DE", "26201"],
  ["26299", "DE", "262"],
  ["310410", "US", "310410"],
  ["23410", "GB", "23410"],
  ["27077", "LU", "27077"],
  ["34001", "BL-GF-GP-MF-MQ", "34001"],
  ["90112", "INT", "90112"],
])("%s is in zone %s because of %s", (network, zoneId, prefix) => {
  expect(deck.zoneOf(network)).toEqual({ zoneId, prefix });
});

test("test networks are in no zone", () => {
  expect(deck.zoneOf("00101")).toBeUndefined();
  expect(deck.zoneOf("99999")).toBeUndefined();
});

test("names the operator and the country", () => {
  expect(rows.find(({ prefix }) => prefix === "26202")?.name).toBe("Vodafone, Germany");
  expect(rows.find(({ prefix }) => prefix === "262")?.name).toBe("Germany");
});

test("has thousands of networks in two hundred zones, the same every time", () => {
  expect(deck.rowCount).toBeGreaterThan(2_000);
  expect(deck.zoneIds.length).toBeGreaterThan(200);
  expect(networkRows()).toEqual(rows);
});
