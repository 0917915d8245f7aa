// Concurrent edits (RFC 9110 §8.8, §13): each resource has a revision, its ETag is strong, and a
// write with If-Match is carried out on that revision or not at all.

import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "./problem.ts";

export const etagOf = (revision: number): string => `"${revision}"`;

type Headers = Readonly<Record<string, string | undefined>>;

const tagsOf = (header: string): readonly string[] => header.split(",").map((tag) => tag.trim());

/** Whether If-None-Match says that the asker has it already; weakly, as §13.1.2 wants it. */
export const isKnown = (headers: Headers, revision: number): boolean => {
  const header = headers["if-none-match"];
  if (header === undefined) return false;
  const tags = tagsOf(header).map((tag) => tag.replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etagOf(revision));
};

/** Refused when the asker saw another revision; `*` is content with any. */
export const checkRevision = (headers: Headers, revision: number): Answered<void> => {
  const header = headers["if-match"];
  if (header === undefined) return ok(undefined);
  const tags = tagsOf(header);
  if (tags.includes("*") || tags.includes(etagOf(revision))) return ok(undefined);
  return refuse("PRECONDITION_FAILED", `If-Match: it is at ${etagOf(revision)} now`, {
    headers: { etag: etagOf(revision) },
  });
};
