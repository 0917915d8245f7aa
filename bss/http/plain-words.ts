// What is wrong with a value, for people who keep a catalogue and not for those who wrote zod:
// where a shape says nothing of its own. The value itself is never quoted, it may be a secret.

import type { z } from "zod";

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const typeOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeWords[typeof value] ?? "something else";
};

const count = (bound: number | bigint, one: string, many: string): string =>
  `${bound} ${Number(bound) === 1 ? one : many}`;

const sizeWords = (origin: string, bound: number | bigint): string => {
  if (origin === "string") return count(bound, "sign", "signs");
  if (origin === "array" || origin === "set") return count(bound, "entry", "entries");
  if (origin === "object" || origin === "record") return count(bound, "field", "fields");
  return String(bound);
};

const optionsShownMax = 20;

/** Undefined: zod's own words are as good. */
export const plainWords = (issue: z.core.$ZodRawIssue): string | undefined => {
  switch (issue.code) {
    case "invalid_type": {
      if (issue.input === undefined) return "it has to be there";
      const expected = typeWords[String(issue["expected"])];
      if (expected === undefined) return undefined;
      const isPart = expected === "a whole number" && typeof issue.input === "number";
      return `expected ${expected}, not ${isPart ? "a part of one" : typeOf(issue.input)}`;
    }
    case "too_big":
      return `expected at most ${sizeWords(issue["origin"], issue["maximum"])}`;
    case "too_small":
      return `expected at least ${sizeWords(issue["origin"], issue["minimum"])}`;
    case "invalid_value": {
      if (issue.input === undefined) return "it has to be there";
      const options = issue["values"].map(String);
      const shown = options.slice(0, optionsShownMax).join(", ");
      const more = options.length > optionsShownMax ? ", …" : "";
      return `expected ${options.length > 1 ? "one of " : ""}${shown}${more}`;
    }
    case "invalid_format":
      return issue["format"] === "base64" ? "is not base64" : undefined;
    case "invalid_union": {
      if (issue.input === undefined) return "it has to be there";
      // Of constants that tell alternatives apart.
      const options = issue["options"] as readonly unknown[] | undefined;
      return options && `expected one of ${options.map(String).join(", ")}`;
    }
    case "unrecognized_keys":
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return undefined;
  }
};
