// From a shared object that is missing to the Debian package that brings it.

import { expect, test } from "vitest";
import { missingSharedObjects, packageCandidates } from "./shared-objects.mjs";

test("finds what ldd misses, each once", () => {
  const output = [
    "\tlinux-vdso.so.1 (0x00007ffd)",
    "\tlibjemalloc.so.2 => not found",
    "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)",
    "\tliblua5.1.so.0 => not found",
    "\tlibjemalloc.so.2 => not found",
  ].join("\n");
  expect(missingSharedObjects(output)).toEqual(["libjemalloc.so.2", "liblua5.1.so.0"]);
});

test.each([
  ["libjemalloc.so.2", "libjemalloc2"],
  ["liblua5.1.so.0", "liblua5.1-0"],
  ["libssl.so.3", "libssl3t64"],
  ["libgpg-error.so.0", "libgpg-error0"],
  ["libgcc_s.so.1", "libgcc-s1"],
])("%s may come with %s", (sharedObject, expected) => {
  expect(packageCandidates(sharedObject)).toContain(expected);
});

test("what is no shared object has no package", () => {
  expect(packageCandidates("ld-linux-x86-64.so.2")).toEqual([]);
});
