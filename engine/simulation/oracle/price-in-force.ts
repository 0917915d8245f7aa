// Which price holds in a second, read off the documents as a person would: what is published and
// in effect, which band the clocks on the wall are in, the first price that asks for no other.

import { wallClock } from "./wall-clock.ts";

export type PriceJson = Readonly<Record<string, unknown>>;

export type BandJson = {
  readonly timeBandId: string;
  readonly days: readonly string[];
  readonly from: string;
  readonly until: string;
};

type ExceptionJson = PriceJson & { readonly when: { readonly timeBands: readonly string[] } };

export type GroupJson = PriceJson & {
  readonly ratingGroup: number;
  readonly prices: readonly ExceptionJson[];
};

export type DocumentJson = {
  readonly tariffId: string;
  readonly timeZone: string;
  readonly effectiveFrom: string;
  readonly holidays: readonly string[];
  readonly timeBands: readonly BandJson[];
  readonly ratingGroups: readonly GroupJson[];
};

/** In the order in which they were published. */
export type Publication = {
  readonly publishedAt: number;
  readonly effectiveFrom: number;
  readonly document: DocumentJson;
};

/** What a rating group costs in a second. */
export type InForce = {
  readonly price: PriceJson;
  readonly band: string | undefined;
  /** Any price of the group has fees or tiers, for which a session's past counts. */
  readonly isNoted: boolean;
};

/** Whoever began at `knownAt` knows nothing that was published later. */
export const documentAt = (
  publications: readonly Publication[],
  tariffId: string,
  { knownAt, at }: { readonly knownAt: number; readonly at: number },
): DocumentJson | undefined => {
  let found: DocumentJson | undefined;
  let latest = 0;
  for (const { publishedAt, effectiveFrom, document } of publications) {
    if (document.tariffId !== tariffId || publishedAt > knownAt || effectiveFrom > at) continue;
    if (effectiveFrom >= latest) {
      latest = effectiveFrom;
      found = document;
    }
  }
  return found;
};

const bandAt = (document: DocumentJson, at: number): string | undefined => {
  const { timeBands, timeZone, holidays } = document;
  const { date, weekday, time } = wallClock(timeZone, at);
  const isHoliday =
    holidays.includes(date) && timeBands.some(({ days }) => days.includes("holiday"));
  const day = isHoliday ? "holiday" : weekday;
  return timeBands.find(
    ({ days, from, until }) => days.includes(day) && from <= time && time < until,
  )?.timeBandId;
};

const minuteMs = 60_000;
const kept = new WeakMap<DocumentJson, Map<number, InForce | undefined>>();

/** Undefined: there is none, or it is blocked. Documents know no seconds: kept by the minute. */
export const priceAt = (
  document: DocumentJson,
  ratingGroup: number,
  at: number,
): InForce | undefined => {
  const ofDocument = kept.get(document) ?? new Map<number, InForce | undefined>();
  kept.set(document, ofDocument);
  const key = Math.floor(at / minuteMs) * 1_000 + ratingGroup;
  if (!ofDocument.has(key)) ofDocument.set(key, readAt(document, ratingGroup, at));
  return ofDocument.get(key);
};

const readAt = (document: DocumentJson, ratingGroup: number, at: number): InForce | undefined => {
  const group = document.ratingGroups.find((one) => one.ratingGroup === ratingGroup);
  if (group === undefined) return undefined;
  const band = bandAt(document, at);
  const isMet = ({ when }: ExceptionJson) => band !== undefined && when.timeBands.includes(band);
  const price = group.prices.find(isMet) ?? group;
  if (!hasAny(price, ["blockUnits", "tiers", "isFree"])) return undefined;
  return { price, band, isNoted: [group, ...group.prices].some(isNoted) };
};

const isNoted = (price: PriceJson): boolean =>
  hasAny(price, ["tiers", "maximumCharge", "initialBlockUnits"]) ||
  [price["setupFee"], price["minimumCharge"]].some((fee) => Number(fee ?? 0) > 0);

const hasAny = (price: PriceJson, names: readonly string[]): boolean =>
  names.some((name) => price[name] !== undefined);
