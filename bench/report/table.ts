// Tables for the terminal: the first column to the left, figures to the right, and how figures are
// written.

/** Rows of equal length, the first one the heading. */
export const renderTable = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return cells.join("  ").trimEnd();
  });
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
};

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 104,532 */
export const wholeFigure = (value: number): string => grouped.format(value);

/** Three significant digits, never in exponents: 0.0123, 1.23, 12.3, 123, 1,234. */
export const preciseFigure = (value: number): string => {
  if (value === 0) return "0";
  if (Math.abs(value) >= 999.5) return wholeFigure(value);
  const decimals = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(6, Math.max(0, decimals)));
};

/** A share of one as 71 %. */
export const percentFigure = (share: number): string => `${Math.round(share * 100)} %`;
