// A tariff document out of a file, as the engine would read it: its text, and the tariff that it
// says or every problem that it has.

import { createReadStream } from "node:fs";
import { limits } from "../../engine/limits.ts";
import type { CompiledTariff } from "../../engine/rating/compiled-tariff.ts";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { type CompiledRateDeck, compileRateDeck } from "../../engine/rating/rate-deck.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { readDeckFile } from "../decks/deck-file.ts";
import { jsonMistake } from "./json-mistake.ts";

export type TariffFile = { readonly document: string; readonly tariff: CompiledTariff };

/** A character takes four octets at most. */
const fileBytesMax = 4 * limits.tariffDocumentLengthMax;

/** Without a deck its zones are not checked, as for a document that was published already. */
export const readTariffFile = async (
  file: string,
  deck: CompiledRateDeck | undefined,
): Promise<Result<TariffFile, readonly string[]>> => {
  const text = await readText(file);
  if (!text.isOk) return err([text.error]);
  const document = text.value;
  const mistake = syntaxMistake(document);
  if (mistake !== undefined) return err([mistake]);
  const zones = new Set(deck?.zoneIds);
  const tariff =
    deck === undefined
      ? parseTariff(document)
      : parseTariff(document, (deckId) => (deckId === deck.deckId ? zones : undefined));
  return tariff.isOk ? ok({ document, tariff: tariff.value }) : tariff;
};

export const readRateDeck = async (
  file: string | undefined,
): Promise<Result<CompiledRateDeck | undefined, string>> => {
  if (file === undefined) return ok(undefined);
  const deck = await readDeckFile(file);
  if (!deck.isOk) return deck;
  const compiled = compileRateDeck(deck.value);
  return compiled.isOk ? compiled : err(`${file}: ${compiled.error[0]}`);
};

const readText = async (file: string): Promise<Result<string, string>> => {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of createReadStream(file, { end: fileBytesMax })) {
      pieces.push(piece);
      size += piece.length;
    }
  } catch (error) {
    return err(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? "fault"}`);
  }
  if (size > fileBytesMax) return err(`larger than ${fileBytesMax} octets`);
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces)));
  } catch {
    return err("not UTF-8");
  }
};

/** Where the document stops being JSON; undefined where it does not. */
const syntaxMistake = (document: string): string | undefined => {
  const mistake = jsonMistake(document);
  if (mistake === undefined) return undefined;
  const lines = document.slice(0, mistake.position).split("\n");
  const place = `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
  return `not JSON from ${place} on: ${mistake.text}`;
};
