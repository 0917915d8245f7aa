// biome.json is part of the house rules, so it is tested like them: each sample must be refused by
// the rule it is for. Biome runs as it does in `npm run check`, in a folder that holds our
// configuration.

import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const manyLines = Array.from({ length: 60 }, (_, index) => `  n += ${index};\n`).join("");

/** A file and the rules that must refuse it; none means that it must pass. */
const samples: readonly (readonly [file: string, text: string, rules: readonly string[]])[] = [
  ["engine/store/any.ts", "export const f = (x: any): void => void x;\n", ["noExplicitAny"]],
  ["engine/store/say.ts", 'console.info("x");\nexport {};\n', ["noConsole"]],
  ["engine/store/out.ts", "const x = 1;\nexport default x;\n", ["noDefaultExport"]],
  ["engine/store/node.ts", 'import fs from "fs";\nfs.sync;\n', ["useNodejsImportProtocol"]],
  ["engine/store/alien.ts", 'import x from "left-pad";\nx();\n', ["noUndeclaredDependencies"]],
  ["engine/store/states.ts", "export enum State {\n  open,\n}\n", ["noEnum"]],
  ["engine/store/mutable.ts", "var x = 1;\nexport { x };\n", ["noVar"]],
  [
    "engine/store/throws.ts",
    'export const f = (): never => {\n  throw "x";\n};\n',
    ["useThrowOnlyError"],
  ],
  ["engine/store/lists.ts", "export type Names = Array<string>;\n", ["useConsistentArrayType"]],
  ["engine/store/camelCase.ts", "export const x = 1;\n", ["useFilenamingConvention"]],
  [
    "engine/store/forgotten.ts",
    "export const save = async (): Promise<void> => void 0;\nsave();\n",
    ["noFloatingPromises"],
  ],
  [
    "engine/store/misused.ts",
    "const ask = async (): Promise<boolean> => true;\nexport const x = ask() ? 1 : 2;\n",
    ["noMisusedPromises"],
  ],
  [
    "engine/store/long.ts",
    `export const sum = (n: number): number => {\n${manyLines}  return n;\n};\n`,
    ["noExcessiveLinesPerFunction"],
  ],
  [
    "engine/store/focus.test.ts",
    `import { test } from "vitest";\ntest.${"only"}("x", () => undefined);\n`,
    ["noFocusedTests"],
  ],
  ["engine/store/format.ts", "export const x = 'single'\n", ["format"]],
  ["scripts/say.ts", 'console.info("x");\nexport {};\n', []],
  ["tool.config.ts", "export default {};\n", []],
  ["engine/store/first.ts", "export const first = (x: number[]): number => x[0]!;\n", []],
];

/** The rules that refused each file, as Biome's own report tells them. */
const runBiome = async (): Promise<Map<string, string[]>> => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "tollgate-biome-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["biome.json", "package.json", ".gitignore"]) {
    await cp(path.join(root, name), path.join(folder, name));
  }
  for (const [file, text] of samples) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const biome = path.join(root, "node_modules/.bin/biome");
  const options = ["ci", "--error-on-warnings", "--max-diagnostics=none", "--reporter=github"];
  const output = await new Promise<string>((resolve) => {
    execFile(biome, options, { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  const refusals = new Map<string, string[]>();
  for (const [, rule, place] of output.matchAll(/::\w+ title=(lint[^,]+|format),file=([^,]+)/g)) {
    if (rule === undefined || place === undefined) continue;
    const file = path.relative(folder, place);
    refusals.set(file, [...(refusals.get(file) ?? []), rule.split("/").at(-1) ?? ""]);
  }
  return refusals;
};

test("each sample is refused by the rule it is for, and what is allowed passes", async () => {
  const refusals = await runBiome();
  const expected = samples.map(([file, , rules]) => [file, rules]);
  expect(samples.map(([file]) => [file, [...new Set(refusals.get(file) ?? [])]])).toEqual(expected);
});
