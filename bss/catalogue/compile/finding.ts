// What is wrong with a catalogue: which document, where in it (RFC 6901), and a sentence. Findings
// are noted while documents are read, each once, and told in one order whatever the order of the
// documents.

import { limits } from "../../limits.ts";
import type { EntityKind } from "./documents.ts";

/** The codes, and what each one is about; the README shows this table. */
export const findingCodes = {
  ID_MISSING: "a document without an id, or one that engines cannot take as a name",
  DUPLICATE: "the same id and version twice",
  INVALID_VALUE: "a value that is not of the form that its place asks for",
  VALIDITY_BACKWARDS: "a period that ends before it begins",
  OVERLAPPING_VERSIONS: "two versions of one id that are valid at the same time",
  DANGLING_REFERENCE: "a reference to what is not published, or not valid then",
  CYCLE: "bundles, requirements, categories or prices that contain themselves",
  REQUIRES_EXCLUDED: "an offering that needs what it excludes, or two that exclude each other",
  BUNDLE_LIMITS: "numbers of a bundle that cannot be met",
  RETIRED_SPECIFICATION: "an offering that is sold, of a specification that is retired",
  SPECIFICATION_MISSING: "usage prices without a specification that has their rating groups",
  UNKNOWN_PRICE_TYPE: "a priceType that says nothing here",
  UNKNOWN_CHARACTERISTIC: "a characteristic of a price that says nothing here",
  PRICE_MISSING: "a price without an amount, or with two kinds of it",
  CURRENCY_MISSING: "an amount of money without its currency, or with one that ISO 4217 has not",
  TWO_CURRENCIES: "two currencies in one offering",
  TOO_PRECISE: "an amount of money beyond six decimal places",
  PERIOD_MISSING: "a recurring price without its period",
  RATING_GROUP_MISSING: "a usage price for no rating group, or for one that is not specified",
  UNIT_MISSING: "a usage price or allowance that does not say of how much",
  UNKNOWN_UNIT: "a unit that is not known, or not that of the rating group",
  TIER_GAP: "tiers that leave units without a price",
  TIER_OVERLAP: "tiers that give units two prices",
  TWO_BASE_PRICES: "two prices without conditions for one rating group",
  TAX_DIFFERS: "usage prices of one offering with and without tax in them",
  ROLLOVER_TOO_LONG: "what is left lasts for more than one period, but not for good",
  PROMOTION_CODE_TWICE: "two promotions with one code at the same time",
  PROMOTION_ON_USAGE: "a code that would have to change what all pay for usage",
  BEYOND_LIMIT: "more than an engine takes; `limit` names the bound",
  REFUSED_BY_ENGINE: "what an engine's own check of the tariff document says",
} as const satisfies Record<string, string>;

export type FindingCode = keyof typeof findingCodes;

export type Entity = {
  readonly kind: EntityKind;
  readonly id: string;
  readonly version: string;
};

export type Finding = {
  readonly code: FindingCode;
  readonly entity: Entity;
  /** Into the document of the entity; "" is the whole of it. */
  readonly pointer: string;
  readonly message: string;
  /** Of BEYOND_LIMIT. */
  readonly limit?: string;
};

/** A place in a document, and who is told what is wrong there. */
export type Place = {
  readonly entity: Entity;
  readonly pointer: string;
  readonly note: (finding: Finding) => void;
};

export const within = (place: Place, ...steps: readonly (string | number)[]): Place => ({
  ...place,
  pointer: place.pointer + steps.map((step) => `/${escaped(String(step))}`).join(""),
});

const escaped = (step: string): string => step.replaceAll("~", "~0").replaceAll("/", "~1");

export const complain = (place: Place, code: FindingCode, message: string): undefined => {
  place.note({ code, entity: place.entity, pointer: place.pointer, message });
  return undefined;
};

export const complainOfLimit = (place: Place, limit: string, message: string): undefined => {
  const code = "BEYOND_LIMIT" as const;
  place.note({ code, entity: place.entity, pointer: place.pointer, message, limit });
  return undefined;
};

/** As people name it: `productOffering data-10, version 1.0`. */
export const entityText = ({ kind, id, version }: Entity): string =>
  `${kind} ${id}, version ${version}`;

export const notebook = () => {
  const findings = new Map<string, Finding>();
  const note = (finding: Finding): void => {
    if (findings.size < limits.catalogueFindingsMax) findings.set(keyOf(finding), finding);
  };
  return {
    note,
    findings: (): readonly Finding[] =>
      [...findings].sort(([a], [b]) => compareText(a, b)).map(([, finding]) => finding),
  };
};

const keyOf = ({ entity, pointer, code, message }: Finding): string =>
  [entity.kind, entity.id, entity.version, pointer, code, message].join("\u0000");

/** By code units: the same everywhere, whatever the locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
