// The core decides; it does not look around. In the first ranks nothing reads a clock, a random
// number, the environment or a package, so that every decision can be repeated from its inputs
// alone.

import { fileRule, type TreeFile } from "./rule.ts";

const pureRooms = /^engine\/(?:limits\.ts$|(?:values|rating|balance|session|cdr|explain)\/)/;

const impurities: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  { pattern: /(?<![.\w])Date\b/, name: "Date" },
  { pattern: /\bMath\s*\.\s*random\b/, name: "Math.random" },
  { pattern: /(?<![.\w])process\s*[.[]/, name: "process" },
  {
    pattern: /(?<![.\w])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
    name: "a timer",
  },
  { pattern: /(?<![.\w])console\s*\./, name: "console" },
  { pattern: /(?<![.\w])(?:performance|crypto)\s*\./, name: "performance or crypto" },
  { pattern: /(?<![.\w])(?:fetch|require)\s*\(/, name: "fetch or require" },
  { pattern: /(?<![.\w])globalThis\b/, name: "globalThis" },
  { pattern: /\bimport\s*(?:\.\s*meta|\()/, name: "import.meta or import()" },
];

const impureLines = (file: TreeFile) =>
  file.code
    .split("\n")
    .flatMap((text, index) =>
      impurities
        .filter(({ pattern }) => pattern.test(text))
        .map(({ name }) => ({ line: index + 1, message: `${name} has no place in the pure core` })),
    );

const foreignImports = (file: TreeFile) =>
  file.imports
    .filter(({ target }) => target === undefined)
    .map(({ line, specifier }) => ({
      line,
      message: `the pure core imports nothing from outside: ${specifier}`,
    }));

export const purityRule = fileRule("purity", (file) =>
  pureRooms.test(file.path) && !file.isTest && file.language === "typescript"
    ? [...impureLines(file), ...foreignImports(file)]
    : [],
);
