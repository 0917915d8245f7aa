// A published catalogue as what engines and the business side charge by: for each version of an
// offering its terms and the tariff documents of its usage prices. The same documents in any order
// come out as the same octets.

import { err, ok, type Result } from "../../../engine/values/result.ts";
import { limits } from "../../limits.ts";
import { checkReferences } from "./check-references.ts";
import { checkStructure } from "./check-structure.ts";
import { checkTerms } from "./check-terms.ts";
import type { CatalogueDocuments } from "./documents.ts";
import { complain, complainOfLimit, type Finding, notebook, within } from "./finding.ts";
import { offeringKey, type ProductTerms } from "./product-terms.ts";
import { type OfferingVersion, priceRef, readOffering, readUsage } from "./read-offering.ts";
import { type EngineTariffDocument, tariffDocument } from "./tariff-document.ts";
import {
  type CatalogueVersions,
  type Note,
  versionAt,
  versionsFrom,
  versionsOf,
} from "./versions.ts";

export type OfferingVersionName = { readonly offeringId: string; readonly version: string };

export type CompileOptions = {
  /** Of the catalogue as a whole: counts its publications. */
  readonly version: number;
  /** From when on it is to hold, ms since 1970. */
  readonly effectiveAt: number;
  /** Those that somebody has: they stay, whether or not they are sold any more. */
  readonly keptVersions?: readonly OfferingVersionName[];
};

export type CompiledCatalogue = {
  readonly version: number;
  readonly effectiveAt: number;
  /** By tariff id, then by time. */
  readonly tariffs: readonly EngineTariffDocument[];
  /** By `offeringKey`, in the order of the keys. */
  readonly terms: Readonly<Record<string, ProductTerms>>;
};

/** Everything that is wrong with it, in one order; none: it compiles. */
export const checkCatalogue = (
  documents: CatalogueDocuments,
  effectiveAt = 0,
): readonly Finding[] => {
  const outcome = compileCatalogue(documents, { version: 0, effectiveAt });
  return outcome.isOk ? [] : outcome.error;
};

export const compileCatalogue = (
  documents: CatalogueDocuments,
  options: CompileOptions,
): Result<CompiledCatalogue, readonly Finding[]> => {
  const { findings, note } = notebook();
  const versions = versionsOf(documents, note);
  checkReferences(versions);
  checkStructure(versions);
  const tariffs: EngineTariffDocument[] = [];
  const terms: Record<string, ProductTerms> = {};
  for (const offering of offeringsIn(versions, options, note)) {
    const compiled = compileOffering(versions, offering, options.effectiveAt);
    tariffs.push(...compiled.tariffs);
    terms[offeringKey(offering.id, offering.version)] = compiled.terms;
  }
  const found = findings();
  if (found.length > 0) return err(found);
  const { effectiveAt, version } = options;
  return ok({ version, effectiveAt, tariffs, terms: sortedByKey(terms) });
};

const sortedByKey = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Those on sale, now or later, and those that are kept. */
const offeringsIn = (
  { aside, productOffering }: CatalogueVersions,
  { effectiveAt, keptVersions = [] }: CompileOptions,
  note: Note,
): readonly OfferingVersion[] => {
  const kept = new Set(keptVersions.map((one) => offeringKey(one.offeringId, one.version)));
  const all = [...productOffering.values()].flat();
  const chosen = all.filter((one) => {
    const isKept = kept.delete(offeringKey(one.id, one.version));
    return isKept || (!one.isRetired && one.until > effectiveAt);
  });
  for (const { offeringId, version } of keptVersions) {
    if (!kept.has(offeringKey(offeringId, version))) continue;
    const status = aside.get(`productOffering ${offeringId}`);
    const why = status === undefined ? "is not there" : `is not published (${status})`;
    const place = {
      entity: { kind: "productOffering", id: offeringId, version },
      pointer: "",
      note,
    } as const;
    complain(place, "DANGLING_REFERENCE", `Somebody has version ${version}, which ${why}.`);
  }
  return chosen;
};

const compileOffering = (
  versions: CatalogueVersions,
  offering: OfferingVersion,
  effectiveAt: number,
) => {
  const from = Math.max(effectiveAt, offering.from);
  const { terms } = readOffering(versions, offering, standingAt(offering, from));
  checkTerms(terms, offering.place);
  const tariffs: EngineTariffDocument[] = [];
  let last = "";
  for (const moment of momentsOf(versions, offering, from)) {
    const tariff = tariffAtMoment(versions, offering, moment);
    const said = tariff && withoutTime(tariff);
    if (tariff === undefined && last !== "") {
      const message = `From ${new Date(moment).toISOString()} on no price of usage is valid.`;
      complain(within(offering.place, "productOfferingPrice"), "PRICE_MISSING", message);
    }
    if (tariff === undefined || said === last) continue;
    tariffs.push(tariff);
    last = said ?? "";
  }
  return { terms, tariffs };
};

/** What is over stands as it last stood. */
const standingAt = ({ until }: OfferingVersion, at: number): number => Math.min(at, until - 1);

const tariffAtMoment = (versions: CatalogueVersions, offering: OfferingVersion, at: number) => {
  const standing = standingAt(offering, at);
  const ref = offering.document.productSpecification;
  return tariffDocument({
    offering,
    specification: ref && versionAt(versions.productSpecification, ref, standing),
    usage: readUsage(versions, offering, standing),
    effectiveFrom: at,
  });
};

/** What a document says besides when it begins. */
export const withoutTime = ({ document }: EngineTariffDocument): string =>
  document.replace(/"effectiveFrom":"[^"]*",/, "");

/** When prices of usage come, change and go, from `from` on; the first one is `from` itself. */
const momentsOf = (
  versions: CatalogueVersions,
  { document, place, until }: OfferingVersion,
  from: number,
): readonly number[] => {
  const { productOfferingPrice } = versions;
  const moments = new Set<number>();
  const add = (id: string | undefined, version: string | undefined, isUsage: boolean): void => {
    for (const one of versionsFrom(productOfferingPrice, { id, version }, from)) {
      if (isUsage && one.document.priceType !== "usage") continue;
      moments.add(one.from);
      moments.add(one.until);
      const parts = [
        ...(one.document.popRelationship ?? []),
        ...(isUsage ? (one.document.bundledPopRelationship ?? []) : []),
      ];
      if (isUsage) for (const part of parts) add(part.id, undefined, false);
    }
  };
  for (const ref of document.productOfferingPrice ?? []) {
    const { id, version } = priceRef(ref);
    add(id, version, true);
  }
  const later = [...moments].filter((one) => one > from && one < until).sort((a, b) => a - b);
  const { catalogueMomentsMax: most } = limits;
  if (later.length >= most) {
    const message = `Its usage prices change ${later.length} times, more than ${most}.`;
    complainOfLimit(place, "catalogueMomentsMax", message);
  }
  return [from, ...later.slice(0, most)];
};
