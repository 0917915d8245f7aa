// Maps: where a folder's README has a table of its files, each of them stands in it, and what is in
// it is there. `batch-*.ts` stands for all that fit; tests need no place. The top README is held
// to the folders by scripts/documents/readme.test.ts.

import { isProgram, type Rule, type Tree, type TreeFile } from "./rule.ts";

const readmePath = /^(.+\/)README\.md$/;

/** Files and folders that a line of a table names in its first cell. */
const namesIn = (line: string): readonly string[] => {
  const cell = /^\|((?:[^|`]|`[^`]*`)*)\|/.exec(line)?.[1] ?? "";
  return [...cell.matchAll(/`([\w.*/-]+)`/g)]
    .map(([, name = ""]) => name)
    .filter((name) => /(?:\/|\.(?:ts|mjs|lua|json|txt))$/.test(name));
};

const matcherOf = (name: string): RegExp =>
  new RegExp(
    `^${name.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}${name.endsWith("/") ? "" : "$"}`,
  );

/** Programs right in the folder, and folders in it that have any. */
const childrenOf = (tree: Tree, folder: string): readonly string[] => {
  const inside = tree.filter((file) => file.path.startsWith(folder) && isProgram(file));
  const children = inside
    .map((file) => ({ file, rest: file.path.slice(folder.length) }))
    .filter(({ file, rest }) => rest.includes("/") || !file.isTest)
    .map(({ rest }) => rest.replace(/\/.*/, "/"));
  return [...new Set(children)];
};

const checkMap = (tree: Tree, readme: TreeFile, folder: string) => {
  const named = readme.lines.flatMap((text, index) =>
    namesIn(text).map((name) => ({ name, line: index + 1, matcher: matcherOf(name) })),
  );
  const children = childrenOf(tree, folder);
  const first = named.find(({ matcher }) => children.some((child) => matcher.test(child)));
  if (first === undefined) return [];
  const paths = tree
    .filter((file) => file.path.startsWith(folder))
    .map((file) => file.path.slice(folder.length));
  const gone = named
    .filter(({ matcher }) => !paths.some((path) => matcher.test(path)))
    .map(({ name, line }) => ({ line, message: `${name} is not there` }));
  const left = children
    .filter((child) => !named.some(({ matcher }) => matcher.test(child)))
    .map((child) => ({ line: first.line, message: `${child} has no place in the map` }));
  return [...gone, ...left];
};

export const mapsRule: Rule = {
  name: "maps",
  check: (tree) =>
    tree.flatMap((file) => {
      const folder = readmePath.exec(file.path)?.[1];
      if (folder === undefined) return [];
      return checkMap(tree, file, folder).map((found) => ({ path: file.path, ...found }));
    }),
};
