// `npm run bench:events`, short: every step is measured, and every event delivered once.

import { expect, test } from "vitest";
import { startTrialRun } from "./trial-run.ts";

test("prints what writing, spreading and delivering cost", { timeout: 120_000 }, async () => {
  const run = startTrialRun("events.ts", ["--events", "300"]);
  expect(await run.exited, run.errors()).toBe(0);
  for (const step of ["written, 8 at once", "spread to one subscription", "delivered, signed"]) {
    expect(run.output()).toMatch(new RegExp(`${step}[^\\d\\n]*(, 8 at once)? +[\\d,]+`));
  }
  expect(run.leftRunning()).toEqual([]);
});
