// The generated files are what the generator writes: all of it again where TM Forum's definitions
// are at hand (TMF_DEFINITIONS names their folder), and in any case untouched since.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { apis, readApis } from "./apis.ts";
import { generate, isUntouched, shapesFile, sharedFile, structureFile } from "./generate.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const textOf = (file: string): string => readFileSync(path.join(root, file), "utf8");
const files = [
  sharedFile,
  ...apis.flatMap(({ api, domain }) => [shapesFile(api, domain), structureFile(api)]),
];

test.each(files)("%s is as it was generated", (file) => {
  expect(isUntouched(textOf(file))).toBe(true);
});

test("a file in which one character is edited is found out", () => {
  for (const file of [sharedFile, structureFile(620)]) {
    const text = textOf(file);
    expect(isUntouched(`${text} `), file).toBe(false);
    expect(isUntouched(text.replace('"TimePeriod"', '"Period"').replace("may.", "must."))).toBe(
      false,
    );
    expect(isUntouched(text.replace(/sha256.*\n/, "")), file).toBe(false);
  }
});

test("no other file is there", () => {
  const folders = [...new Set(files.map((file) => path.dirname(file)))];
  const found = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => /tmf\d*\.generated|^\d+\.generated|shapes\.generated/.test(name))
      .map((name) => path.posix.join(folder, name)),
  );
  expect(found.toSorted()).toEqual([...files].toSorted());
});

const definitions = process.env["TMF_DEFINITIONS"] ?? "";

test.runIf(existsSync(definitions))("the generator writes just that", () => {
  const read = readApis(definitions);
  const all = read.filter((one) => typeof one !== "string");
  expect(all).toHaveLength(apis.length);
  const generated = generate(all);
  expect([...generated.keys()].toSorted()).toEqual([...files].toSorted());
  for (const [file, text] of generated) expect(text === textOf(file), file).toBe(true);
});
