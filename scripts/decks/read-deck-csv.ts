// A rate deck out of a CSV file: the rows that are right, and of every other line what is wrong.
// Whatever the file is, it ends with rows and reasons, or with one line why there are none.

import { stat } from "node:fs/promises";
import { createRateDeckCompiler, type RateDeckRow } from "../../engine/rating/rate-deck.ts";
import { quoteText } from "../../engine/values/quote-text.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { counted } from "../terminal-text.ts";
import { type DeckColumns, readColumns } from "./deck-columns.ts";
import { type ParsedLine, parseLines } from "./parse-lines.ts";
import { type Line, lineLengthMax, readLines } from "./read-lines.ts";
import { detectEncoding, readText } from "./text-encoding.ts";

export type BadRow = { readonly line: number; readonly reason: string; readonly row: string };

export type ReadDeck = {
  readonly rows: readonly RateDeckRow[];
  readonly zoneCount: number;
  readonly badRows: readonly BadRow[];
  /** False where reading ended early, at too many bad rows. */
  readonly isWhole: boolean;
  /** What somebody who looks at the result should know. */
  readonly notes: readonly string[];
};

/** More than this is another kind of file; reading ends there. */
export const badRowsMax = 10_000;
/** Half a million rows with long names have a tenth of it. */
const fileOctetsMax = 512 * 1024 * 1024;
const shownColumnsMax = 5;

/** Of a row with an empty prefix, which is meant, or is a cell that somebody lost. */
export const everywhereNote = (line: number, { zoneId }: RateDeckRow): string =>
  `line ${line} has no prefix: zone ${zoneId} is for every number that no other row names`;

/** `onShare` is told from time to time how much of the file is read, from 0 to 1. */
export const readDeckCsv = async (
  file: string,
  onShare: (share: number, rows: number) => void = () => undefined,
): Promise<Result<ReadDeck, string>> => {
  try {
    const found = await stat(file);
    if (!found.isFile()) return err(`${file} is not a file`);
    if (found.size > fileOctetsMax) return err(`${file} is larger than a rate deck (512 MiB)`);
    const encoding = await detectEncoding(file);
    const collected = collectRows();
    const pieces = readText(file, encoding, (octets) =>
      onShare(octets / found.size, collected.count()),
    );
    for await (const lines of readLines(pieces)) {
      const refusal = collected.take(lines.filter(({ text }) => text.trim() !== ""));
      if (refusal !== undefined) return err(`${file}: ${refusal}`);
      if (collected.isFull()) break;
    }
    return collected.finish(encoding === "utf-8" ? [] : [`read as ${encoding}, not UTF-8`], file);
  } catch (error) {
    return err(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "fault"}`);
  }
};

const collectRows = () => {
  const compiler = createRateDeckCompiler("imported");
  const rows: RateDeckRow[] = [];
  const badRows: BadRow[] = [];
  const everywhere: string[] = [];
  let columns: DeckColumns | undefined;

  const takeRow = (parsed: ParsedLine, known: DeckColumns): void => {
    const row = rowOf(parsed, known);
    const added = row.isOk ? compiler.add(row.value) : row;
    const { number, text } = parsed.line;
    if (row.isOk && added.isOk) {
      rows.push(row.value);
      if (row.value.prefix === "") everywhere.push(everywhereNote(number, row.value));
    }
    if (added.isOk || badRows.length >= badRowsMax) return;
    badRows.push({ line: number, reason: added.error, row: text });
  };

  return {
    count: () => rows.length + badRows.length,
    isFull: () => badRows.length >= badRowsMax,
    /** Returns why the file is no deck, if the header says so. */
    take: (lines: readonly Line[]): string | undefined => {
      let rest = lines;
      if (columns === undefined) {
        const [header] = lines;
        if (header === undefined) return undefined;
        const read = readColumns(header);
        if (!read.isOk) return read.error;
        columns = read.value;
        rest = lines.slice(1);
      }
      for (const parsed of parseLines(rest, columns.delimiter)) takeRow(parsed, columns);
      return undefined;
    },
    finish: (notes: readonly string[], file: string): Result<ReadDeck, string> => {
      if (columns === undefined) return err(`${file} is empty`);
      const isWhole = badRows.length < badRowsMax;
      const ended = isWhole ? [] : [`not read to its end: ${badRowsMax} bad rows`];
      const all = [...notes, ...ignoredNote(columns), ...everywhere, ...ended];
      return ok({
        rows,
        zoneCount: compiler.finish().zoneIds.length,
        badRows,
        isWhole,
        notes: all,
      });
    },
  };
};

const rowOf = (
  { line, fields, reason = "" }: ParsedLine,
  columns: DeckColumns,
): Result<RateDeckRow, string> => {
  if (line.isCut) return err(`longer than ${lineLengthMax} characters`);
  if (fields === undefined) return err(reason);
  if (fields.length !== columns.count) {
    return err(`${counted(fields.length, "field")}, the header has ${columns.count}`);
  }
  const name = columns.name === undefined ? "" : fields[columns.name]!;
  const row = { prefix: fields[columns.prefix]!, zoneId: fields[columns.zone]! };
  return ok(name === "" ? row : { ...row, name });
};

const ignoredNote = ({ ignored }: DeckColumns): readonly string[] => {
  if (ignored.length === 0) return [];
  const shown = ignored.slice(0, shownColumnsMax).map((heading) => quoteText(heading));
  const more = ignored.length > shown.length ? ` and ${ignored.length - shown.length} more` : "";
  return [`columns that are not read: ${shown.join(", ")}${more}`];
};
