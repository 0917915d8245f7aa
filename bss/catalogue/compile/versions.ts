// The published documents by id, each with its versions in order of time, and what a reference
// leads to at a moment. Drafts, rejected and obsolete documents are not in a catalogue: they are
// known only to say why a reference to them leads nowhere.

import { parseInstant } from "../../../engine/values/instant.ts";
import type { CatalogueDocuments, EntityKind, Ref, ValidFor } from "./documents.ts";
import { compareText, complain, type Finding, type Place, within } from "./finding.ts";

export const versionDefault = "1.0";
const identifier = /^[\x21-\x7e]{1,100}$/;
const asideStatuses = new Set(["in study", "in design", "in test", "rejected", "obsolete"]);
const endedStatuses = new Set(["retired"]);

export type Version<D> = {
  readonly document: D;
  readonly id: string;
  readonly version: string;
  /** Half-open, ms since 1970. */
  readonly from: number;
  readonly until: number;
  /** Sold and used no more, but by those who have it. */
  readonly isRetired: boolean;
  readonly place: Place;
};

type DocumentOf<K extends EntityKind> = CatalogueDocuments[K][number];
type Versions<K extends EntityKind> = ReadonlyMap<string, readonly Version<DocumentOf<K>>[]>;

export type CatalogueVersions = { readonly [K in EntityKind]: Versions<K> } & {
  /** `kind id` of what is left aside, with its status. */
  readonly aside: ReadonlyMap<string, string>;
};

export type Note = (finding: Finding) => void;

export const versionsOf = (documents: CatalogueDocuments, note: Note): CatalogueVersions => {
  const aside = new Map<string, string>();
  const of = <K extends EntityKind>(kind: K) => sorted(kind, documents[kind], { aside, note });
  return {
    catalog: of("catalog"),
    category: of("category"),
    productSpecification: of("productSpecification"),
    productOffering: of("productOffering"),
    productOfferingPrice: of("productOfferingPrice"),
    aside,
  };
};

type Gathering = { readonly aside: Map<string, string>; readonly note: Note };

const sorted = <K extends EntityKind>(
  kind: K,
  documents: CatalogueDocuments[K],
  { aside, note }: Gathering,
): Versions<K> => {
  const byId = new Map<string, Version<DocumentOf<K>>[]>();
  for (const document of documents) {
    const { id = "", version = versionDefault, lifecycleStatus = "" } = document;
    const place: Place = { entity: { kind, id, version }, pointer: "", note };
    const status = lifecycleStatus.toLowerCase();
    if (asideStatuses.has(status)) {
      aside.set(`${kind} ${id}`, lifecycleStatus);
      continue;
    }
    if (!identifier.test(id)) {
      const wanted = "expected 1 to 100 printable ASCII characters without blanks";
      complain(within(place, "id"), "ID_MISSING", `The id is "${id}"; ${wanted}.`);
      continue;
    }
    const { from, until } = readValidFor(document.validFor, place);
    const isRetired = endedStatuses.has(status);
    const all = byId.get(id) ?? [];
    all.push({ document, id, version, from, until, isRetired, place });
    byId.set(id, all);
  }
  for (const all of byId.values()) {
    all.sort((a, b) => a.from - b.from || compareVersions(a.version, b.version));
    checkOverlaps(all);
  }
  return new Map([...byId].sort(([a], [b]) => compareText(a, b)));
};

const compareVersions = (a: string, b: string): number =>
  a.length === b.length ? compareText(a, b) : a.length - b.length;

const readValidFor = (validFor: ValidFor | undefined, place: Place) => {
  const read = (name: "startDateTime" | "endDateTime", absent: number): number => {
    const given = validFor?.[name];
    if (given === undefined) return absent;
    const instant = parseInstant(given);
    if (instant !== undefined) return instant;
    const where = within(place, "validFor", name);
    complain(where, "INVALID_VALUE", `"${given}" is no RFC 3339 date-time.`);
    return absent;
  };
  const from = read("startDateTime", 0);
  const until = read("endDateTime", Number.MAX_SAFE_INTEGER);
  if (until <= from) {
    const message = `It ends at ${validFor?.endDateTime}, which is not after its begin.`;
    complain(within(place, "validFor", "endDateTime"), "VALIDITY_BACKWARDS", message);
  }
  return { from, until };
};

const checkOverlaps = (all: readonly Version<unknown>[]): void => {
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(0, index)) {
      const { id, kind } = one.place.entity;
      if (one.version === other.version) {
        const message = `Version ${one.version} of ${kind} ${id} is there twice.`;
        complain(within(one.place, "version"), "DUPLICATE", message);
      } else if (one.from < other.until && other.from < one.until) {
        const both = `Versions ${other.version} and ${one.version} of ${kind} ${id}`;
        const place = within(one.place, "validFor");
        complain(place, "OVERLAPPING_VERSIONS", `${both} are valid at the same time.`);
      }
    }
  }
};

/** A pinned version, or those that are valid from `from` on; else the last one before it. */
export const versionsFrom = <D>(
  byId: ReadonlyMap<string, readonly Version<D>[]>,
  { id = "", version }: Ref,
  from: number,
): readonly Version<D>[] => {
  const all = byId.get(id) ?? [];
  if (version !== undefined) return all.filter((one) => one.version === version);
  const live = all.filter(({ until }) => until > from);
  return live.length > 0 ? live : all.slice(-1);
};

/** What a reference leads to at a moment; undefined: nothing that is valid then. */
export const versionAt = <D>(
  byId: ReadonlyMap<string, readonly Version<D>[]>,
  ref: Ref,
  at: number,
): Version<D> | undefined => {
  const all = versionsFrom(byId, ref, at);
  if (ref.version !== undefined) return all[0];
  return all.find(({ from, until }) => from <= at && at < until);
};
