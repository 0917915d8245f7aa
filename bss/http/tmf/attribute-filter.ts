// TMF630's attribute filters as one condition of Postgres: `lifecycleStatus=Active,Retired`,
// `name="Data, large"`, `validFor.startDateTime.gt=2026-01-01T00:00:00Z`, `category.id=7`. Each
// becomes a jsonpath predicate over the document; equality is answered by its GIN index
// (jsonb_path_ops), and arrays on the way are looked into (lax mode).
//
//   a=1,2     1 or 2            a=1&a=2   1 or 2          a.b=1     b within a
//   a="1,2"   the text 1,2      a.gt=5    also gte lt lte ne; or a>5 a>=5 a<5 a<=5
//
// A value is compared as text, and as a number or truth value where it reads as one: the query says
// no types. A comparison by size is one of numbers, or of text in the order of its signs, which for
// moments of one offset is that of time.

import { err, ok, type Result } from "../../../engine/values/result.ts";
import { limits } from "../../limits.ts";
import type { QueryPair } from "../read-query.ts";

const operators = { eq: "==", ne: "!=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
type Operator = keyof typeof operators;

export type AttributeFilter = {
  readonly path: readonly string[];
  readonly operator: Operator;
  readonly values: readonly string[];
};

const isOperator = (word: string | undefined): word is Operator =>
  word !== undefined && Object.hasOwn(operators, word);

/** `a>=5` arrives as the name `a>` with the value 5, `a>5` as the name `a>5` with none. */
const readSign = ([name, value]: QueryPair): readonly [string, string, Operator | undefined] => {
  const [, path, sign, rest = ""] = /^([^<>]+)([<>])(.*)$/s.exec(name) ?? [];
  if (path === undefined) return [name, value, undefined];
  // Where `=` came encoded the whole of it is the name.
  const [isOrEqual, text] = rest.startsWith("=")
    ? [true, rest.slice(1)]
    : [rest === "" && value !== "", rest === "" ? value : rest];
  const operator = sign === ">" ? "gt" : "lt";
  return [path, text, isOrEqual ? `${operator}e` : operator];
};

export const readFilter = (pair: QueryPair): Result<AttributeFilter, string> => {
  const [name, text, sign] = readSign(pair);
  const steps = name.split(".");
  const last = steps.at(-1);
  const hasWord = sign === undefined && steps.length > 1 && isOperator(last);
  const operator: Operator = sign ?? (hasWord && isOperator(last) ? last : "eq");
  const path = hasWord ? steps.slice(0, -1) : steps;
  if (path.length > limits.filterStepsMax) {
    return err(`deeper than ${limits.filterStepsMax} steps`);
  }
  if (path.some((step) => !/^[@\w-]{1,128}$/.test(step))) {
    return err("not the name of an attribute");
  }
  if (text.length > limits.filterLengthMax) {
    return err(`longer than ${limits.filterLengthMax} signs`);
  }
  const values = splitValues(text);
  if (values === undefined) return err("a quotation mark is not closed");
  if (values.length > limits.filterValuesMax) {
    return err(`more than ${limits.filterValuesMax} values`);
  }
  return ok({ path, operator, values });
};

/** At commas outside of quotation marks; within them \" and \\ stand for themselves. */
const splitValues = (text: string): readonly string[] | undefined => {
  const values: string[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"(?=,|$)|([^,"][^,]*|)(?=,|$)/sy;
  for (let at = 0; at <= text.length; at = pattern.lastIndex + 1) {
    pattern.lastIndex = at;
    const [, quoted, bare] = pattern.exec(text) ?? [];
    if (quoted === undefined && bare === undefined) return undefined;
    values.push(quoted?.replace(/\\(.)/gs, "$1") ?? bare ?? "");
    if (pattern.lastIndex >= text.length && !text.endsWith(",", pattern.lastIndex)) break;
  }
  return values;
};

/** As jsonpath takes it: JSON's escapes are its own. */
const literalsOf = (value: string): readonly string[] => {
  const text = JSON.stringify(value);
  const isPlain = /^(?:true|false|-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?)$/.test(value);
  return isPlain ? [text, value] : [text];
};

/** `@` stands for the document. */
export const predicateOf = ({ path, operator, values }: AttributeFilter): string => {
  const place = `$${path.map((step) => `.${JSON.stringify(step)}`).join("")}`;
  const literals = values.flatMap(literalsOf);
  if (operator === "ne") {
    // Text and a number are neither equal nor unequal but unknown; a filter takes that as unequal.
    const same = literals.map((literal) => `@ == ${literal}`).join(" || ");
    return `!exists(${place} ? (${same}))`;
  }
  const tests = literals.map((literal) => `${place} ${operators[operator]} ${literal}`);
  return `(${tests.join(" || ")})`;
};

/** One path for `document @@ path`; the same attribute twice means either. */
export const filterPath = (filters: readonly AttributeFilter[]): string | undefined => {
  const groups = new Map<string, string[]>();
  for (const filter of filters) {
    const isAlternative = filter.operator === "eq";
    const key = isAlternative ? filter.path.join(".") : `#${groups.size}`;
    groups.set(key, [...(groups.get(key) ?? []), predicateOf(filter)]);
  }
  const parts = [...groups.values()].map((tests) => `(${tests.join(" || ")})`);
  return parts.length === 0 ? undefined : parts.join(" && ");
};
