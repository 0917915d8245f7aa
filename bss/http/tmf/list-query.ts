// What a TMF list is asked for (TMF630 §4): `offset`, `limit`, `fields`, and everything else is an
// attribute filter.

import { ok } from "../../../engine/values/result.ts";
import { limits } from "../../limits.ts";
import { type Answered, type Place, refuse } from "../problem.ts";
import { type AttributeFilter, readFilter } from "./attribute-filter.ts";

export type ListQuery = {
  readonly offset: number;
  readonly limit: number;
  /** Undefined: all of them. */
  readonly fields: readonly string[] | undefined;
  readonly filters: readonly AttributeFilter[];
  /** All but `offset` and `limit`, as another page is asked for with it: `&name=Data`. */
  readonly others?: string;
};

type QueryRecord = Readonly<Record<string, string | readonly string[]>>;

/** Words of later versions of TMF630, or of other habits: as attributes they would find nothing. */
const reserved = new Set(["sort", "filter", "before", "after", "cursor"]);

const readNumber = (value: string | readonly string[], max: number): number | undefined => {
  const isWhole = typeof value === "string" && /^\d{1,9}$/.test(value);
  return isWhole && Number(value) <= max ? Number(value) : undefined;
};

export const readFields = (value: string | readonly string[]): readonly string[] =>
  [value].flat().flatMap((text) => text.split(",").map((field) => field.trim()));

const othersOf = (record: QueryRecord): string =>
  Object.entries(record)
    .filter(([name]) => name !== "offset" && name !== "limit")
    .flatMap(([name, value]) => [value].flat().map((text) => new URLSearchParams([[name, text]])))
    .map((pair) => `&${pair}`)
    .join("");

export const readListQuery = (record: QueryRecord): Answered<ListQuery> => {
  const places: Place[] = [];
  const complain = (name: string, detail: string) => places.push({ pointer: `?${name}`, detail });
  let offset = 0;
  let limit: number = limits.listLimitDefault;
  let fields: readonly string[] | undefined;
  const filters: AttributeFilter[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (name === "offset") {
      const read = readNumber(value, limits.listOffsetMax);
      if (read === undefined) complain(name, `expected 0 to ${limits.listOffsetMax}`);
      else offset = read;
    } else if (name === "limit") {
      const read = readNumber(value, limits.listLimitMax);
      if (read === undefined) complain(name, `expected 0 to ${limits.listLimitMax}`);
      else limit = read;
    } else if (name === "fields") fields = readFields(value);
    else if (reserved.has(name)) complain(name, "this is not offered");
    else {
      for (const text of [value].flat()) {
        const filter = readFilter([name, text]);
        if (filter.isOk) filters.push(filter.value);
        else complain(name, filter.error);
      }
    }
  }
  if (filters.length > limits.filtersMax) complain("", `more than ${limits.filtersMax} filters`);
  const [first] = places;
  if (first === undefined) {
    return ok({ offset, limit, fields, filters, others: othersOf(record) });
  }
  return refuse("INVALID_REQUEST", `${first.pointer}: ${first.detail}`, { errors: places });
};
