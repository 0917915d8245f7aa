// Versions as servers print them, and which are new enough.

import { expect, test } from "vitest";
import { isVersionAtLeast, parseServerVersion, redisVersionMin } from "./version.mjs";

test.each([
  ["Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=e9c", "7.0.15"],
  ["Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=c4e", "6.0.16"],
  ["Valkey server v=8.0.1 sha=00000000:0 malloc=libc bits=64 build=d1", "8.0.1"],
  ["error while loading shared libraries: libjemalloc.so.2", null],
  ["", null],
])("%j", (output, version) => {
  expect(parseServerVersion(output)).toBe(version);
});

test.each([
  ["7.0.0", true],
  ["7.0.15", true],
  ["7.2.4", true],
  ["10.0.0", true],
  ["6.2.14", false],
  ["6.0.16", false],
  ["5.9.9", false],
])("%s has Redis Functions: %s", (version, expected) => {
  expect(isVersionAtLeast(version, redisVersionMin)).toBe(expected);
});
