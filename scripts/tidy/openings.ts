// Every file says first what it is and why it exists; a Lua command opens with its contract.

import { fileRule, isProgram, type TreeFile } from "./rule.ts";

const commentMarks: Readonly<Partial<Record<TreeFile["language"], RegExp>>> = {
  typescript: /^\s*(?:\/\/|\/\*|\*)/,
  lua: /^\s*--/,
  shell: /^\s*#/,
  yaml: /^\s*#/,
};

/** Fewer words than this cannot say what a file is for. */
const wordsMin = 4;

/** The comment before the first line of code, after a `#!` line if there is one. */
const openingOf = (file: TreeFile): string => {
  const mark = commentMarks[file.language];
  if (mark === undefined) return "";
  const lines = file.lines.slice(file.lines[0]?.startsWith("#!") === true ? 1 : 0);
  const end = lines.findIndex((text) => !mark.test(text));
  return lines.slice(0, end < 0 ? lines.length : end).join("\n");
};

export const openingRule = fileRule("opening", (file) => {
  if (!isProgram(file) && file.language !== "yaml") return [];
  const words = openingOf(file).match(/[\p{L}\d]+/gu) ?? [];
  return words.length < wordsMin
    ? [{ line: 1, message: "does not open with a comment that says what it is" }]
    : [];
});

const contractParts: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: "keys", pattern: /\bKEYS\b/i },
  { name: "arguments", pattern: /\b(?:ARGV|arguments)\b/i },
  { name: "reply", pattern: /\b(?:reply|replies)\b/i },
];

export const luaContractRule = fileRule("lua-contract", (file) => {
  if (!/^engine\/lua\/[^/]+\.lua$/.test(file.path)) return [];
  const opening = openingOf(file);
  return contractParts
    .filter(({ pattern }) => !pattern.test(opening))
    .map(({ name }) => ({ line: 1, message: `the contract at the top does not tell its ${name}` }));
});
