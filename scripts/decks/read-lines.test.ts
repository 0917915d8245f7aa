// Lines are the same however the text comes in pieces, and an endless one costs no memory.

import fc from "fast-check";
import { expect, test } from "vitest";
import { lineLengthMax, readLines } from "./read-lines.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

async function* oneByOne(pieces: Iterable<string>): AsyncGenerator<string> {
  yield* pieces;
}

const linesOf = async (pieces: Iterable<string>) => {
  const lines = [];
  for await (const some of readLines(oneByOne(pieces))) lines.push(...some);
  return lines;
};

test(`lines do not depend on where a text is cut into pieces (seed ${seed})`, async () => {
  const parts = fc.constantFrom("\r", "\n", "\r\n", "a", "bc", "x".repeat(lineLengthMax - 1));
  const pieces = fc.array(fc.array(parts, { maxLength: 4 }).map((texts) => texts.join("")));
  await fc.assert(
    fc.asyncProperty(pieces, async (given) => {
      const texts = given.join("").split(/\r\n|\n|\r/);
      if (texts.at(-1) === "") texts.pop();
      const wanted = texts.map((text, index) => ({
        number: index + 1,
        text: text.slice(0, lineLengthMax),
        isCut: text.length > lineLengthMax,
      }));
      expect(await linesOf(given)).toEqual(wanted);
    }),
    { seed, numRuns: 2_000 },
  );
});

test("a line of 100 MB is read past, and what comes after it is read", async () => {
  function* pieces(): Generator<string> {
    for (let piece = 0; piece < 2_000; piece++) yield "x".repeat(50_000);
    yield "\nlast";
  }
  const [endless, last] = await linesOf(pieces());
  expect(endless).toEqual({ number: 1, text: "x".repeat(lineLengthMax), isCut: true });
  expect(last).toEqual({ number: 2, text: "last", isCut: false });
});
