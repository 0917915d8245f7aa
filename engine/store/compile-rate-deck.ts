// A rate deck out of the text of its parts, while the engine charges: a few rows at a time, then
// everything else has a turn. The same for an upload that is checked and for a deck that is kept.

import { createHash } from "node:crypto";
import { setImmediate as turnOfOthers } from "node:timers/promises";
import { limits } from "../limits.ts";
import { type CompiledRateDeck, createRateDeckCompiler } from "../rating/rate-deck.ts";
import { readRateDeckLines } from "../rating/rate-deck-lines.ts";
import { err, ok, type Result } from "../values/result.ts";

export type CompiledParts = {
  readonly deck: CompiledRateDeck;
  /** SHA-256 of all lines: the same rows in the same order, wherever parts were cut. */
  readonly content: string;
};

export type Part = { readonly number: number; readonly lines: string };

/** The error lists what is wrong, each with its place: the first problems, and how many more. */
export const compileParts = async (
  rateDeckId: string,
  parts: Iterable<Part> | AsyncIterable<Part>,
): Promise<Result<CompiledParts, string>> => {
  const compiler = createRateDeckCompiler(rateDeckId);
  const hash = createHash("sha256");
  const shown: string[] = [];
  let problems = 0;
  let rows = 0;
  let began = performance.now();
  for await (const { number: part, lines } of parts) {
    hash.update(lines.endsWith("\n") ? lines : `${lines}\n`);
    for (const { number, row } of readRateDeckLines(lines)) {
      const added = row.isOk ? compiler.add(row.value) : row;
      if (!added.isOk && ++problems <= limits.rateDeckProblemsShownMax) {
        shown.push(`part ${part}, line ${number}: ${added.error}`);
      }
      if (++rows % limits.rateDeckRowsPerLook !== 0) continue;
      if (performance.now() - began < limits.rateDeckSliceMs) continue;
      await turnOfOthers();
      began = performance.now();
    }
  }
  if (rows === 0) return err("no rows");
  if (problems > shown.length) shown.push(`and ${problems - shown.length} more`);
  if (problems > 0) return err(shown.join("; "));
  return ok({ deck: compiler.finish(), content: hash.digest("hex") });
};
