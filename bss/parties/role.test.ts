// Classes of credit, and whose a role is.

import { expect, test } from "vitest";
import { collectComplaints } from "../http/tmf/complaints.ts";
import { creditProfileAt, customerOf, soundRole } from "./role.ts";

const profile = (startDateTime?: string, endDateTime?: string) => ({
  creditProfileDate: "2026-01-01T00:00:00Z",
  validFor: { startDateTime, endDateTime },
});
const [january, march] = ["2026-01-01T00:00:00Z", "2026-03-01T00:00:00+01:00"];

const pointersOf = (...creditProfile: readonly object[]): readonly string[] => {
  const { complain, answer } = collectComplaints();
  soundRole(complain, { creditProfile });
  const answered = answer(undefined);
  return answered.isOk ? [] : (answered.error.errors ?? []).map(({ pointer }) => pointer);
};

test("one class of credit ends where the next begins", () => {
  const both = [profile(january, march), profile(march)];
  expect(pointersOf(...both)).toEqual([]);
  const at = (time: string) => creditProfileAt({ creditProfile: both }, Date.parse(time));
  expect(at("2025-12-31T23:59:59Z")).toBeUndefined();
  expect(at(january)).toBe(both[0]);
  expect(at("2026-02-28T22:59:59Z")).toBe(both[0]);
  expect(at("2026-02-28T23:00:00Z")).toBe(both[1]);
});

test("two at a time, or one that ends before it begins, are refused", () => {
  expect(pointersOf(profile(), profile(march))).toEqual(["/creditProfile/1/validFor"]);
  expect(pointersOf(profile(march, january))).toEqual(["/creditProfile/0/validFor/endDateTime"]);
});

test("it is the customer's who stands there as one", () => {
  const one = (id: string, type: string, role?: string) => ({ id, "@referredType": type, role });
  expect(customerOf({})).toBeUndefined();
  expect(customerOf({ relatedParty: [one("p", "Individual", "customer")] })).toBeUndefined();
  expect(customerOf({ relatedParty: [one("a", "Customer"), one("b", "customer", "Owner")] })).toBe(
    "b",
  );
  expect(customerOf({ relatedParty: [one("a", "Customer", "payer")] })).toBeUndefined();
});
