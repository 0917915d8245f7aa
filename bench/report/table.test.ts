// Tables line up and figures can be trusted to three digits.

import fc from "fast-check";
import { expect, test } from "vitest";
import { percentFigure, preciseFigure, renderTable, wholeFigure } from "./table.ts";

test("names stand to the left, figures to the right, under a rule", () => {
  const rows = [
    ["measured", "op/s", "p99 ms"],
    ["yardstick", "500,000", ""],
    ["end to end", "100", "4.5"],
  ];
  expect(renderTable(rows)).toBe(
    [
      "measured       op/s  p99 ms",
      "──────────  ───────  ──────",
      "yardstick   500,000",
      "end to end      100     4.5",
    ].join("\n"),
  );
});

test("figures keep three significant digits and no exponent", () => {
  expect([0, 0.01234, 1.2345, 12.345, 123.45, 1234.5].map(preciseFigure)).toEqual([
    "0",
    "0.0123",
    "1.23",
    "12.3",
    "123",
    "1,235",
  ]);
  expect(wholeFigure(1_234_567.8)).toBe("1,234,568");
  expect(percentFigure(0.714)).toBe("71 %");
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (value) => {
      const read = Number(preciseFigure(value).replaceAll(",", ""));
      expect(Math.abs(read - value) / value).toBeLessThan(0.006);
    }),
  );
});
