// Flags: what is not known or out of bounds is refused with a line that says so.

import { expect, test } from "vitest";
import { decimal, type Flag, readFlags, whole } from "./flags.ts";

const flags: readonly Flag[] = [
  { name: "seconds", hint: "N", meaning: "of each", range: decimal(0.2, 60), fallback: 5 },
  { name: "accounts", hint: "N", meaning: "in all", range: whole(1, 1_000), fallback: 100 },
  { name: "mode", hint: "MODE", meaning: "of it", oneOf: ["fast", "slow"] },
  { name: "json", hint: "FILE", meaning: "to write" },
];
const read = (...words: string[]) => readFlags(words, flags, "the title");

test("reads what is given and falls back for the rest", () => {
  const given = read("--seconds", "0.5", "--mode=fast");
  expect(given.isOk && given.value.number("seconds")).toBe(0.5);
  expect(given.isOk && given.value.number("accounts")).toBe(100);
  expect(given.isOk && given.value.text("mode")).toBe("fast");
  expect(given.isOk && given.value.text("json")).toBeUndefined();
});

test.each([
  [["--second", "1"], "Unknown option '--second'; try --help"],
  [["--seconds", "0.1"], '--seconds: expected a number from 0.2 to 60, got "0.1"'],
  [["--accounts", "1.5"], '--accounts: expected a whole number from 1 to 1000, got "1.5"'],
  [["--accounts", "1e3"], '--accounts: expected a whole number from 1 to 1000, got "1e3"'],
  [["--accounts=-1"], '--accounts: expected a whole number from 1 to 1000, got "-1"'],
  [["--mode", "medium"], '--mode: expected fast or slow, got "medium"'],
  [["--json", ""], "--json: expected something"],
  [["loose"], "Unexpected argument 'loose'; try --help"],
])("refuses %s", (words, text) => {
  expect(read(...words)).toEqual({ isOk: false, error: { text, isHelp: false } });
});

test("help lists every flag with its fallback", () => {
  const help = read("--help");
  expect(help.isOk).toBe(false);
  if (help.isOk) return;
  expect(help.error.isHelp).toBe(true);
  expect(help.error.text).toContain("the title");
  expect(help.error.text).toMatch(/--seconds N\s+of each \(5\)/);
  expect(help.error.text).toMatch(/--json FILE\s+to write$/m);
});
