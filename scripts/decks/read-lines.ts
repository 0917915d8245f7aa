// Text in pieces into lines, whatever ends them (\n, \r\n, \r). A line that does not end is cut:
// memory stays bounded whatever the file is.

/** No row of a rate deck is longer; a longer line is cut here. */
export const lineLengthMax = 4_096;

export type Line = {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  readonly isCut: boolean;
};

/** The lines of each piece together, so that they can be handled many at a time. */
export async function* readLines(pieces: AsyncIterable<string>): AsyncGenerator<readonly Line[]> {
  let count = 0;
  const lineOf = (text: string): Line => {
    count += 1;
    return {
      number: count,
      text: text.slice(0, lineLengthMax),
      isCut: text.length > lineLengthMax,
    };
  };
  let rest = "";
  for await (const piece of pieces) {
    // A return at the end may be half of a line's end.
    const texts = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = cutRest(texts.pop() ?? "");
    yield texts.map(lineOf);
  }
  if (rest !== "") yield [lineOf(rest.replace(/\r$/, ""))];
}

const cutRest = (rest: string): string =>
  rest.length <= lineLengthMax + 1
    ? rest
    : rest.slice(0, lineLengthMax + 1) + (rest.endsWith("\r") ? "\r" : "");
