// What a tariff document says of numbers: its own destination zones, zones of visited networks,
// closed user groups, free numbers. Their names are what conditions may ask for.

import { limits } from "../limits.ts";
import {
  elementsIfGiven,
  elementsOf,
  fieldOf,
  identifier,
  isObjectOf,
  readText,
  type Spot,
  show,
  type TextForm,
} from "./document-reader.ts";
import { digitsOfNumber, phoneNumber, waysToCall } from "./phone-number.ts";
import { type PrefixMap, prefixMap } from "./prefix-map.ts";

/** An MCC, or an MCC with its MNC of two or three digits. */
const network: TextForm = {
  pattern: /^\d{3}(?:\d{2,3})?$/,
  wanted: "a mobile country code, or one with its network code, such as 208 or 26201",
};

/** Declarations of one kind: an id and the prefixes that belong to it. */
type Kind = {
  readonly name: "zones" | "networks" | "closedUserGroups";
  readonly id: string;
  readonly prefixes: string;
  readonly form: TextForm;
  readonly digitsOf: (prefix: string) => string;
  /** Whether a prefix may be in several. */
  readonly isShared: boolean;
};

const sameDigits = (prefix: string) => prefix;

export const parseZones = (document: Spot) =>
  parsePrefixes(document, {
    name: "zones",
    id: "zoneId",
    prefixes: "prefixes",
    form: phoneNumber,
    digitsOf: digitsOfNumber,
    isShared: false,
  });

export const parseNetworkZones = (document: Spot) =>
  parsePrefixes(document, {
    name: "networks",
    id: "networkZoneId",
    prefixes: "networks",
    form: network,
    digitsOf: sameDigits,
    isShared: false,
  });

/** A number may be in several of them: who calls decides which one counts. */
export const parseClosedUserGroups = (document: Spot) =>
  parsePrefixes(document, {
    name: "closedUserGroups",
    id: "groupId",
    prefixes: "numbers",
    form: phoneNumber,
    digitsOf: digitsOfNumber,
    isShared: true,
  });

export const parseFreeNumbers = (document: Spot): ReadonlySet<string> => {
  const spots = elementsIfGiven(fieldOf(document, "freeNumbers"), limits.freeNumbersPerTariffMax);
  return new Set(spots.flatMap((spot) => waysToCall(readText(spot, phoneNumber))));
};

export type Prefixes = {
  readonly ids: ReadonlySet<string>;
  readonly idsByPrefix: PrefixMap;
};

const parsePrefixes = (document: Spot, kind: Kind): Prefixes => {
  const ids = new Set<string>();
  const idsByPrefix = new Map<string, string[]>();
  for (const spot of elementsIfGiven(fieldOf(document, kind.name), limits.zonesPerTariffMax)) {
    if (!isObjectOf(spot, [kind.id, kind.prefixes])) continue;
    const idSpot = fieldOf(spot, kind.id);
    const id = readText(idSpot, identifier);
    if (ids.has(id)) idSpot.note(idSpot.place, `${show(id)} is in the document already`);
    if (id !== "") ids.add(id);
    addPrefixes(elementsOf(fieldOf(spot, kind.prefixes), 1, limits.prefixesPerZoneMax), {
      kind,
      id,
      idsByPrefix,
    });
  }
  return { ids, idsByPrefix: prefixMap(idsByPrefix) };
};

const addPrefixes = (
  spots: readonly Spot[],
  into: { kind: Kind; id: string; idsByPrefix: Map<string, string[]> },
) => {
  const { kind, id, idsByPrefix } = into;
  for (const spot of spots) {
    const prefix = readText(spot, kind.form);
    if (prefix === "") continue;
    const digits = kind.digitsOf(prefix);
    const others = idsByPrefix.get(digits) ?? [];
    const first = others.includes(id) ? id : kind.isShared ? undefined : others[0];
    if (first !== undefined) spot.note(spot.place, `${show(prefix)} is in ${show(first)} already`);
    idsByPrefix.set(digits, [...others, id]);
  }
};
