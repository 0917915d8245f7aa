// What came in, held to the route's shapes: all that is wrong with it at once, each with its place.

import type { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";
import { plainWords } from "./plain-words.ts";
import { type Answered, type Place, refuse } from "./problem.ts";

type Part = "body" | "query" | "params";

const nameCharsShownMax = 200;
const shortened = (name: PropertyKey): string => String(name).slice(0, nameCharsShownMax);

/** RFC 6901; of the query `?name`, of the path `{name}`. */
const pointerOf = (part: Part, path: readonly PropertyKey[]): string => {
  if (part === "query") return `?${shortened(path[0] ?? "")}`;
  if (part === "params") return `{${shortened(path[0] ?? "")}}`;
  return path
    .map((step) => `/${shortened(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
};

type Issues = readonly z.core.$ZodIssue[];

const placesOf = (part: Part, issues: Issues, within: readonly PropertyKey[] = []): Place[] =>
  issues.flatMap((issue): Place[] => {
    const path = [...within, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        pointer: pointerOf(part, [...path, key]),
        detail: "there is no such field here",
      }));
    }
    if (issue.code === "invalid_union") return placesOfUnion(part, issue, path);
    return [{ pointer: pointerOf(part, path), detail: lowered(issue.message) }];
  });

/**
 * Of alternatives: which of them was meant is seen by a constant (`kind`) that only one takes, else
 * by which has least against it; where none was, what each has against it.
 */
const placesOfUnion = (
  part: Part,
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
): Place[] => {
  const pointer = pointerOf(part, path);
  const named = issue.errors.filter((one) => !one.some(isConstant));
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return placesOf(part, only, path);
  if (named.length === 0 && issue.errors.length > 0) {
    return [constantsPlace(part, issue.errors, path)];
  }
  const details = [
    ...new Set(named.map((one) => placesOf(part, one, path)).map(([place]) => place?.detail ?? "")),
  ];
  const places = named.map((one) => placesOf(part, one, path));
  const best = places.toSorted((one, other) => one.length - other.length)[0] ?? [];
  const areAllHere = places.every((one) => one.every((place) => place.pointer === pointer));
  if (areAllHere && details.length > 0) return [{ pointer, detail: details.join("; or ") }];
  return best.length > 0 ? best : [{ pointer, detail: lowered(issue.message) }];
};

const isConstant = (issue: z.core.$ZodIssue): boolean =>
  issue.code === "invalid_value" && issue.path.length > 0;

const constantsPlace = (
  part: Part,
  branches: readonly Issues[],
  path: readonly PropertyKey[],
): Place => {
  const issues = branches.flat().filter((one) => one.code === "invalid_value" && isConstant(one));
  const values = issues.flatMap((one) => (one.code === "invalid_value" ? one.values : []));
  const [first] = issues;
  return {
    pointer: pointerOf(part, [...path, ...(first?.path ?? [])]),
    detail: `expected one of ${[...new Set(values.map(String))].join(", ")}`,
  };
};

const lowered = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

export const validate = <T>(
  shape: z.ZodType<T> | undefined,
  part: Part,
  value: unknown,
): Answered<T> => {
  if (shape === undefined) return ok(value as T);
  const parsed = shape.safeParse(value, { reportInput: false, error: plainWords });
  if (parsed.success) return ok(parsed.data);
  const places = placesOf(part, parsed.error.issues);
  const shown = places.slice(0, limits.problemPlacesMax);
  const [first] = shown;
  const where = first?.pointer === "" ? "the body" : first?.pointer;
  const more = places.length > 1 ? ` (and ${places.length - 1} more)` : "";
  return refuse("INVALID_REQUEST", `${where}: ${first?.detail}${more}`, { errors: shown });
};
