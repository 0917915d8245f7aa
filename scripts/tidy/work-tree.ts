// Reads the work tree as git would list it: tracked and untracked files that are not ignored. It
// walks the folders itself, because git may be absent or refuse a clone that belongs to another
// user.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { findImports } from "./imports.ts";
import type { Language, Tree, TreeFile } from "./rule.ts";
import { keepKinds, kinds, scanLua, scanTypeScript } from "./scan.ts";

const languagesByExtension: Readonly<Record<string, Language>> = {
  ".ts": "typescript",
  ".tsx": "typescript",
  ".mts": "typescript",
  ".mjs": "typescript",
  ".cjs": "typescript",
  ".js": "typescript",
  ".lua": "lua",
  ".sh": "shell",
  ".yml": "yaml",
  ".yaml": "yaml",
};

const languageOf = (file: string, text: string): Language =>
  languagesByExtension[path.posix.extname(file)] ?? (text.startsWith("#!") ? "shell" : "other");

const scan = (language: Language, text: string): Uint8Array => {
  if (language === "typescript") return scanTypeScript(text);
  if (language === "lua") return scanLua(text);
  return new Uint8Array(text.length);
};

const isScanned = (language: Language): boolean => language === "typescript" || language === "lua";

/** What the rules want to know of one file. */
export const readSource = (file: string, text: string): TreeFile => {
  const language = languageOf(file, text);
  const found = scan(language, text);
  const lines = text.split("\n");
  return {
    path: file,
    language,
    isTest: /\.test\.tsx?$/.test(file),
    lines: lines.at(-1) === "" ? lines.slice(0, -1) : lines,
    code: keepKinds(text, found, [kinds.code]),
    comments: isScanned(language) ? keepKinds(text, found, [kinds.comment]) : text,
    imports: language === "typescript" ? findImports(file, text, found) : [],
  };
};

type Ignores = (name: string, isFolder: boolean) => boolean;

/**
 * Understands the two forms that our .gitignore uses, `folder/` and `*.ending`, and refuses others.
 */
export const parseIgnores = (text: string): Ignores => {
  const patterns = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const folders = new Set<string>();
  const endings: string[] = [];
  for (const pattern of patterns) {
    if (/^[\w.-]+\/$/.test(pattern)) folders.add(pattern.slice(0, -1));
    else if (/^\*\.[\w.]+$/.test(pattern)) endings.push(pattern.slice(1));
    else throw new Error(`.gitignore: tidy does not understand ${pattern}`);
  }
  return (name, isFolder) =>
    name === ".git" ||
    (isFolder ? folders.has(name) : endings.some((ending) => name.endsWith(ending)));
};

// Written by npm, and a golden frame or a measurement is data: no rule of ours speaks of them.
const isData = (file: string): boolean =>
  file === "package-lock.json" || /\.(?:png|ico)$/.test(file);

const listFiles = (root: string, folder: string, isIgnored: Ignores): string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (isIgnored(entry.name, entry.isDirectory())) return [];
    return entry.isDirectory() ? listFiles(root, file, isIgnored) : [file];
  });

/** All files of the work tree below `root`, sorted by path. */
export const readWorkTree = (root: string): Tree => {
  const ignores = parseIgnores(readFileSync(path.join(root, ".gitignore"), "utf8"));
  return listFiles(root, "", ignores)
    .filter((file) => !isData(file))
    .sort()
    .map((file) => readSource(file, readFileSync(path.join(root, file), "utf8")));
};
