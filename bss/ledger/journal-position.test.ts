// Positions sort as the stream's ids do, and come back as they were.

import fc from "fast-check";
import { expect, test } from "vitest";
import { journalIdOf, momentOf, positionAt, positionOf } from "./journal-position.ts";

const ids = fc.tuple(fc.nat({ max: 2 ** 43 - 2 }), fc.nat({ max: 2 ** 20 - 1 }));

test("an id becomes a position and back", () => {
  fc.assert(
    fc.property(ids, ([ms, number]) => {
      const position = positionOf(`${ms}-${number}`);
      expect(journalIdOf(position)).toBe(`${ms}-${number}`);
      expect(momentOf(position)).toBe(ms);
      expect(position >= positionAt(ms) && position < positionAt(ms + 1)).toBe(true);
    }),
  );
});

test("positions sort as ids do, and fit a bigint of Postgres", () => {
  const written = ["0-0", "0-1", "1-0", "1795320000000-1048575", "1795320000001-0"];
  const positions = written.map(positionOf);
  expect(positions.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(positions);
  expect(positionOf("8796093022207-1048575") < 2n ** 63n).toBe(true);
});

test.each(["", "1", "1-", "-1", "1-x", "1-1048576", "8796093022208-0", " 1-0", "1-0\n"])(
  "%j is refused",
  (text) => expect(() => positionOf(text)).toThrow("is no id of a journal entry"),
);
