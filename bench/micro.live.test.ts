// `npm run bench:micro`, short: every piece is measured and the table is printed.

import { expect, test } from "vitest";
import { variants } from "./features/variants.ts";
import { startTrialRun } from "./trial-run.ts";

test("prints what each piece of code costs", { timeout: 120_000 }, async () => {
  const run = startTrialRun("micro.ts", ["--only", "code", "--seconds", "0.05"]);
  expect(await run.exited, run.errors()).toBe(0);
  for (const piece of ["decode a frame", "fingerprint", "write into the batch", "make a plan"]) {
    expect(run.output()).toMatch(new RegExp(`${piece} +[\\d,]+`));
  }
});

test("prints what each feature costs an update", { timeout: 120_000 }, async () => {
  const run = startTrialRun("micro.ts", ["--only", "features", "--turns", "1"]);
  expect(await run.exited, run.errors()).toBe(0);
  for (const { name } of variants) expect(run.output()).toContain(name);
});
