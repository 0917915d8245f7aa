// The figures are of publications that took place while updates were charged; how good they are is
// the bench's business, and no test's on a busy machine.

import { expect, test } from "vitest";
import { measurePublication, publicationTable } from "./deck-publication.ts";

test("measures a publication amid charging, and shows it", { timeout: 60_000 }, async () => {
  const figures = await measurePublication(1, () => undefined);
  for (const { updates, longestTurnMs, longestWaitMs } of [
    ...figures.publishing,
    ...figures.alone,
  ]) {
    expect(updates).toBeGreaterThan(0);
    expect(longestTurnMs).toBeGreaterThan(0);
    expect(longestWaitMs).toBeGreaterThan(0);
  }
  expect(figures.octetsPerRowInRedis).toBeGreaterThan(10);
  expect(publicationTable(figures)).toMatch(/^1 publications of a deck, ms +least/);
});
