// The table of npm scripts against package.json.

import { expect, test } from "vitest";
import { npmScriptNames, npmScriptsPart } from "./npm-scripts.ts";

test("names every script of package.json, once, and no other", () => {
  const named = [...npmScriptsPart().matchAll(/^\| `npm (?:run )?(\S+)`/gm)].map(
    ([, name]) => name,
  );
  expect(named.toSorted()).toEqual(npmScriptNames().toSorted());
});

test("a script without a meaning, and a meaning without a script, are mistakes", () => {
  expect(() => npmScriptsPart([...npmScriptNames(), "deploy"])).toThrow(
    /without a meaning: deploy/,
  );
  expect(() => npmScriptsPart(["start"])).toThrow(/without an npm script: .*\bday\b/);
});
