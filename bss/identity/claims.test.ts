// What an issuer's claims are worth here.

import { expect, test } from "vitest";
import { customerOfClaims, nameOfClaims, rolesOfClaims } from "./claims.ts";

const mapping = {
  rolesClaim: "realm_access.roles",
  rolesByClaim: { helpdesk: ["care-agent"], boss: ["administrator", "auditor"], odd: ["emperor"] },
  customerClaim: "customer",
};
const claims = (roles: unknown) => ({ sub: "7", realm_access: { roles }, customer: "c-1" });

test.each([
  [["helpdesk"], ["care-agent"]],
  [
    ["boss", "helpdesk"],
    ["administrator", "care-agent", "auditor"],
  ],
  ["helpdesk boss", ["administrator", "care-agent", "auditor"]],
  // A role of ours by its own name is nobody's to claim.
  [["administrator"], []],
  [["odd"], []],
  [["toString", "__proto__", "constructor"], []],
  [[7, null, ["boss"]], []],
  [{ boss: true }, []],
  [undefined, []],
])("%j are worth %j", (given, expected) => {
  expect([...rolesOfClaims(claims(given), mapping)].toSorted()).toEqual(expected.toSorted());
});

test("a claim whose name has dots is found by its whole name first", () => {
  const named = { ...mapping, rolesClaim: "https://example.org/roles" };
  const found = rolesOfClaims({ "https://example.org/roles": ["helpdesk"] }, named);
  expect(found).toEqual(["care-agent"]);
});

test("a customer is text, or none", () => {
  expect(customerOfClaims(claims([]), mapping)).toBe("c-1");
  expect(customerOfClaims({ customer: 7 }, mapping)).toBeUndefined();
  expect(customerOfClaims(claims([]), { ...mapping, customerClaim: null })).toBeUndefined();
});

test("somebody without a name is shown by the subject", () => {
  expect(nameOfClaims({ sub: "7", name: "Ada", preferred_username: "ada" })).toBe("Ada");
  expect(nameOfClaims({ sub: "7", name: "", preferred_username: "ada" })).toBe("ada");
  expect(nameOfClaims({ sub: "7" })).toBe("7");
});

test("what no database keeps is no name and no customer", () => {
  expect(nameOfClaims({ sub: "7", name: "Ada\u0000", preferred_username: "\ud83d" })).toBe("7");
  expect(nameOfClaims({ sub: "7", name: "🧮".repeat(201) })).toBe("🧮".repeat(200));
  expect(customerOfClaims({ customer: "c-1\u0000" }, mapping)).toBeUndefined();
});
