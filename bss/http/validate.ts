// What came in, held to the route's shapes: all that is wrong with it at once, each with its place.

import type { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";
import { type Answered, type Place, refuse } from "./problem.ts";

type Part = "body" | "query" | "params";

/** RFC 6901; of the query `?name`, of the path `{name}`. */
const pointerOf = (part: Part, path: readonly PropertyKey[]): string => {
  if (part === "query") return `?${String(path[0] ?? "")}`;
  if (part === "params") return `{${String(path[0] ?? "")}}`;
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
};

const placesOf = (part: Part, issues: readonly z.core.$ZodIssue[]): readonly Place[] =>
  issues.flatMap((issue): readonly Place[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        pointer: pointerOf(part, [...issue.path, key]),
        detail: "there is no such field here",
      }));
    }
    if (issue.code === "invalid_union" && issue.errors.length === 1) {
      return placesOf(part, issue.errors[0] ?? []);
    }
    return [{ pointer: pointerOf(part, issue.path), detail: plainWords(issue.message) }];
  });

/** Zod's own words, without its capital. */
const plainWords = (message: string): string =>
  message.charAt(0).toLowerCase() + message.slice(1).replace(/^nvalid input: /, "nvalid: ");

export const validate = <T>(
  shape: z.ZodType<T> | undefined,
  part: Part,
  value: unknown,
): Answered<T> => {
  if (shape === undefined) return ok(value as T);
  const parsed = shape.safeParse(value, { reportInput: false });
  if (parsed.success) return ok(parsed.data);
  const places = placesOf(part, parsed.error.issues);
  const shown = places.slice(0, limits.problemPlacesMax);
  const [first] = shown;
  const where = first?.pointer === "" ? "the body" : first?.pointer;
  const more = places.length > 1 ? ` (and ${places.length - 1} more)` : "";
  return refuse("INVALID_REQUEST", `${where}: ${first?.detail}${more}`, { errors: shown });
};
