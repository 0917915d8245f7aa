// The query of an address, strictly: percent-encoding that is UTF-8, `+` as a space (HTML forms
// send it so), names and values in their order. Nothing is guessed from something broken.

import { err, ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";

export type QueryPair = readonly [name: string, value: string];

/** `url` as it came: path and query. */
export const readQuery = (url: string): Result<readonly QueryPair[], string> => {
  const start = url.indexOf("?");
  if (start < 0) return ok([]);
  const parts = url
    .slice(start + 1)
    .split("&")
    .filter((part) => part !== "");
  if (parts.length > limits.queryPairsMax) {
    return err(`the query has more than ${limits.queryPairsMax} parameters`);
  }
  const pairs: QueryPair[] = [];
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = decode(equals < 0 ? "" : part.slice(equals + 1));
    if (name === undefined || value === undefined) {
      return err("the query is not percent-encoded UTF-8");
    }
    if (name.includes("\0") || value.includes("\0")) return err("the query has a NUL in it");
    pairs.push([name, value]);
  }
  return ok(pairs);
};

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

/** As a record for a shape; what is repeated comes as a list, which a shape of text refuses. */
export const queryRecord = (
  pairs: readonly QueryPair[],
): Readonly<Record<string, string | readonly string[]>> => {
  const record: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    const before = record[name];
    if (before === undefined) record[name] = value;
    else record[name] = [...(Array.isArray(before) ? before : [before]), value];
  }
  return record;
};
