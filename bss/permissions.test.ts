// Who may what, by the matrix.

import { expect, test } from "vitest";
import { permissions, reachOf, roles } from "./permissions.ts";

test("the widest of several roles counts", () => {
  expect(reachOf(["self-care"], "customer:read")).toBe("own");
  expect(reachOf(["self-care", "care-agent"], "customer:read")).toBe("all");
  expect(reachOf([], "customer:read")).toBeUndefined();
});

test("only the auditor reads the audit", () => {
  const readers = roles.filter((role) => reachOf([role], "audit:read") !== undefined);
  expect(readers).toEqual(["auditor"]);
});

test("an auditor changes nothing but what is its own", () => {
  const changing = Object.keys(permissions).filter((name) => !name.endsWith(":read"));
  const allowed = changing.filter((name) => reachOf(["auditor"], name as never) !== undefined);
  expect(allowed).toEqual(["self:write"]);
});
