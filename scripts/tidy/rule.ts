// The words of tidy: a tree of files, a rule that reads it, and what the rule finds.

import type { Import } from "./imports.ts";

export type Language = "typescript" | "lua" | "shell" | "yaml" | "other";

export type TreeFile = {
  /** From the root of the repository, with slashes: `engine/rating/plan.ts`. */
  readonly path: string;
  readonly language: Language;
  readonly isTest: boolean;
  readonly lines: readonly string[];
  /** The text with comments and the insides of strings blanked; lines and columns stay. */
  readonly code: string;
  /** The comments alone, in their places; where a language is not scanned, the whole text. */
  readonly comments: string;
  readonly imports: readonly Import[];
};

export type Tree = readonly TreeFile[];

export type Finding = {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
};

/** What a check tells; the rule's name is added for it. */
export type Complaint = Omit<Finding, "rule">;

export type Rule = {
  readonly name: string;
  readonly check: (tree: Tree) => readonly Complaint[];
};

/** Files that are programs of ours: sizes, columns and openings count there. */
export const isProgram = (file: TreeFile): boolean =>
  file.language === "typescript" || file.language === "lua" || file.language === "shell";

/** The line (from 1) on which the character at `offset` stands. */
export const lineAt = (text: string, offset: number): number =>
  text.slice(0, offset).split("\n").length;

/** A rule that looks at one file at a time. */
export const fileRule = (
  name: string,
  check: (file: TreeFile) => readonly { readonly line: number; readonly message: string }[],
): Rule => ({
  name,
  check: (tree) =>
    tree.flatMap((file) => check(file).map((found) => ({ path: file.path, ...found }))),
});
