// Names: a file is a thing or a verb-object in kebab-case, a folder a noun of the domain; and the
// top level holds what everyone expects there, nothing else.

import { fileRule, isProgram } from "./rule.ts";

const nothingNames = new Set(
  "utils util helpers helper common misc lib shared types interfaces".split(" "),
);

/** Folders that have such a name for a reason: pure Lua that commands include. */
const allowedFolders: readonly string[] = ["engine/lua/lib/"];

/** Drawers: names under which everything could be filed, and in the end is. */
export const drawersRule = fileRule("drawers", ({ path }) => {
  const rest = allowedFolders.reduce(
    (left, folder) => (left.startsWith(folder) ? left.slice(folder.length) : left),
    path,
  );
  const names = rest.split("/").map((part) => part.replace(/^([^.]+)\..*$/, "$1"));
  return names
    .filter((name) => nothingNames.has(name))
    .map((name) => ({ line: 1, message: `"${name}" says nothing about what is inside` }));
});

const kebabCase = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/;

export const kebabCaseRule = fileRule("kebab-case", (file) => {
  const name = file.path.split("/").at(-1) ?? "";
  const folders = file.path.split("/").slice(0, -1);
  const checked = isProgram(file) ? [...folders, name] : folders;
  return checked
    .filter((part) => !kebabCase.test(part))
    .map((part) => ({ line: 1, message: `${part} is not kebab-case` }));
});

const topLevel: readonly RegExp[] = [
  /^\.[A-Za-z].*$/,
  /^(?:engine|bss|bench|scripts)$/,
  /^(?:package|package-lock|biome|tsconfig|tsconfig\.[a-z]+)\.json$/,
  /^[a-z.]+\.config\.ts$/,
  /^docker-compose\.yml$/,
  /^(?:README|CHANGELOG|SECURITY|CONTRIBUTING)\.md$/,
  /^LICENSE$/,
];

export const topLevelRule = fileRule("top-level", ({ path }) => {
  const entry = path.split("/")[0] ?? "";
  return topLevel.some((pattern) => pattern.test(entry))
    ? []
    : [{ line: 1, message: `${entry} is not an agreed entry of the top level` }];
});
