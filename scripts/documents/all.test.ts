// Generated documents are committed; this tells when one of them is stale.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documents } from "./all.ts";

test.each(documents())("$path is what the code says (npm run generate)", ({ path, content }) => {
  const file = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  expect(file === content, `${path} is stale: npm run generate`).toBe(true);
});
