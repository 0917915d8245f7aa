// The figures are of 200,000 prefixes and of look-ups that find something; how good they are is the
// bench's business, and no test's on a busy machine.

import { expect, test } from "vitest";
import { measurePrefixes, prefixTable } from "./prefix-match.ts";

test("measures look-ups, builds and memory, and shows them", { timeout: 60_000 }, async () => {
  const figures = await measurePrefixes(0.02);
  for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
  expect(figures.longestStepMs).toBeLessThanOrEqual(figures.buildMs);
  expect(prefixTable(figures)).toMatch(/^200,000 prefixes\n.*\nlook-up, ns +[\d,]+\n/);
});
