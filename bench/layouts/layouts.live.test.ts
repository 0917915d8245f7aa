// All candidates charge alike: what differs is the cost.

import { expect, test } from "vitest";
import { layouts, measureLayouts } from "./measure-layouts.ts";

test("every candidate comes to the same balances", { timeout: 120_000 }, async () => {
  const begun: string[] = [];
  const figures = await measureLayouts({
    accounts: 100,
    operations: 64 * 20,
    onBegin: (name) => begun.push(name),
  });
  expect(begun).toEqual(layouts.map(({ name }) => name));
  expect(figures.map(({ name }) => name)).toEqual(begun);
  for (const { bytesPerAccount } of figures) expect(bytesPerAccount).toBeGreaterThan(100);
});
