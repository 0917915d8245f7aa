// Where a page of what is only ever added to ends: its last row by time and id. The next page
// begins behind it, whatever was added meanwhile.

import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "./problem.ts";

export type PageEnd = { readonly at: number; readonly id: number };

export const cursorOf = ({ at, id }: PageEnd): string =>
  Buffer.from(`${at}.${id}`, "latin1").toString("base64url");

/** Undefined: from the beginning. */
export const readCursor = (cursor: string | undefined): Answered<PageEnd | undefined> => {
  if (cursor === undefined) return ok(undefined);
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const [, at, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (at !== undefined && id !== undefined) return ok({ at: Number(at), id: Number(id) });
  const errors = [{ pointer: "?cursor", detail: "no `next` of a page before" }];
  return refuse("INVALID_REQUEST", "?cursor: no `next` of a page before", { errors });
};

/** Of rows read one beyond the limit. */
export const pageOf = <T extends PageEnd>(rows: readonly T[], limit: number) => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
};
