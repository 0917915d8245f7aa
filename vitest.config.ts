// Two kinds of tests. `unit` is pure and quick. `live` starts real servers (Redis, engines) of its
// own on free ports and in temporary folders, so that any number of runs may share a machine.

import { defineConfig } from "vitest/config";

const everywhere = "{engine,bss,bench,scripts}/**";
const live = [`${everywhere}/*.live.test.ts`, `${everywhere}/*.scenario.test.ts`];
const notOurs = ["**/node_modules/**", "**/.tollgate/**", "**/dist/**"];

export default defineConfig({
  test: {
    passWithNoTests: false,
    // The two kinds take turns: what a live test measures is not disturbed by a hundred unit files.
    projects: [
      {
        test: {
          name: "unit",
          include: [`${everywhere}/*.test.ts`],
          exclude: [...notOurs, ...live],
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "live",
          include: live,
          exclude: notOurs,
          globalSetup: ["scripts/testing/live-setup.ts"],
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
