// Links between the documents of the repository: none leads nowhere, and README.md is near to every
// folder's own.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders = ["engine", "bench", "scripts"];
const documents = [
  "README.md",
  "CHANGELOG.md",
  ...folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /(?:README|PROTOCOL)\.md$/.test(file))
      .map((file) => path.posix.join(folder, file)),
  ),
];

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** As GitHub makes them of headings. */
const anchorsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\d -]/gu, "")
      .replaceAll(" ", "-"),
  );

type Link = { readonly file: string; readonly anchor: string };

const linksOf = (from: string): readonly Link[] =>
  [...read(from).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(
    ([, file = "", anchor = ""]) => ({
      file: file === "" ? from : path.posix.join(path.posix.dirname(from), file),
      anchor,
    }),
  );

test.each(documents)("every link of %s leads to a file, and to a heading in it", (from) => {
  for (const { file, anchor } of linksOf(from)) {
    expect(existsSync(path.join(root, file)), file).toBe(true);
    if (anchor !== "") expect(anchorsOf(file), file).toContain(anchor);
  }
});

test("every README of a folder is two links away from the top one at most", () => {
  const near = linksOf("README.md").map(({ file }) => file);
  const linked = near.filter((file) => file.endsWith(".md")).flatMap(linksOf);
  const reached = new Set([...near, ...linked.map(({ file }) => file)]);
  expect(documents.length).toBeGreaterThan(20);
  expect(documents.slice(2).filter((file) => !reached.has(file))).toEqual([]);
});
