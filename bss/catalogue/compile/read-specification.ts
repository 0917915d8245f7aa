// What a product specification says for charging: which rating groups its usage is metered in and
// how it is granted, and the zones, networks, time bands and numbers that prices may name. The
// values are those of the engine's tariff document; its own check reads them.

import { z } from "zod";
import {
  type Characteristics,
  characteristicsOf,
  givenOf,
  readAll,
  readOne,
  readShape,
  specificationField,
} from "./characteristics.ts";
import type { ProductSpecification } from "./documents.ts";
import { complain, type Place } from "./finding.ts";
import type { MeteredUnit } from "./measures.ts";
import type { Version } from "./versions.ts";

const units = ["octets", "seconds", "messages", "serviceUnits"] as const;
const groupShape = z.looseObject({
  ratingGroup: z.number().int().min(0).max(0xffff_ffff),
  unit: z.enum(units),
});
const anyObject = z.record(z.string(), z.unknown());

export type SpecifiedGroup = {
  readonly ratingGroup: number;
  readonly unit: MeteredUnit;
  /** What people call it; the engine does not know it. */
  readonly name: string | undefined;
  /** Fields of the rating group in the tariff document, but for its prices. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly place: Place;
};

/** Lists of the tariff document that are taken over as they are, by the characteristic's name. */
const lists = {
  timeBand: "timeBands",
  zone: "zones",
  network: "networks",
  closedUserGroup: "closedUserGroups",
} as const;
const texts = { holiday: "holidays", freeNumber: "freeNumbers" } as const;

export type ReadSpecification = {
  readonly groups: ReadonlyMap<number, SpecifiedGroup>;
  /** Fields of the tariff document that prices may refer to. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** Of `zones[0]` and so on: where that stands. */
  readonly places: ReadonlyMap<string, Place>;
};

export const readSpecification = ({
  document,
  place,
}: Version<ProductSpecification>): ReadSpecification => {
  const of = characteristicsOf(place, document.productSpecCharacteristic, specificationField);
  const scope: Record<string, unknown> = {};
  const places = new Map<string, Place>();
  const timeZone = readOne(of, "timeZone", z.string());
  if (timeZone !== undefined) scope["timeZone"] = timeZone;
  const add = (name: string, field: string, shape: z.ZodType) => {
    const values = givenOf(of, name).flatMap((given) => {
      const value = readShape(given, shape);
      return value === undefined ? [] : [{ value, at: given.place }];
    });
    if (values.length > 0) scope[field] = values.map(({ value }) => value);
    for (const [index, { at }] of values.entries()) places.set(`${field}[${index}]`, at);
  };
  for (const [name, field] of Object.entries(texts)) add(name, field, z.string());
  for (const [name, field] of Object.entries(lists)) add(name, field, anyObject);
  const [rateDeck] = readAll(of, "rateDeck", z.string());
  if (rateDeck !== undefined) scope["rateDeck"] = rateDeck;
  return { groups: readGroups(of), scope, places };
};

const readGroups = (of: Characteristics): ReadonlyMap<number, SpecifiedGroup> => {
  const groups = new Map<number, SpecifiedGroup>();
  for (const given of givenOf(of, "ratingGroup")) {
    const read = readShape(given, groupShape);
    if (read === undefined) continue;
    const { ratingGroup, unit, name, ...fields } = read;
    if (groups.has(ratingGroup)) {
      const message = `Rating group ${ratingGroup} is specified twice.`;
      complain(given.place, "DUPLICATE", message);
      continue;
    }
    const known = typeof name === "string" ? name : undefined;
    groups.set(ratingGroup, { ratingGroup, unit, name: known, fields, place: given.place });
  }
  return groups;
};
