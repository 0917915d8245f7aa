// Lua scripts as files: resolves `--- @include name` (each once), puts numbers in the place of names
// in capitals, and keeps the SHA-1 that Redis will know the script by.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { luaConstants } from "./lua-constants.ts";

export type Script = { readonly name: string; readonly source: string; readonly sha: string };

const folder = new URL("../lua/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), "utf8");

export const loadScript = (name: string): Script => {
  const source = expand(read(`${name}.lua`), new Set())
    .split("\n")
    .filter((line) => !/^\s*(--|$)/.test(line))
    .join("\n")
    .replaceAll(/\b[A-Z][A-Z0-9_]+\b/g, (word) => String(luaConstants[word] ?? word));
  return { name, source, sha: createHash("sha1").update(source).digest("hex") };
};

function expand(text: string, included: Set<string>): string {
  return text.replaceAll(/^--- @include ([a-z-]+)$/gm, (_, name: string) => {
    if (included.has(name)) return "";
    included.add(name);
    return expand(read(`lib/${name}.lua`), included);
  });
}

export const scripts = {
  applyBatch: loadScript("apply-batch"),
  putAccount: loadScript("put-account"),
  expireSessions: loadScript("expire-sessions"),
  rotateAnswers: loadScript("rotate-answers"),
  claimIdentifier: loadScript("claim-identifier"),
  releaseIdentifier: loadScript("release-identifier"),
  publishTariff: loadScript("publish-tariff"),
} as const;
