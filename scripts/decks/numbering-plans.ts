// The world's numbering plans, out of libphonenumber's metadata: for each country calling code the
// ranges of the countries that share it, and of each range whether it is mobile, free to call, or
// of a special rate.

import type { CountryCode } from "libphonenumber-js/max";
import metadata from "libphonenumber-js/max/metadata";
import { compilePattern, type NumberPattern } from "./number-pattern.ts";

/** Where fixed and mobile numbers look alike (North America), they are geographic. */
export type RangeKind = "geographic" | "mobile" | "free" | "special";

export type NumberRange = {
  readonly country: CountryCode;
  readonly kind: RangeKind;
  readonly rank: number;
  /** What a number after the calling code looks like; it is of the range if it fits all of them. */
  readonly patterns: readonly NumberPattern[];
};

/** Lines that people have go before services, and what is said of a number before what is not. */
export const ranks = { line: 0, service: 1, rest: 2 } as const;

export type NumberingPlan = {
  readonly callingCode: string;
  /** The main country of the calling code. */
  readonly country: CountryCode;
  /** Those of the main country first. */
  readonly ranges: readonly NumberRange[];
};

/**
 * Positions in the metadata of a country (METADATA.md of libphonenumber-js), and the kinds of its
 * types, in the order in which the library tries them.
 */
const leadingDigitsAt = 10;
const typesAt = 11;
const kindsByType: readonly (readonly [position: number, kind: RangeKind])[] = [
  [0, "geographic"], // fixed line
  [1, "mobile"],
  [3, "special"], // premium rate
  [2, "free"],
  [9, "special"], // shared cost
  [8, "geographic"], // VoIP
  [4, "special"], // personal number
  [7, "special"], // pager
  [6, "special"], // company-wide number
  [5, "special"], // voice mail
];

export const numberingPlans = (): readonly NumberingPlan[] =>
  Object.entries(metadata.country_calling_codes).map(([callingCode, countries]) => ({
    callingCode,
    country: countries[0]!,
    ranges: countries.flatMap(rangesOf),
  }));

/** Calling codes of no country: satellites, international freephone. */
export const nonGeographicCodes = (): readonly string[] => Object.keys(metadata.nonGeographic);

const rangesOf = (country: CountryCode): readonly NumberRange[] => {
  const plan = metadata.countries[country] as unknown as readonly unknown[];
  const types = (plan[typesAt] || []) as readonly (0 | readonly [pattern: string])[];
  const leading = plan[leadingDigitsAt] as string | 0 | undefined;
  const whole = leading ? [compilePattern(`(?:${leading})\\d{0,14}`)] : [];
  const ranges = kindsByType.flatMap(([position, kind]): readonly NumberRange[] => {
    const [pattern] = types[position] || [""];
    if (pattern === "") return [];
    const rank = kind === "geographic" || kind === "mobile" ? ranks.line : ranks.service;
    return [{ country, kind, rank, patterns: [compilePattern(pattern), ...whole] }];
  });
  if (!leading) return ranges;
  return [...ranges, { country, kind: "geographic", rank: ranks.rest, patterns: whole }];
};
