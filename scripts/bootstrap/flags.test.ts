// The command line of `npm start`: what is understood, and that a mistake is one line.

import { expect, test } from "vitest";
import { helpText, parseFlags } from "./flags.mjs";

test("no arguments ask for a plain start", () => {
  const none = { isReset: false, isSmoke: false, isInstall: false, isHelp: false, mistake: null };
  expect(parseFlags([])).toEqual(none);
});

test.each([
  ["--reset", "isReset"],
  ["--smoke", "isSmoke"],
  ["--install", "isInstall"],
  ["--help", "isHelp"],
] as const)("%s is understood", (flag, name) => {
  expect(parseFlags([flag])).toMatchObject({ [name]: true, mistake: null });
});

test.each([
  [["--rest"], /unknown argument --rest; known: --reset, --smoke, --install, --help/],
  [["7600"], /unknown argument 7600/],
  [["--reset", "--smoke"], /nothing to delete/],
  [["--install", "--reset"], /takes neither --reset nor --smoke/],
  [["--smoke", "--install"], /takes neither --reset nor --smoke/],
])("%j is a mistake told in one line", (args, message) => {
  const { mistake } = parseFlags(args);
  expect(mistake).toMatch(message);
  expect(mistake).not.toContain("\n");
});

test("the help names every flag and fits a terminal", () => {
  const lines = helpText().split("\n");
  for (const flag of ["--reset", "--smoke", "--install", "--help"])
    expect(helpText()).toContain(flag);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});
