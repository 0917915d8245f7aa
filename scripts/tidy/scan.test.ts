// The scanner on what is hard to tell apart: quotes in comments, comments in quotes, templates with
// code inside, and slashes that divide or begin a regular expression.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the samples are sources themselves

import { expect, test } from "vitest";
import { findImports } from "./imports.ts";
import { keepKinds, kinds, scanLua, scanTypeScript } from "./scan.ts";
import { parseIgnores } from "./work-tree.ts";

const codeOf = (source: string): string =>
  keepKinds(source, scanTypeScript(source), [kinds.code]).replace(/ +/g, " ").trim();
const luaCodeOf = (source: string): string =>
  keepKinds(source, scanLua(source), [kinds.code]).replace(/ +/g, " ").trim();

test.each([
  ['a("// no comment"); b', "a( ); b"],
  ["a(); // it's a comment\nb", "a(); \nb"],
  ["a(/* `not` a template */ b)", "a( b)"],
  ["f('it\\'s', x)", "f( , x)"],
  ["a `x ${b({ c: `y ${d} z` })} w` e", "a b({ c: d })  e".replace("  ", " ")],
  ["`$5 \\${x}` + a", "+ a"],
  ["const x = a / b; // c / d", "const x = a / b;"],
  ["x.replace(/[/\"']+/g, y) / 2", "x.replace( , y) / 2"],
  ["return /a\\/'b/.test(c)", "return .test(c)"],
  ["if (a) { b } else { c('}') }", "if (a) { b } else { c( ) }"],
  ["const a = '${';\nconst b = `x`;", "const a = ;\nconst b = ;"],
])("of %j only the code is kept", (source, code) => {
  expect(codeOf(source)).toBe(code);
});

test.each([
  ["a = 'x' -- it's\nb = 1", "a = \nb = 1"],
  ["a = [[ -- no comment ]] .. b", "a = .. b"],
  ["--[[ a\nb ]] c", "c"],
  ["--[==[ a ]] b ]==] c", "c"],
  ['a["--"] = b', "a[ ] = b"],
])("of the Lua %j only the code is kept", (source, code) => {
  expect(luaCodeOf(source)).toBe(code);
});

test("every form of import is found with its line and target, and none in a comment", () => {
  const source = [
    'import "./effects.ts";',
    'import type { A } from "../values/a.ts";',
    "import {",
    "  b,",
    "} from './b.ts';",
    'export { c } from "ioredis";',
    'export * from "./d.ts";',
    'const e = await import("node:fs");',
    'import F, { type G } from "@scope/f/part";',
    '// import { x } from "./x.ts";',
    "const text = 'import \"./y.ts\"';",
    'export const z = "z";',
  ].join("\n");
  const imports = findImports("engine/rating/plan.ts", source, scanTypeScript(source));
  expect(imports.map(({ line, specifier, target }) => [line, specifier, target])).toEqual([
    [1, "./effects.ts", "engine/rating/effects.ts"],
    [2, "../values/a.ts", "engine/values/a.ts"],
    [3, "./b.ts", "engine/rating/b.ts"],
    [6, "ioredis", undefined],
    [7, "./d.ts", "engine/rating/d.ts"],
    [8, "node:fs", undefined],
    [9, "@scope/f/part", undefined],
  ]);
});

test("folders and endings of .gitignore are passed over, and other forms refused", () => {
  const isIgnored = parseIgnores("# made by the build\ndist/\n*.log\n");
  expect(isIgnored("dist", true)).toBe(true);
  expect(isIgnored("dist", false)).toBe(false);
  expect(isIgnored("a.log", false)).toBe(true);
  expect(isIgnored(".git", true)).toBe(true);
  expect(isIgnored("engine", true)).toBe(false);
  expect(() => parseIgnores("!keep")).toThrow("does not understand !keep");
});
