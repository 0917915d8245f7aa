// What of a Lua file stands in a block of its own.

import { expect, test } from "vitest";
import { withOwnScopes } from "./lua-scopes.ts";
import { library } from "./scripts.ts";

const users = ["return twice(3) + limit"];

test("keeps what no other file names within the file, and shares the rest", () => {
  const text = [
    "local own, limit = 2, 5",
    "local last",
    "local function helper(n)",
    "  local twice = own * n",
    "  return twice",
    "end",
    "local function twice(n)",
    "  last = helper(n)",
    "  return last",
    "end",
  ].join("\n");
  expect(withOwnScopes([text], users)).toEqual([
    [
      "local limit, twice",
      "do",
      "local own",
      "own, limit = 2, 5",
      "local last",
      "local function helper(n)",
      "  local twice = own * n",
      "  return twice",
      "end",
      "function twice(n)",
      "  last = helper(n)",
      "  return last",
      "end",
      "end",
    ].join("\n"),
  ]);
});

test("lets files go on naming what a file before them has", () => {
  const files = ["local shown\nlocal hidden = 1", "shown = 2"];
  expect(withOwnScopes(files, users)).toEqual([
    "local shown\ndo\nlocal hidden = 1\nend",
    "do\nshown = 2\nend",
  ]);
});

test("leaves the library well below the 200 names that Lua allows at once", () => {
  const shared = library.source.match(/^local [\w, ]+(?=\ndo$)/gm) ?? [];
  const names = shared.flatMap((line) => line.slice("local ".length).split(", "));
  expect(names.length).toBeGreaterThan(80);
  expect(names.length).toBeLessThan(180);
});
