// What an entry of the audit says, as one digest: SHA-256 over its canonical JSON. What is stored
// and what is digested are the same texts, so that any program can check it.

import { createHash } from "node:crypto";
import { limits } from "../limits.ts";
import { canonicalJson } from "./canonical-json.ts";

/** As stored; `before` and `after` are canonical JSON. */
export type EntryTexts = {
  readonly at: number;
  readonly requestId: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly reason: string | null;
  readonly entity: string;
  readonly entityId: string;
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
};

const nul = String.fromCharCode(0);

/** As Postgres keeps it and can index it: no U+0000, no halves of surrogate pairs, not too long. */
export const storableText = (text: string): string =>
  Buffer.from(text.slice(0, limits.auditTextCharactersMax), "utf8")
    .toString("utf8")
    .replaceAll(nul, "\u{fffd}");

export const digestOf = ({ before, after, ...entry }: EntryTexts): Buffer =>
  createHash("sha256")
    .update(entryJson({ before, after, ...entry }))
    .digest();

/** In the order of RFC 8785; both documents as they stand. */
const entryJson = (entry: EntryTexts): string => {
  const members = Object.keys(entry)
    .sort()
    .map((name) => {
      const value = entry[name as keyof EntryTexts];
      const isDocument = name === "before" || name === "after";
      return `${JSON.stringify(name)}:${isDocument ? (value ?? "null") : canonicalJson(value)}`;
    });
  return `{${members.join()}}`;
};

/** What the chain begins with. */
export const chainBegin: Buffer = Buffer.alloc(32);

export const chainHash = (previous: Buffer, digest: Buffer): Buffer =>
  createHash("sha256").update(previous).update(digest).digest();
