// The states of a resource as data: where it may begin, and what may follow what.

import { ok } from "../../../engine/values/result.ts";
import { type Answered, refuse } from "../problem.ts";
import type { Document } from "./resource-table.ts";

export type States = {
  /** Its field: `status`, `state`. */
  readonly field: string;
  /** The first is taken where none is said. */
  readonly initial: readonly [string, ...string[]];
  readonly next: Readonly<Record<string, readonly string[]>>;
};

/** The document with its state; refused where it is none, or does not follow the one before. */
export const withState = (
  { field, initial, next }: States,
  before: Document | undefined,
  after: Document,
): Answered<Document> => {
  const was = before?.[field];
  const is = after[field] ?? was ?? initial[0];
  const allowed = typeof was === "string" ? [was, ...(next[was] ?? [])] : initial;
  if (typeof is === "string" && allowed.includes(is)) return ok({ ...after, [field]: is });
  const detail =
    before === undefined
      ? `it begins as one of ${allowed.join(", ")}`
      : `after ${was} comes one of ${allowed.join(", ")}`;
  const errors = [{ pointer: `/${field}`, detail }];
  return refuse("UNPROCESSABLE", `/${field}: ${detail}`, { errors });
};
