// Writes the documents that are made from tables in the code. `--check` writes nothing and fails
// when one of them is not what the code says.

import { readFileSync, writeFileSync } from "node:fs";
import { documents } from "./documents/all.ts";

const isCheck = process.argv.includes("--check");
let staleCount = 0;
for (const { path, content } of documents()) {
  const file = new URL(`../${path}`, import.meta.url);
  if (readOrEmpty(file) === content) continue;
  staleCount++;
  if (!isCheck) writeFileSync(file, content);
  console.log(isCheck ? `${path} is stale: npm run generate` : `${path} written`);
}
if (isCheck && staleCount > 0) process.exitCode = 1;

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
