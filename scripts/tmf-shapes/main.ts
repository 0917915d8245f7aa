// Makes the shapes of TM Forum's resources of its definitions: `npx tsx scripts/tmf-shapes/main.ts
// FOLDER`. Exit code 0: written; 1: a definition is not there; 2: no folder is named.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodes } from "../exit-codes.ts";
import { complain, counted, print } from "../terminal-text.ts";
import { type ReadApi, readApis } from "./apis.ts";
import { generate } from "./generate.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const isRead = (apis: readonly ReadApi[] | readonly string[]): apis is readonly ReadApi[] =>
  typeof apis[0] !== "string";

const run = (folder: string): number => {
  const apis = readApis(folder);
  if (!isRead(apis)) {
    complain("tmf-shapes", `${folder} has no ${apis.join(", ")}`);
    return exitCodes.failed;
  }
  const files = generate(apis);
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  print([`${counted(files.size, "file")} of ${counted(apis.length, "API")}`]);
  return exitCodes.good;
};

const folder = process.argv[2];
if (folder === undefined || !existsSync(folder)) {
  complain("tmf-shapes", "npx tsx scripts/tmf-shapes/main.ts FOLDER, of TM Forum's definitions");
  process.exitCode = exitCodes.usage;
} else {
  process.exitCode = run(folder);
}
