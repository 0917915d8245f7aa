// Amounts as people read them.

import { expect, test } from "vitest";
import { formatAmount, formatMoney } from "./amounts.ts";

test.each([
  [0, "0.00 EUR"],
  [250_000, "0.25 EUR"],
  [1_234_500, "1.2345 EUR"],
  [10_000_001, "10.000001 EUR"],
  [15_000_000, "15.00 EUR"],
])("%d micros are %s", (micros, text) => {
  expect(formatMoney(micros, "EUR")).toBe(text);
});

test.each([
  [10 * 1024 ** 3, "octets", "10 GiB"],
  [1_572_864, "octets", "1.50 MiB"],
  [7, "octets", "7 octets"],
  [45, "seconds", "45 s"],
  [180, "seconds", "3 min"],
  [185, "seconds", "3 min 5 s"],
  [1, "messages", "1 message"],
  [100, "messages", "100 messages"],
] as const)("%d %s are %s", (amount, unit, text) => {
  expect(formatAmount(amount, unit, "EUR")).toBe(text);
});
