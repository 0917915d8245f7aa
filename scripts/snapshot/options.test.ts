// The flags of `npm run snapshot`: what they come to, and what is told where they are wrong.

import { expect, test } from "vitest";
import { readSnapshotOptions } from "./options.ts";

const taking = { action: "take", kept: 3, olderThanMs: undefined };

test.each([
  [[], taking],
  [["--keep", "12"], { ...taking, kept: 12 }],
  [["--if-older-than", "24"], { ...taking, olderThanMs: 86_400_000 }],
  [["--list"], { action: "list" }],
  [["--drop", "7"], { action: "drop", id: 7 }],
])("%j", (words, options) => {
  expect(readSnapshotOptions(words)).toEqual({ isOk: true, value: options });
});

test.each([
  [["--keep", "0"], "--keep: expected a number from 1 to 1000, got 0"],
  [["--if-older-than", "soon"], "--if-older-than: expected hours from 1 to 8784, got soon"],
  [["--drop", "x"], "--drop: expected an id as --list shows it, got x"],
  [["--list", "--keep", "2"], "--list, --drop and the flags of a new one are for themselves"],
  [["--often"], "Unknown option '--often'"],
])("%j is refused", (words, error) => {
  expect(readSnapshotOptions(words)).toEqual({ isOk: false, error });
});
