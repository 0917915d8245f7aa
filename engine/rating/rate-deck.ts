// A rate deck: which numbers belong to which zone, by longest prefix. It carries no prices; zones
// get these in the tariff, so that a deck changes without a tariff and a tariff without a deck.
// Decks are large and change while the engine charges: rows are taken in a slice at a time.

import { limits } from "../limits.ts";
import { quoteText } from "../values/quote-text.ts";
import { err, ok, type Result } from "../values/result.ts";
import { prefixDigitsMax } from "./prefix-digits.ts";
import { createPrefixIndexBuilder, type PrefixRefusal } from "./prefix-index.ts";

export type RateDeckRow = {
  /** Digits as in E.164, without + or 00; "" for everywhere. */
  readonly prefix: string;
  readonly zoneId: string;
  /** For people: what the prefix stands for. */
  readonly name?: string;
};

export type RateDeck = { readonly deckId: string; readonly rows: readonly RateDeckRow[] };

/** The zone of a number, and the prefix of it that says so. */
export type ZoneMatch = { readonly zoneId: string; readonly prefix: string };

export type CompiledRateDeck = {
  readonly deckId: string;
  readonly rowCount: number;
  /** All zones of the deck, in the order of their first rows. */
  readonly zoneIds: readonly string[];
  /**
   * `number` is international with + or 00 before it, or digits as they are: a national short code,
   * MCC and MNC of a network. Undefined where no prefix matches, or it is none of these.
   */
  readonly zoneOf: (number: string) => ZoneMatch | undefined;
};

export type RateDeckCompiler = {
  /** The error says what is wrong with the row; the deck is then as if it had not been there. */
  readonly add: (row: RateDeckRow) => Result<undefined, string>;
  readonly finish: () => CompiledRateDeck;
};

const identifierPattern = /^[\x21-\x7e]{1,128}$/;
const namePattern = /^[^\p{Cc}\p{Cs}]{0,128}$/u;

export const isDeckId = (text: string): boolean => identifierPattern.test(text);

/** Each `add` takes microseconds: the caller decides after how many of them others have a turn. */
export const createRateDeckCompiler = (deckId: string): RateDeckCompiler => {
  const builder = createPrefixIndexBuilder();
  const zoneIds: string[] = [];
  const zones = new Map<string, number>();
  let rowCount = 0;

  const reasonOf = (refusal: PrefixRefusal, prefix: string): string => {
    const shown = `prefix ${quoteText(prefix)}`;
    switch (refusal.code) {
      case "NOT_DIGITS":
        return `${shown}: digits only, without + or 00`;
      case "TOO_LONG":
        return `${shown}: more than ${prefixDigitsMax} digits`;
      case "DUPLICATE":
        return `${shown} is in the deck already, in zone ${zoneIds[refusal.value]}`;
    }
  };

  const add = ({ prefix, zoneId, name = "" }: RateDeckRow): Result<undefined, string> => {
    if (rowCount >= limits.rateDeckRowsMax) return err(`more than ${limits.rateDeckRowsMax} rows`);
    if (!identifierPattern.test(zoneId)) {
      return err(`zone ${quoteText(zoneId)}: 1 to 128 ASCII characters, no spaces`);
    }
    if (!namePattern.test(name)) {
      return err(`name ${quoteText(name)}: at most 128 characters, none of control`);
    }
    // A number that is called with 00 is looked up without it: nothing would ever match.
    if (prefix.startsWith("00")) return err(reasonOf({ code: "NOT_DIGITS" }, prefix));
    const zone = zones.get(zoneId) ?? zoneIds.length;
    if (zone >= limits.rateDeckZonesMax) return err(`more than ${limits.rateDeckZonesMax} zones`);
    const added = builder.add(prefix, zone);
    if (!added.isOk) return err(reasonOf(added.error, prefix));
    if (zone === zoneIds.length) {
      zones.set(zoneId, zone);
      zoneIds.push(zoneId);
    }
    rowCount += 1;
    return added;
  };

  const finish = (): CompiledRateDeck => {
    const { find } = builder.finish();
    const zoneOf = (number: string): ZoneMatch | undefined => {
      const start = internationalLength(number);
      const match = number.length > start ? find(number, start) : undefined;
      if (match === undefined) return undefined;
      const prefix = number.slice(start, start + match.matchedLength);
      return { zoneId: zoneIds[match.value]!, prefix };
    };
    return { deckId, rowCount, zoneIds, zoneOf };
  };
  return { add, finish };
};

/** All at once, for small decks; the error names rows, counted from 1, and what is wrong. */
export const compileRateDeck = ({
  deckId,
  rows,
}: RateDeck): Result<CompiledRateDeck, readonly string[]> => {
  if (!isDeckId(deckId)) return err([`deckId ${quoteText(deckId)}: 1 to 128 ASCII characters`]);
  const compiler = createRateDeckCompiler(deckId);
  const problems: string[] = [];
  for (const [index, row] of rows.entries()) {
    const added = compiler.add(row);
    if (!added.isOk) problems.push(`row ${index + 1}: ${added.error}`);
  }
  return problems.length > 0 ? err(problems) : ok(compiler.finish());
};

/** How much stands before the digits of an international number. */
const internationalLength = (number: string): number => {
  if (number.startsWith("+")) return 1;
  return number.startsWith("00") ? 2 : 0;
};
