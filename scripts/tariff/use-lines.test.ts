// What is printed of one use: its money reckoned by hand, and why it is refused where it is.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { useLines } from "./use-lines.ts";
import { readUseOptions } from "./use-options.ts";

const exampleFile = new URL("../../engine/rating/example-tariff.json", import.meta.url);
const example = readFileSync(exampleFile, "utf8");

const ask = (flags: string, document = example) => {
  const tariff = parseTariff(document);
  const words = ["f.json", "--at", "2027-01-15T12:00:00+01:00", ...flags.split(" ")];
  const options = readUseOptions(words, 0);
  if (!tariff.isOk || !options.isOk) throw new Error(JSON.stringify([tariff, options]));
  const lines = useLines(tariff.value, options.value.use, undefined);
  return lines.isOk ? lines.value : [lines.error];
};

/** The changed rating group 100 is by the second, with nothing but these fields. */
const withPrice = (price: object): string => {
  const document = JSON.parse(example);
  const { ratingGroup, unit, quotaUnits, validityTimeSeconds } = document.ratingGroups[1];
  const group = { ratingGroup, unit, quotaUnits, validityTimeSeconds, ...price };
  return JSON.stringify({ ...document, ratingGroups: [group] });
};

test("shows the money first, then why: 0.09 + 125 × 0.0015 + 0.05", () => {
  expect(ask("--group 100 --units 185 --to +4915112345678")).toEqual([
    "0.3275 EUR",
    "  185 s in rating group 100, price national-day",
    "",
    "  called  +4915112345678: zone national-mobile by the prefix 4915",
    expect.stringMatching(/^ {2}time {4}friday 2027-01-15 12:00 in Europe\/Berlin, time band day /),
    "  price   national-day, number 3 of the 5 that are tried",
    "",
    "  up to 60 s   first block, 60 s      0.09",
    "  up to 185 s  125 × 1 s at 0.0015  0.1875",
    "  setup fee                           0.05",
  ]);
});

test("goes from tier to tier, on from what the counter has counted", () => {
  const half = 512 * 1024 * 1024;
  const use = `--group 10 --units ${half + 1} --qos 5qi-9 --network 20801 --rat NR`;
  const lines = ask(`${use} --counted ${half}`);
  expect(lines[0]).toBe("5.624 EUR");
  expect(lines).toContain("  counter  octets-of-month at 512 MiB");
  expect(lines.slice(-4)).toEqual([
    "  up to 1 GiB                 512 × 1 MiB at 0.01                  5.12",
    "  entry fee                   beyond 1 GiB                         0.50",
    "  up to 1,073,741,825 octets  1 × 1 MiB at 0.004                  0.004",
    "  paid ahead                  1,048,575 octets of the last block",
  ]);
  expect(ask(use)[0]).toBe("5.13 EUR");
});

const byMinute = { blockUnits: 60, blockPrice: "0.1" };

test.each<[string, object, string, string[]]>([
  [
    "a minimum that is not reached",
    { ...byMinute, minimumCharge: "0.25" },
    "0.25 EUR",
    ["up to 61 s", "minimum", "paid ahead"],
  ],
  [
    "a maximum that is passed",
    { ...byMinute, maximumCharge: "0.15" },
    "0.15 EUR",
    ["up to 61 s", "maximum", "paid ahead"],
  ],
  ["free units", { isFree: true }, "0.00 EUR", ["free"]],
  ["a blocked use", { isBlocked: true }, "blocked", []],
])("tells of %s", (_title, price, money, rows) => {
  const lines = ask("--group 100 --units 61", withPrice(price));
  const after = lines.slice(lines.findIndex((line) => line.startsWith("  price")) + 2);
  expect([lines[0], after.map((line) => line.trim().split(/ {2,}/)[0])]).toEqual([money, rows]);
});

test("says what is missing where nothing can be rated", () => {
  expect(ask("--group 7 --units 1")).toEqual([
    "no rating group 7 in the document; it has 10, 100, 300",
  ]);
  expect(ask("--group 100 --units 1 --to +1555")[0]).toMatch(
    /^no price of rating group 100 fits.*called \+1555: .*rate deck world not given \(--deck\)/,
  );
});

test("more than any balance can hold is said to be so", () => {
  const dear = withPrice({ blockUnits: 1, blockPrice: "999999999" });
  expect(ask(`--group 100 --units ${2 ** 52}`, dear)[0]).toMatch(
    /^more than 9007199254\.740991 EUR/,
  );
});

test.each<[string, string]>([
  ["", "price: one document"],
  ["a b", "price: one document"],
  ["a", "--group: the rating group, a number"],
  ["a --group 1", "--units: how many, from 1 to 4503599627370496"],
  ["a --group 1 --units 0", "--units: how many, from 1 to 4503599627370496"],
  ["a --group 1 --units 1e3", "--units: how many, from 1 to 4503599627370496"],
  [
    "a --group 1 --units 1 --counted -1",
    '--counted: what begins with "-" is another flag; as its value: --counted=…',
  ],
  [
    "a --group 1 --units 1 --at noon",
    "--at: a moment such as 2026-12-24T18:00:00+01:00, from 1970 to 2999",
  ],
  ["a --group 1 --units 1 --colour red", "Unknown option '--colour'"],
])("refuses the flags %j", (words, reason) => {
  expect(readUseOptions(words === "" ? [] : words.split(" "), 0)).toEqual({
    isOk: false,
    error: reason,
  });
});
