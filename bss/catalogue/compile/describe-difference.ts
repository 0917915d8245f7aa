// What another publication of a catalogue changes, in words, offering by offering: for who is about
// to publish it. And which tariff documents engines do not have yet.

import { type CompiledCatalogue, withoutTime } from "./compile-catalogue.ts";
import { type DescribedTerms, describeTerms } from "./describe-terms.ts";
import { compareText } from "./finding.ts";
import { offeringKey, type ProductTerms } from "./product-terms.ts";
import type { EngineTariffDocument } from "./tariff-document.ts";

export type OfferingDifference = {
  readonly offeringId: string;
  readonly version: string;
  readonly name: string;
  /** `withdrawn`: nobody can buy it, and it is kept for nobody. */
  readonly change: "new" | "changed" | "newVersion" | "withdrawn";
  /** Of a new version: the one it is compared with, and whether that one stays. */
  readonly previous: { readonly version: string; readonly isKept: boolean } | null;
  readonly lines: readonly string[];
};

/** Of offerings that differ, by id and version. */
export const describeDifference = (
  before: CompiledCatalogue,
  after: CompiledCatalogue,
): readonly OfferingDifference[] => {
  const keys = new Set([...Object.keys(before.terms), ...Object.keys(after.terms)]);
  return [...keys].sort(compareText).flatMap((key) => {
    const one = differenceOf(before, after, key);
    return one === undefined ? [] : [one];
  });
};

const differenceOf = (
  before: CompiledCatalogue,
  after: CompiledCatalogue,
  key: string,
): OfferingDifference | undefined => {
  const old = before.terms[key];
  const now = after.terms[key];
  if (now === undefined) {
    return old && { ...nameOf(old), change: "withdrawn", previous: null, lines: [] };
  }
  if (old !== undefined) {
    const lines = linesBetween(describeTerms(old), describeTerms(now));
    const changed = [
      ...lines,
      ...otherMetering(before, after, now, lines),
      ...laterPrices(before, after, now),
    ];
    if (changed.length === 0) return undefined;
    return { ...nameOf(now), change: "changed", previous: null, lines: changed };
  }
  const previous = newestOf(before, now);
  if (previous === undefined) {
    const lines = [...describeTerms(now)].map(([about, text]) => `${about}: ${text}`);
    return { ...nameOf(now), change: "new", previous: null, lines };
  }
  const { version } = previous;
  const isKept = after.terms[offeringKey(previous.offeringId, version)] !== undefined;
  const lines = linesBetween(describeTerms(previous), describeTerms(now));
  return { ...nameOf(now), change: "newVersion", previous: { version, isKept }, lines };
};

const nameOf = ({ name, offeringId, version }: ProductTerms) => ({ offeringId, version, name });

/** The latest version before that begins no later. */
const newestOf = ({ terms }: CompiledCatalogue, now: ProductTerms): ProductTerms | undefined =>
  Object.values(terms)
    .filter((one) => one.offeringId === now.offeringId && one.validFrom <= now.validFrom)
    .sort((a, b) => a.validFrom - b.validFrom || compareText(a.version, b.version))
    .at(-1);

const linesBetween = (old: DescribedTerms, now: DescribedTerms): readonly string[] => {
  const lines: string[] = [];
  for (const [about, text] of now) {
    const was = old.get(about);
    if (was === undefined) lines.push(`${about}: new, ${text}`);
    else if (was !== text) lines.push(`${about}: was ${was}; is ${text}`);
  }
  for (const [about, text] of old) if (!now.has(about)) lines.push(`${about}: gone, was ${text}`);
  return lines;
};

/** Terms tell prices; what else a tariff document says is told of as one. */
const otherMetering = (
  before: CompiledCatalogue,
  after: CompiledCatalogue,
  { tariffId }: ProductTerms,
  lines: readonly string[],
): readonly string[] => {
  const [old, now] = [before, after].map(({ tariffs }) =>
    tariffs.find((one) => one.tariffId === tariffId),
  );
  if (old === undefined || now === undefined || withoutTime(old) === withoutTime(now)) return [];
  if (lines.some((line) => line.startsWith("usage "))) return [];
  return ["usage: other grants, zones, networks, time bands or bonuses, at the same prices"];
};

/** Terms tell the prices of the begin; that later documents differ is told by their moments. */
const laterPrices = (
  before: CompiledCatalogue,
  after: CompiledCatalogue,
  { tariffId }: ProductTerms,
): readonly string[] => {
  const of = (catalogue: CompiledCatalogue) =>
    catalogue.tariffs.filter((one) => one.tariffId === tariffId).slice(1);
  const old = new Set(of(before).map(({ document }) => document));
  return of(after)
    .filter(({ document }) => !old.has(document))
    .map(({ effectiveFrom }) => `usage: other prices from ${momentText(effectiveFrom)} on`);
};

const momentText = (at: number): string => new Date(at).toISOString();

/**
 * Of the documents of `after` those that engines need: what would hold anyway needs no publication.
 * In order of time, so that they can be published one after the other.
 */
export const tariffsToPublish = (
  before: CompiledCatalogue | undefined,
  after: CompiledCatalogue,
): readonly EngineTariffDocument[] =>
  [...groupedById(after.tariffs)].flatMap(([tariffId, documents]) => {
    const old = (before?.tariffs ?? []).filter((one) => one.tariffId === tariffId);
    const [first] = documents;
    const isFollowed = old.some(({ effectiveFrom }) => effectiveFrom > after.effectiveAt);
    const holding = old.findLast(({ effectiveFrom }) => effectiveFrom <= after.effectiveAt);
    const isHeld =
      first !== undefined && holding !== undefined && withoutTime(first) === withoutTime(holding);
    if (isHeld && !isFollowed && documents.length === 1) return [];
    const known = new Set(old.map(({ document }) => document));
    return documents.filter(({ document }) => !known.has(document));
  });

const groupedById = (tariffs: readonly EngineTariffDocument[]) => {
  const byId = new Map<string, EngineTariffDocument[]>();
  for (const one of tariffs) byId.set(one.tariffId, [...(byId.get(one.tariffId) ?? []), one]);
  return byId;
};
