// What becomes of those who have a version of an offering that a publication changes, ends or
// replaces: they keep it, or they are moved to another one at a moment. It is said for each such
// version, or nothing is published: nobody's price changes because nobody thought of it. Pure.

import {
  type CompiledCatalogue,
  describeDifference,
  offeringKey,
  type ProductTerms,
} from "../compile/index.ts";

export type Treatment = {
  readonly offeringId: string;
  readonly version: string;
} & (
  | { readonly treatment: "keep" }
  /** ms since 1970; to the version that is sold then, unless it names one. */
  | { readonly treatment: "migrate"; readonly at: number; readonly toVersion?: string | undefined }
);

export type Affected = {
  readonly offeringId: string;
  readonly version: string;
  readonly name: string;
  /** `changed`: the same version comes to something else; `ended`: it is not sold any more. */
  readonly what: "changed" | "ended";
  readonly lines: readonly string[];
};

export type Owners = ReadonlyMap<string, number> | undefined;

/** A version that nobody has is nobody's loss; where owners are not known all count. */
const isOwned = (owners: Owners, key: string): boolean =>
  owners === undefined || (owners.get(key) ?? 0) > 0;

const isSold = (terms: ProductTerms | undefined, at: number): boolean =>
  terms?.isOnSale === true && terms.validUntil > at;

export const affectedBy = (
  before: CompiledCatalogue | undefined,
  after: CompiledCatalogue,
  owners: Owners,
): readonly Affected[] => {
  if (before === undefined) return [];
  const changes = new Map(
    describeDifference(before, after).map((one) => [offeringKey(one.offeringId, one.version), one]),
  );
  return Object.entries(before.terms).flatMap(([key, terms]): readonly Affected[] => {
    if (!isOwned(owners, key)) return [];
    const { name, offeringId, version } = terms;
    const now = after.terms[key];
    const change = changes.get(key);
    const was = isSold(terms, after.effectiveAt);
    if (was && !isSold(now, after.effectiveAt)) {
      return [{ offeringId, version, name, what: "ended", lines: [] }];
    }
    // The end of its sale by itself changes nothing for those who have it.
    if (change?.change !== "changed") return [];
    return [{ offeringId, version, name, what: "changed", lines: change.lines }];
  });
};

export type TreatmentProblem = { readonly pointer: string; readonly detail: string };

const nameOf = ({ offeringId, version }: { offeringId: string; version: string }): string =>
  `productOffering ${offeringId}, version ${version}`;

export const checkTreatments = (
  affected: readonly Affected[],
  treatments: readonly Treatment[],
  after: CompiledCatalogue,
): readonly TreatmentProblem[] => {
  const said = new Map<string, Treatment>();
  const problems: TreatmentProblem[] = [];
  const complain = (place: string | number, detail: string) =>
    problems.push({ pointer: place === "" ? "/treatments" : `/treatments/${place}`, detail });
  const byKey = new Map(affected.map((one) => [offeringKey(one.offeringId, one.version), one]));
  for (const [index, one] of treatments.entries()) {
    const key = offeringKey(one.offeringId, one.version);
    const about = byKey.get(key);
    if (said.has(key)) complain(index, `${nameOf(one)} is named twice`);
    said.set(key, one);
    if (about === undefined) complain(index, `nothing changes for who has ${nameOf(one)}`);
    else if (about.what === "changed" && one.treatment === "keep") {
      complain(index, `${nameOf(one)} itself is changed: to keep it, begin a new version of it`);
    }
    if (one.treatment !== "migrate") continue;
    if (one.at < after.effectiveAt) complain(`${index}/at`, "it is before the publication");
    if (about?.what === "ended" && targetOf(one, after) === undefined) {
      complain(`${index}/toVersion`, `no such version of ${one.offeringId} is sold then`);
    }
  }
  for (const one of affected) {
    if (said.has(offeringKey(one.offeringId, one.version))) continue;
    complain("", `say keep or migrate of ${nameOf(one)}: it is ${one.what}`);
  }
  return problems;
};

/** The version that its owners get. */
export const targetOf = (
  one: Extract<Treatment, { treatment: "migrate" }>,
  { terms }: CompiledCatalogue,
): ProductTerms | undefined => {
  if (one.toVersion !== undefined) return terms[offeringKey(one.offeringId, one.toVersion)];
  return Object.values(terms).find(
    ({ isOnSale, offeringId, validFrom, validUntil, version }) =>
      offeringId === one.offeringId &&
      version !== one.version &&
      isOnSale &&
      validFrom <= one.at &&
      one.at < validUntil,
  );
};
