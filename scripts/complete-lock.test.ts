// The lock as npm leaves it on one machine, and what completing it must add.

import { expect, test } from "vitest";
import { completeLock } from "./complete-lock.mjs";

const lockWith = (packages: Record<string, object>) => ({ packages: { "": {}, ...packages } });

test("adds the binaries of other platforms with the platform that their name tells", () => {
  const { lock, added } = completeLock(
    lockWith({
      "node_modules/tool": {
        version: "2.6.8",
        optionalDependencies: {
          "@tool/cli-darwin-arm64": "2.6.8",
          "@tool/cli-linux-x64": "2.6.8",
          "@tool/cli-linux-x64-musl": "2.6.8",
        },
      },
      "node_modules/@tool/cli-linux-x64": { version: "2.6.8" },
    }),
  );
  expect(added).toEqual([
    "node_modules/@tool/cli-darwin-arm64",
    "node_modules/@tool/cli-linux-x64-musl",
  ]);
  expect(lock.packages["node_modules/@tool/cli-darwin-arm64"]).toEqual({
    version: "2.6.8",
    cpu: ["arm64"],
    os: ["darwin"],
    optional: true,
  });
  expect(lock.packages["node_modules/@tool/cli-linux-x64-musl"]?.libc).toEqual(["musl"]);
  expect(Object.keys(lock.packages)).toEqual(Object.keys(lock.packages).toSorted());
});

test("adds nothing where the binary stands, in the package's own folder or in one above", () => {
  const optionalDependencies = { "@tool/cli-linux-x64": "^1.0.0" };
  const nested = lockWith({
    "node_modules/outer/node_modules/tool": { optionalDependencies },
    "node_modules/outer/node_modules/@tool/cli-linux-x64": { version: "1.0.0" },
  });
  expect(completeLock(nested).added).toEqual([]);
});

test("refuses to guess for an optional package that names no platform", () => {
  const lock = lockWith({ "node_modules/tool": { optionalDependencies: { extras: "1.0.0" } } });
  expect(() => completeLock(lock)).toThrow("extras is optional, missing from the lock");
});

test("a lock that was completed once is complete", () => {
  const lock = lockWith({
    "node_modules/tool": { optionalDependencies: { "tool-win32-x64": "~3.1.0" } },
  });
  const once = completeLock(lock);
  expect(once.lock.packages["node_modules/tool-win32-x64"]?.version).toBe("3.1.0");
  expect(completeLock(once.lock).added).toEqual([]);
});
