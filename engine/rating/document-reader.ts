// Reads a JSON document spot by spot. Each reading notes its problem with its place and returns
// something harmless, so that all problems of a document are found at once, whatever stands where.

import { limits } from "../limits.ts";
import { parseInstant } from "../values/instant.ts";
import { quoteText } from "../values/quote-text.ts";

/** Told what is wrong, and where. */
export type Note = (place: string, problem: string) => void;

/** A value of the document, and where it stands: `ratingGroups[0].unit`; "" is the document. */
export type Spot = { readonly value: unknown; readonly place: string; readonly note: Note };

/** What a text must look like, and how that is told. */
export type TextForm = { readonly pattern: RegExp; readonly wanted: string };

const plainName = /^\w{1,40}$/;
const decimalPattern = /^\d{1,9}(\.\d{1,6})?$/;

export const identifier: TextForm = { pattern: /^[\x21-\x7e]{1,128}$/, wanted: "an identifier" };

/** Keeps problems up to a bound; beyond it, only how many more there are. */
export const notebook = () => {
  const problems: string[] = [];
  let count = 0;
  return {
    note: (place: string, problem: string) => {
      count++;
      if (count <= limits.tariffProblemsMax) problems.push(`${place}: ${problem}`);
    },
    problems: (): readonly string[] =>
      count > problems.length
        ? [...problems, `the document: ${count - problems.length} problems more`]
        : problems,
  };
};

/** The same spot, and whether all that was read from there on was right. */
export const watched = (spot: Spot) => {
  let isRight = true;
  const note: Note = (place, problem) => {
    isRight = false;
    spot.note(place, problem);
  };
  return { spot: { ...spot, note }, isRight: () => isRight };
};

export const fieldOf = ({ value, place, note }: Spot, name: string): Spot => ({
  value: isRecord(value) ? value[name] : undefined,
  place: place === "" ? name : `${place}.${name}`,
  note,
});

/** A name in a place: as it is, or quoted where it could be taken for something else. */
export const nameText = (name: string): string => (plainName.test(name) ? name : show(name));

export const isGiven = (spot: Spot): boolean => spot.value !== undefined;

/** Whether it is an object; it may have these fields and no others. */
export const isObjectOf = (spot: Spot, names: readonly string[]): boolean => {
  if (!isRecord(spot.value)) {
    spot.note(spot.place, "expected an object");
    return false;
  }
  for (const name of Object.keys(spot.value)) {
    if (names.includes(name)) continue;
    spot.note(fieldOf(spot, nameText(name)).place, "unknown");
  }
  return true;
};

/** The elements of an array, each with its place; none if it is no array or has too many. */
export const elementsOf = (spot: Spot, countMin: 0 | 1, countMax: number): readonly Spot[] => {
  const { value, place, note } = spot;
  if (!Array.isArray(value) || value.length < countMin) {
    note(place, `expected an array${countMin === 0 ? "" : " with at least one element"}`);
    return [];
  }
  if (value.length > countMax) {
    note(place, `more than ${countMax}`);
    return [];
  }
  return value.map((one: unknown, index) => ({ value: one, place: `${place}[${index}]`, note }));
};

/** Like `elementsOf`; one that is left out has no elements. */
export const elementsIfGiven = (spot: Spot, countMax: number): readonly Spot[] =>
  isGiven(spot) ? elementsOf(spot, 0, countMax) : [];

export const readInteger = (spot: Spot, min: number, max: number): number => {
  const { value } = spot;
  const isFit = typeof value === "number" && Number.isSafeInteger(value);
  if (isFit && value >= min && value <= max) return value;
  noteInstead(spot, `a whole number from ${min} to ${max}`);
  return min;
};

/** "" where it is something else. */
export const readText = (spot: Spot, { pattern, wanted }: TextForm): string => {
  if (typeof spot.value === "string" && pattern.test(spot.value)) return spot.value;
  noteInstead(spot, wanted);
  return "";
};

export const readOneOf = <const N extends string>(spot: Spot, names: readonly [N, ...N[]]): N => {
  const found = names.find((known) => known === spot.value);
  if (found === undefined) noteInstead(spot, names.join(" or "));
  return found ?? names[0];
};

/** One that is left out is false. */
export const readFlag = (spot: Spot): boolean => {
  if (isGiven(spot) && typeof spot.value !== "boolean") noteInstead(spot, "true or false");
  return spot.value === true;
};

export const readInstant = (spot: Spot): number => {
  const instant = typeof spot.value === "string" ? parseInstant(spot.value) : undefined;
  if (instant === undefined) noteInstead(spot, "an RFC 3339 date-time");
  return instant ?? 0;
};

/** Money of the major unit: "12.5" → 12_500_000 micros; exact: 15 digits stay below 2^53. */
export const readMicros = (spot: Spot): number => {
  const form = 'a decimal string up to "999999999.999999" such as "0.012"';
  const [whole = "", fraction = ""] = readText(spot, {
    pattern: decimalPattern,
    wanted: form,
  }).split(".");
  return Number(whole + fraction.padEnd(6, "0"));
};

export const noteInstead = (spot: Spot, wanted: string): void =>
  spot.note(spot.place, `expected ${wanted}, got ${show(spot.value)}`);

/** Problems that say their place themselves, from this spot on: `steps[1].upTo: …`. */
export const noteAll = (spot: Spot, problems: readonly string[]): void => {
  for (const problem of problems) {
    const end = problem.indexOf(": ");
    spot.note(fieldOf(spot, problem.slice(0, end)).place, problem.slice(end + 2));
  }
};

/** Short, and never deep: a document may nest further than `JSON.stringify` can follow. */
export const show = (value: unknown): string => {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (isRecord(value)) return "an object";
  if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    // What was written there is not known any more: JSON's numbers are exact up to here.
    return `a number beyond ${Math.sign(value) * Number.MAX_SAFE_INTEGER}`;
  }
  return typeof value === "string" ? quoteText(value) : String(value);
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
