// The figures are of accounts that were looked at; how good they are is the bench's business.

import { expect, test } from "vitest";
import { idleTable, measureIdleAccounts } from "./idle-accounts.ts";

test("measures what an idle account costs, and shows it", { timeout: 60_000 }, async () => {
  const figures = await measureIdleAccounts(256);
  for (const { engineUs } of figures) expect(engineUs).toBeGreaterThan(0);
  expect(idleTable(figures)).toMatch(/renewed, and a rest expired +[\d.]+ +[\d.]+/);
});
