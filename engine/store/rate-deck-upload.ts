// An upload: the parts of a rate deck that nobody is charged by yet, one hash in Redis that goes
// away by itself. It counts its changes, so that what is published is what was checked.

import { limits } from "../limits.ts";
import type { AnswerOf, CheckedRequestOf } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import { err, ok, type Result } from "../values/result.ts";
import { compileParts, type Part } from "./compile-rate-deck.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";

type UploadName = { readonly rateDeckId: string; readonly uploadId: string };

/** As in lua/put-rate-deck-part.lua. */
const changesField = "changes";

/** Parts are checked as they come, each by itself; a bad one changes nothing. */
export const putRateDeckPart = async (
  store: Store,
  { rateDeckId, uploadId, part, lines }: CheckedRequestOf<"putRateDeckPart">,
): Promise<Result<AnswerOf<"putRateDeckPart">, Refusal>> => {
  const compiled = await compileParts(rateDeckId, [{ number: part, lines }]);
  if (!compiled.isOk) return err(refusal("RATE_DECK_INVALID", compiled.error));
  const [isChanged, fields] = (await store.run(
    "put-rate-deck-part",
    [keys.upload(rateDeckId, uploadId), keys.journal(0)],
    [part, lines, limits.rateDeckUploadKeptMs],
  )) as [number, Buffer[]];
  return ok({ isChanged: isChanged === 1, uploadedParts: partsAmong(fields) });
};

const partsAmong = (fields: readonly Buffer[]): readonly number[] =>
  fields
    .map(String)
    .filter((field) => field !== changesField)
    .map(Number)
    .sort((a, b) => a - b);

export type UploadState = {
  /** Undefined: there is no such upload. */
  readonly changes: string | undefined;
  readonly parts: readonly number[];
};

export const readUploadState = async (store: Store, name: UploadName): Promise<UploadState> => {
  const key = keys.upload(name.rateDeckId, name.uploadId);
  const changes = (await store.call("HGET", key, changesField)) as Buffer | null;
  const fields = (await store.call("HKEYS", key)) as Buffer[];
  return { changes: changes?.toString(), parts: partsAmong(fields) };
};

/** A part that has gone meanwhile has no lines. */
export async function* readUpload(
  store: Store,
  { rateDeckId, uploadId }: UploadName,
  parts: number,
): AsyncGenerator<Part> {
  for (let number = 0; number < parts; number++) {
    const key = keys.upload(rateDeckId, uploadId);
    const lines = (await store.call("HGET", key, String(number))) as Buffer | null;
    yield { number, lines: lines?.toString("latin1") ?? "" };
  }
}

/** What is wrong with the parts that are there, if `parts` of them make the deck. */
export const problemOfParts = (
  { parts: there }: UploadState,
  parts: number,
): string | undefined => {
  const missing = Array.from({ length: parts }, (_, part) => part).filter(
    (part) => !there.includes(part),
  );
  if (missing.length > 0) return `parts missing: ${missing.join(", ")}`;
  const beyond = there.find((part) => part >= parts);
  return beyond === undefined ? undefined : `part ${beyond} is there, but parts are ${parts}`;
};
