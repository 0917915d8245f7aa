// The list is long, and Intl knows most of it: what it says is a check on slips of the pen.

import { expect, test } from "vitest";
import { currencies } from "./currencies.ts";

test("has each code once, in order, and those of today", () => {
  const codes = [...currencies];
  expect(codes).toEqual([...codes].sort());
  for (const code of codes) expect(code).toMatch(/^[A-Z]{3}$/);
  for (const code of ["EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "BRL", "ZAR", "XCG"]) {
    expect([code, currencies.has(code)]).toEqual([code, true]);
  }
});

test("Intl has a name for every one of them", () => {
  const names = new Intl.DisplayNames("en", { type: "currency", fallback: "none" });
  expect([...currencies].filter((code) => names.of(code) === undefined)).toEqual([]);
});
