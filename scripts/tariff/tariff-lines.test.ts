// What a sound document is said to mean.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { tariffLines } from "./tariff-lines.ts";

const linesOf = (document: string) => {
  const tariff = parseTariff(document);
  if (!tariff.isOk) throw new Error(tariff.error.join("\n"));
  return tariffLines(tariff.value);
};
const textOf = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
const example = textOf("../../engine/rating/example-tariff.json");

test("tells hours, zones, prices in the order in which they are tried, and quota", () => {
  expect(linesOf(textOf("readme-tariff.json"))).toEqual([
    "  tariff      talk-2027, EUR, tax not included",
    "  from        friday 2027-01-01 00:00, Europe/Paris; open sessions keep what they have",
    "  time bands  monday to thursday, sunday: 00:00–24:00 no band",
    "  time bands  friday, saturday: 00:00–18:00 no band, 18:00–24:00 evening",
    "  zone        france: 33",
    "  free        calls to 112",
    "",
    "  rating group 100, seconds",
    "    evening-at-home  to france; at evening",
    "                     0.0005 per 1 s; first 60 s 0.06; setup fee 0.05",
    "    at-home          to france",
    "                     0.09 per 60 s",
    "    base             otherwise",
    "                     0.29 per 60 s",
    "    quota            120 s at a time, 1 s to 120 s on request",
    "                     for 600 s",
    "                     when nothing is left: terminate",
  ]);
});

test("tells tiers as the steps they become, discounts taken off, what is blocked and free", () => {
  const lines = linesOf(example).map((line) => line.trim());
  const after = (name: string, count: number) => {
    const index = lines.findIndex((line) => line.startsWith(`${name} `));
    return lines.slice(index + 1, index + 1 + count);
  };
  expect(after("slow-lane", 3)).toEqual([
    "tiers by the counter octets-of-month:",
    "at first: 0.01 per 1 MiB",
    "beyond 1 GiB: 0.50 once, then 0.004 per 1 MiB",
  ]);
  expect(after("help-pages", 1)).toEqual(["free"]);
  expect(after("premium", 1)).toEqual(["blocked"]);
  expect(after("colleagues", 1)).toEqual(["0.008 per 60 s"]);
  expect(after("things", 1)).toEqual(["0.0001 per 1 KiB; at most 2.00"]);
  expect(after("neighbours", 2)).toEqual([
    "0.19 per 60 s",
    "otherwise no price: such a use is refused",
  ]);
});

test.each([
  ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
  ["1900-01-01T00:00:00Z", "monday 1900-01-01 01:00"],
  ["2027-07-01T00:00:01Z", "thursday 2027-07-01 02:00:01"],
  ["9999-12-31T23:59:59-23:00", "+010000-01-01T22:59:59.000Z"],
])("tells of a document that takes effect at %s", (effectiveFrom, shown) => {
  const [, from] = linesOf(JSON.stringify({ ...JSON.parse(example), effectiveFrom }));
  expect(from).toContain(`from        ${shown}, Europe/Berlin;`);
});

test("shows the first few of many, and how many more there are", () => {
  const document = JSON.parse(example);
  document.freeNumbers = Array.from({ length: 50 }, (_, n) => `11${n}`);
  expect(linesOf(JSON.stringify(document))).toContain(
    "  free        calls to 110, 111, 112, 113, 114, 115 and 44 more",
  );
});

test("tells what top-ups bring besides", () => {
  const lines = linesOf(example).filter((line) => line.startsWith("  bonus"));
  expect(lines.map((line) => line.trim().replace(/^bonus +/, ""))).toEqual([
    "tenth-of-large-top-ups: main topped up by 20.00 EUR to 500.00 EUR brings 10 % to main",
    "data-for-every-five-euros: main topped up by 5.00 EUR or more brings 104,857,600 units " +
      "for each 5.00 EUR to bonus-data, " +
      "from tuesday 2027-06-01 00:00 until thursday 2027-07-01 00:00",
  ]);
});
