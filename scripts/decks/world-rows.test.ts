// The generated deck against libphonenumber itself: numbers drawn from the plan of every country
// are in a zone of the country that the library names, and mobile numbers in a mobile one.

import fc from "fast-check";
import { getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import metadata from "libphonenumber-js/max/metadata";
import mobileExamples from "libphonenumber-js/mobile/examples";
import { expect, test } from "vitest";
import { compileRateDeck } from "../../engine/rating/rate-deck.ts";
import { worldRows } from "./world-rows.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const rows = worldRows();
const deck = (() => {
  const compiled = compileRateDeck({ deckId: "world", rows });
  if (!compiled.isOk) throw new Error(compiled.error.join("; "));
  return compiled.value;
})();

const countries = Object.entries(metadata.countries);
const zoneOf = (number: string): string => deck.zoneOf(number)?.zoneId ?? "none";

test("has the example number of every country in a zone of that country", () => {
  const named = new Set<string>();
  for (const [country] of countries) {
    const example = getExampleNumber(country as keyof typeof mobileExamples, mobileExamples);
    // Some islands have the numbers of the mainland: then these are what the library makes of them.
    const parsed = parsePhoneNumberFromString(example?.number ?? "");
    if (parsed?.country === undefined) continue;
    const kind = parsed.getType() === "MOBILE" ? "-mobile" : "";
    expect(zoneOf(parsed.number)).toBe(parsed.country + kind);
    named.add(parsed.country);
  }
  expect(named.size).toBeGreaterThan(230);
});

/** Valid numbers of each type that the plan of a country has, of which the library is sure. */
const drawn = countries.flatMap(([, plan]) => {
  const [callingCode] = plan as unknown as [string];
  const types = ((plan as unknown[])[11] || []) as (0 | [string])[];
  return types.flatMap((type) => {
    const [pattern] = type || [""];
    if (pattern === "") return [];
    const national = fc.stringMatching(new RegExp(`^(?:${pattern})$`));
    return fc.sample(national, { seed, numRuns: 12 }).flatMap((digits) => {
      const parsed = parsePhoneNumberFromString(`+${callingCode}${digits}`);
      return parsed?.isValid() && parsed.country !== undefined ? [parsed] : [];
    });
  });
});

test(`numbers drawn from every plan are in a zone of their country (seed ${seed})`, () => {
  expect(drawn.length).toBeGreaterThan(10_000);
  for (const parsed of drawn) {
    // Seven digits after +1 310 are a service number of Canada, ten a line in Los Angeles.
    if (parsed.nationalNumber.length === 7 && parsed.countryCallingCode === "1") continue;
    const [country] = zoneOf(parsed.number).split("-");
    expect([parsed.number, country]).toEqual([parsed.number, parsed.country]);
  }
});

test(`a mobile number is in a mobile zone, and most services are in theirs (seed ${seed})`, () => {
  const kinds = drawn.map((parsed) => {
    const type = parsed.getType();
    const [, kind = "geographic"] = zoneOf(parsed.number).split("-");
    if (type === "MOBILE") expect([parsed.number, kind]).toEqual([parsed.number, "mobile"]);
    if (type === "FIXED_LINE_OR_MOBILE") return kind === "geographic" || kind === "mobile";
    if (type === "FIXED_LINE" || type === "VOIP") return kind === "geographic";
    return kind === (type === "MOBILE" ? "mobile" : type === "TOLL_FREE" ? "free" : "special");
  });
  expect(kinds.filter(Boolean).length / kinds.length).toBeGreaterThan(0.96);
});

test("calling codes of no country are zones of their own", () => {
  expect(zoneOf("+870773111632")).toBe("INT-870");
  expect(zoneOf("+80012345678")).toBe("INT-800");
});

test("says each prefix once, the shorter one first, and none that says what that one does", () => {
  const zones = new Map<string, string>();
  for (const { prefix, zoneId } of rows) {
    const above = Array.from(prefix, (_, length) => zones.get(prefix.slice(0, length)));
    expect([prefix, above.findLast((zone) => zone !== undefined)]).not.toEqual([prefix, zoneId]);
    expect(zones.has(prefix)).toBe(false);
    zones.set(prefix, zoneId);
  }
});

test("is the same every time", () => {
  expect(worldRows()).toEqual(rows);
});
