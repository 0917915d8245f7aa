// Every word as Redis reads it, whatever it is made of and however long.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Argument, encodeCommand } from "./encode-command.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const naively = (words: readonly Argument[]): Buffer =>
  Buffer.concat([
    Buffer.from(`*${words.length}\r\n`),
    ...words.flatMap((word) => {
      const octets = Buffer.isBuffer(word) ? word : Buffer.from(String(word), "utf8");
      return [Buffer.from(`$${octets.length}\r\n`), octets, Buffer.from("\r\n")];
    }),
  ]);

test("a command is an array of bulk strings", () => {
  const command = encodeCommand(["FCALL", 2, Buffer.from([0, 13, 10])]);
  expect(command.toString("latin1")).toBe("*3\r\n$5\r\nFCALL\r\n$1\r\n2\r\n$3\r\n\0\r\n\r\n");
});

const octets = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const words = fc.array(
  fc.oneof(
    fc.string({ unit: "grapheme-ascii", maxLength: 120 }),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.maxSafeInteger(),
    octets,
  ),
  { maxLength: 150 },
);

test(`writes what the lists hold, in order (seed ${seed})`, () => {
  fc.assert(
    fc.property(words, words, (some, others) => {
      expect(encodeCommand(some, others)).toEqual(naively([...some, ...others]));
    }),
    { seed, numRuns: 500 },
  );
});

test("is as long as it must be, and keeps nothing of the command before", () => {
  const large = Buffer.alloc(300_000, 7);
  const first = encodeCommand(["FCALL", "a", 1], ["key"], [large, "x".repeat(200_000)]);
  expect(first.equals(naively(["FCALL", "a", 1, "key", large, "x".repeat(200_000)]))).toBe(true);
  const second = encodeCommand(["PING"]);
  expect(second.toString()).toBe("*1\r\n$4\r\nPING\r\n");
  expect(first.length, "the second is no view of the first").toBeGreaterThan(500_000);
  expect(first.subarray(0, 4).toString()).toBe("*6\r\n");
});
