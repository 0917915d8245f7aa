// The parts of a rate deck to the engine, a few at a time. What is there already is not sent again:
// the upload is named after the rows, so the same file goes on where it was interrupted.

import { createHash } from "node:crypto";
import type { Client } from "../../engine/protocol/client/client.ts";
import type { Refusal } from "../../engine/protocol/result-codes.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";

export type Upload = {
  readonly rateDeckId: string;
  readonly parts: readonly string[];
  /** Aborted: no more parts are sent. */
  readonly signal: AbortSignal;
  /** How many parts are there now. */
  readonly onPart: (there: number) => void;
};

const sentAtOnceMax = 4;

export const uploadIdOf = (parts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 32);
};

/** How many parts were there before; ends early when `signal` is aborted. */
export const uploadParts = async (
  client: Pick<Client, "putRateDeckPart">,
  { rateDeckId, parts, signal, onPart }: Upload,
): Promise<Result<number, Refusal>> => {
  const uploadId = uploadIdOf(parts);
  const send = (part: number) =>
    client.putRateDeckPart({ rateDeckId, uploadId, part, lines: parts[part]! });
  const first = await send(0);
  if (!first.isOk) return first;
  const { isChanged, uploadedParts } = first.value;
  const left = parts.map((_, part) => part).filter((part) => !uploadedParts.includes(part));
  const before = uploadedParts.length - (isChanged ? 1 : 0);
  let there = uploadedParts.length;
  let refused: Refusal | undefined;
  onPart(there);
  const sendSome = async () => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      if (signal.aborted || refused !== undefined) return;
      const sent = await send(part);
      if (!sent.isOk) refused = sent.error;
      else onPart(++there);
    }
  };
  await Promise.all(Array.from({ length: sentAtOnceMax }, sendSome));
  return refused === undefined ? ok(before) : err(refused);
};
