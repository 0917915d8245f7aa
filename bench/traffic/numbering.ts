// Called numbers and visited networks from the world's numbering plans: libphonenumber's metadata
// for E.164 numbers, the ITU's list of mobile networks for E.212 codes. Asking either costs
// microseconds, so pools are drawn once, weighted as destinations.ts says, and traffic takes any
// entry of a pool.

import {
  type CountryCode,
  getCountries,
  getExampleNumber,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import mobileExamples from "libphonenumber-js/mobile/examples";
import mobileNetworks from "mcc-mnc-list";
import { assert } from "../../engine/values/assert.ts";
import { nextBelow, nextFraction, type Random } from "../../engine/values/random.ts";
import {
  abroadShares,
  foreignResidents,
  holidayDestinations,
  homeCountry,
  homeNetwork,
  internationalShare,
  mobileCalledShare,
  roamingShare,
  roamingTailShare,
} from "./destinations.ts";
import { cumulate, nextWeighted } from "./distributions.ts";

const nationalPoolSize = 2_048;
const internationalPoolSize = 2_048;
const visitedPoolSize = 1_024;
const attemptsMax = 200;

/** Area codes of large German cities, for calls to fixed lines. */
const areaCodes = ["30", "40", "69", "89", "221", "211", "711", "231", "201", "341", "351", "511"];

export type CalledNumber = {
  /** E.164 digits. */
  readonly address: string;
  readonly isNational: boolean;
};

export type Numbering = {
  readonly nationalMobile: readonly CalledNumber[];
  readonly nationalFixed: readonly CalledNumber[];
  readonly international: readonly CalledNumber[];
  /** MCC and MNC. */
  readonly visitedNetworks: readonly string[];
};

export const drawNumbering = (random: Random): Numbering => ({
  nationalMobile: repeat(nationalPoolSize, () => drawMobile(random, homeCountry)),
  nationalFixed: repeat(nationalPoolSize, () => drawFixed(random)),
  international: drawInternational(random),
  visitedNetworks: drawVisited(random),
});

/** Whom a call (to any phone) or a short message (to mobiles only) goes to. */
export const nextCalled = (numbering: Numbering, random: Random, isCall: boolean): CalledNumber => {
  const isAbroad = nextFraction(random) < internationalShare;
  if (isAbroad) return anyOf(random, numbering.international);
  const isFixed = isCall && nextFraction(random) >= mobileCalledShare;
  return anyOf(random, isFixed ? numbering.nationalFixed : numbering.nationalMobile);
};

/** Where a subscriber is on this day: at home, or for a few in a visited network. */
export const nextServingNetwork = (numbering: Numbering, random: Random): string =>
  nextFraction(random) < roamingShare ? anyOf(random, numbering.visitedNetworks) : homeNetwork;

/**
 * A valid mobile number of a country: its example number with as many other last digits as are
 * valid.
 */
function drawMobile(random: Random, country: CountryCode): CalledNumber {
  const example = getExampleNumber(country, mobileExamples);
  assert(example !== undefined, `no example number for ${country}`);
  const digits = example.number.slice(1);
  const freeMax = Math.min(9, example.nationalNumber.length - 1);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    // Small plans have few free digits: every fourth failed attempt keeps one more of the example.
    const free = Math.max(1, freeMax - (attempt >> 2));
    const address = digits.slice(0, -free) + drawDigits(random, free);
    const number = parsePhoneNumberFromString(`+${address}`);
    if (number?.isValid() && number.country === country && isMobile(number.getType())) {
      return { address, isNational: country === homeCountry };
    }
  }
  return { address: digits, isNational: country === homeCountry };
}

function drawFixed(random: Random): CalledNumber {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    // The first digit of a German subscriber number is neither 0 nor 1.
    const start = 2 + nextBelow(random, 8);
    const address = `49${anyOf(random, areaCodes)}${start}${drawDigits(random, 6)}`;
    const number = parsePhoneNumberFromString(`+${address}`);
    if (number?.isValid() && number.getType() === "FIXED_LINE")
      return { address, isNational: true };
  }
  throw new Error(`no valid fixed-line number in ${attemptsMax} attempts`);
}

function drawInternational(random: Random): CalledNumber[] {
  const others = getCountries().filter(
    (country) => country !== homeCountry && getExampleNumber(country, mobileExamples) !== undefined,
  );
  const weights = cumulate([
    ...spread(foreignResidents, abroadShares.residents),
    ...spread(holidayDestinations, abroadShares.holidays),
    ...others.map(() => abroadShares.tail / others.length),
  ]);
  const countries = [
    ...Object.keys(foreignResidents),
    ...Object.keys(holidayDestinations),
    ...others,
  ];
  return repeat(internationalPoolSize, () => {
    const country = countries[nextWeighted(random, weights)] ?? "";
    assert(isSupportedCountry(country), `no numbering plan for ${country}`);
    return drawMobile(random, country);
  });
}

/**
 * Networks of a visited country all have the same chance: the list does not say who has how many
 * users.
 */
function drawVisited(random: Random): string[] {
  const networks = networksByCountry();
  const others = [...networks.keys()].filter((country) => country !== homeCountry);
  const weights = cumulate([
    ...spread(holidayDestinations, 1 - roamingTailShare),
    ...others.map(() => roamingTailShare / others.length),
  ]);
  const countries = [...Object.keys(holidayDestinations), ...others];
  return repeat(visitedPoolSize, () => {
    const country = countries[nextWeighted(random, weights)] ?? "";
    return anyOf(random, networks.get(country) ?? []);
  });
}

/**
 * Public networks in service that carry LTE or 5G: those on which data sessions are charged online.
 */
function networksByCountry(): ReadonlyMap<string, readonly string[]> {
  const networks = new Map<string, string[]>();
  for (const { type, status, countryCode, mcc, mnc, bands } of mobileNetworks.all()) {
    if (type !== "National" || status !== "Operational") continue;
    if (!/LTE|5G/.test(bands ?? "") || !/^\d{2,3}$/.test(mnc) || !/^[A-Z]{2}$/.test(countryCode)) {
      continue;
    }
    const known = networks.get(countryCode);
    if (known === undefined) networks.set(countryCode, [mcc + mnc]);
    else known.push(mcc + mnc);
  }
  return networks;
}

function isMobile(type: string | undefined): boolean {
  return type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE";
}

/** Weights scaled so that together they make up `share`. */
function spread(weights: Readonly<Record<string, number>>, share: number): number[] {
  const values = Object.values(weights);
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => (value / sum) * share);
}

function drawDigits(random: Random, count: number): string {
  return String(nextBelow(random, 10 ** count)).padStart(count, "0");
}

function anyOf<T>(random: Random, values: readonly T[]): T {
  return values[nextBelow(random, values.length)] as T;
}

function repeat<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}
