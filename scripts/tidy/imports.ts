// Finds what a file imports: static, dynamic, type-only and re-exports alike, for each is a
// dependency.

import path from "node:path";
import { type Kinds, keepKinds, kinds } from "./scan.ts";

export type Import = {
  readonly line: number;
  /** As written: `./burn-order.ts`, `node:fs`, `ioredis`. */
  readonly specifier: string;
  /** The file in the tree that a relative import names; undefined for packages and node:*. */
  readonly target: string | undefined;
};

const importForms = [
  /\b(?:import|export)\s+(?:type\s+)?(?:[\w$*{}\s,]*?\bfrom\s*)?["']([^"'\n]+)["']/g,
  /\b(?:import|export)\s*[{*][\w$*{}\s,]*?\bfrom\s*["']([^"'\n]+)["']/g,
  /\bimport\s*["']([^"'\n]+)["']/g,
  /\b(?:import|require)\s*\(\s*["'`]([^"'`\n]+)["'`]/g,
];

/** The package of a specifier: `@scope/name` of `@scope/name/part`, `ws` of `ws`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

const isRelative = (specifier: string): boolean => /^\.{1,2}(?:\/|$)/.test(specifier);

/** All imports of a source, in the order of their lines. */
export const findImports = (file: string, source: string, found: Kinds): Import[] => {
  const text = keepKinds(source, found, [kinds.code, kinds.string]);
  const imports = new Map<string, Import>();
  for (const form of importForms) {
    for (const match of text.matchAll(form)) {
      const specifier = match[1];
      if (specifier === undefined || found[match.index] !== kinds.code) continue;
      const line = text.slice(0, match.index).split("\n").length;
      const target = isRelative(specifier)
        ? path.posix.join(path.posix.dirname(file), specifier)
        : undefined;
      imports.set(`${line} ${specifier}`, { line, specifier, target });
    }
  }
  return [...imports.values()].sort((a, b) => a.line - b.line);
};
