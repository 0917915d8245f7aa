// The table of variables against those who read them.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { helpText } from "../bootstrap/flags.mjs";
import { variables } from "./environment.ts";

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

const find = (pattern: RegExp, ...files: readonly string[]): readonly string[] =>
  files.flatMap((file) => [...read(file).matchAll(pattern)].map(([, name]) => name ?? ""));

const beginnings =
  "ENGINE|REDIS|POSTGRES|DATABASE|BSS|LEDGER|SNAPSHOT|PRIVACY|TOLLGATE|LOG|CLOCK|WEBHOOK|OPERATOR";
const quotedName = new RegExp(`"((?:${beginnings})_[A-Z_]+)"`, "g");

test("names every variable that the programs, start and Compose read, and no other", () => {
  const names = [
    ...find(quotedName, "engine/config.ts", "bss/config.ts", "scripts/supervisor/settings.ts"),
    ...find(/\$\{([A-Z_]+):-/g, "docker-compose.yml"),
  ];
  const listed = variables().map(({ name }) => name);
  expect(listed.toSorted()).toEqual([...new Set(names)].toSorted());
});

test("the defaults are those of `npm start -- --help` and of docker-compose.yml", () => {
  const defaults = new Map(variables().map(({ name, default: value }) => [name, value]));
  const helped = [...helpText().matchAll(/^ {2}([A-Z_]{6,}) {2,}(\S.{0,9}\S)? {2,}/gm)];
  expect(helped.length).toBeGreaterThan(5);
  for (const [, name = "", value = ""] of helped) {
    if (name !== "REDIS_URL") expect(`${name} ${value}`).toBe(`${name} ${defaults.get(name)}`);
  }
  for (const [, name = "", value] of read("docker-compose.yml").matchAll(/\$\{(\w+):-([^}]*)\}/g)) {
    expect(`${name} ${value}`).toBe(`${name} ${defaults.get(name)}`);
  }
});
