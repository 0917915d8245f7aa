// Commands that others wrote: how they end, and which of their lines is worth repeating.

import { expect, test } from "vitest";
import { lastWords, run } from "./run.mjs";

test("tells the exit code and keeps both outputs", async () => {
  const { code, output } = await run("/bin/sh", ["-c", "echo one; echo two >&2; exit 3"]);
  expect(code).toBe(3);
  expect(output.split("\n").sort()).toEqual(["", "one", "two"]);
});

test("a command that does not exist is an outcome, not an exception", async () => {
  const { code, output } = await run("/no/such/command", []);
  expect(code).toBeNull();
  expect(output).toContain("ENOENT");
});

test("a command that hangs is ended", async () => {
  const { code } = await run("/bin/sh", ["-c", "exec sleep 60"], { timeoutSeconds: 0.2 });
  expect(code).toBeNull();
});

test.each([
  [
    "npm error code EUSAGE\nnpm error\nnpm error `npm ci` needs a lock\n" +
      "npm error A complete log of this run can be found in: x",
    "`npm ci` needs a lock",
  ],
  [
    "Err:1 http://deb InRelease\nE: Unable to locate package redis",
    "Unable to locate package redis",
  ],
  ["dpkg-deb: error: not a package\nmore", "dpkg-deb: error: not a package"],
  ["first\nlast", "last"],
  ["", "it said nothing"],
])("of %j the telling line is found", (output, words) => {
  expect(lastWords(output)).toBe(words);
});
