// Versions of one thing in the catalogue: how they are numbered and addressed. The plain id is the
// address of the one that counts; every other version has its number in it, as TMF620 writes it:
//
//   /productOffering/42                 the one that counts: the first draft, then what is on offer
//   /productOffering/42:(version=1.0)   one before it
//   /productOffering/42:(version=3.0)   one that is being made
//
// Pure.

import type { Document } from "../http/tmf/resource-table.ts";

export const versionDefault = "1.0";

const numbers = /^\d{1,9}(?:\.\d{1,9}){0,3}$/;
const addressed = /^(.+):\(version=([\d.]+)\)$/;
/** What stands in addresses, names of tariffs and of files. */
const identifier = /^[A-Za-z0-9][\w.-]{0,79}$/;

export const isVersion = (text: string): boolean => numbers.test(text);

export const isIdentifier = (text: string): boolean => identifier.test(text);

export const addressOf = (id: string, version: string): string => `${id}:(version=${version})`;

export const readAddress = (
  address: string,
): { readonly id: string; readonly version?: string } => {
  const [, id, version] = addressed.exec(address) ?? [];
  return id === undefined || version === undefined ? { id: address } : { id, version };
};

const partsOf = (version: string): readonly number[] => version.split(".").map(Number);

/** 2.0 is before 10.0, and 1 is 1.0. */
export const compareVersions = (a: string, b: string): number => {
  const [as, bs] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(as.length, bs.length); at++) {
    const difference = (as[at] ?? 0) - (bs[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

export const nextVersion = (version: string): string => `${(partsOf(version)[0] ?? 0) + 1}.0`;

export const versionOf = (document: Document): string =>
  typeof document["version"] === "string" ? document["version"] : versionDefault;

/** What may still change of a version that was promised to somebody: its life, and when it ends. */
const livingFields = new Set(["lifecycleStatus", "statusReason", "lastUpdate", "href"]);

/** The fields that differ, `validFor` only where its begin does. */
export const contentChanges = (before: Document, after: Document): readonly string[] => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => {
    if (livingFields.has(name)) return false;
    if (name === "validFor") return beginOf(before) !== beginOf(after);
    return !isSame(before[name], after[name]);
  });
};

/** Of JSON; Postgres keeps the fields of an object in an order of its own. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as Document, b as Document];
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => name in other && isSame(one[name], other[name]));
};

const beginOf = ({ validFor }: Document): string | undefined =>
  (validFor as { startDateTime?: string } | undefined)?.startDateTime;
