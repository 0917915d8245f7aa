// When `npm ci` runs and when it must not: a folder that is right is never wiped.

import { expect, test } from "vitest";
import { isInstalledAsLocked } from "./dependencies.mjs";

const lock = (packages: object): string => JSON.stringify({ packages });
const root = { "": { name: "tollgate" } };
const ws = { "node_modules/ws": { version: "8.23.0" } };
const binary = { "node_modules/binary-darwin": { version: "1.0.0", optional: true } };

test.each([
  ["the same packages", ws, true],
  ["nothing installed", {}, false],
  ["another version", { "node_modules/ws": { version: "8.22.0" } }, false],
  ["a package too many", { ...ws, "node_modules/left": { version: "1.0.0" } }, false],
  ["another platform's binary too", { ...ws, ...binary }, true],
])("%s", (_, installed, expected) => {
  expect(isInstalledAsLocked(lock({ ...root, ...ws, ...binary }), lock(installed))).toBe(expected);
});
