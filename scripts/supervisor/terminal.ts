// How a start talks: short indented lines, bold and dim only on a terminal that shows them.

import { styleText } from "node:util";

const isStyled = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;

export const bold = (text: string): string => (isStyled ? styleText("bold", text) : text);
export const dim = (text: string): string => (isStyled ? styleText("dim", text) : text);

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** One step of the start, or something that happened later. */
export const say = (line: string): void => print(`  · ${line}`);

/** The one line of a failure. */
export const complain = (message: string): void => {
  process.stderr.write(`tollgate: ${message}\n`);
};

/** A cell longer than this pushes its own row only. */
const columnWidthMax = 36;

/** Rows of two or more columns, each as wide as its widest cell that is not overlong. */
export const alignColumns = (rows: readonly (readonly string[])[]): string[] => {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const width = cell.length > columnWidthMax ? 0 : cell.length;
      widths[column] = Math.max(widths[column] ?? 0, width);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
};
