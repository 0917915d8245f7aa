// What generated documents are made of: tables, and parts between markers in a text that people
// write.

type Cell = string | number;

export const table = (
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  rule: readonly string[] = head.map(() => "---"),
): string => [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** With columns of equal width, as the formatter wants it in texts that people edit as well. */
export const alignedTable = (
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): string => {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => String(row[column]).length)),
  );
  const pad = (row: readonly Cell[]) =>
    row.map((cell, column) => String(cell).padEnd(widths[column] ?? 0));
  return table(
    pad(head),
    rows.map(pad),
    widths.map((width) => "-".repeat(width)),
  );
};

const minuteMs = 60_000;

/** 5 minutes, 24 hours; milliseconds that are neither are a mistake of whoever set them. */
export const durationText = (ms: number): string => {
  const minutes = ms / minuteMs;
  if (!Number.isInteger(minutes)) throw new Error(`${ms} ms are no whole minutes`);
  const [count, unit] =
    minutes >= 120 && minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
};

const marked = /<!-- begin ([a-z-]+) -->\n[\s\S]*?<!-- end \1 -->/g;

/**
 * The text with each part between `<!-- begin name -->` and `<!-- end name -->`. Throws when a part
 * has no place, or a place no part.
 */
export const fillParts = (text: string, parts: Readonly<Record<string, string>>): string => {
  const placed = new Set<string>();
  const filled = text.replace(marked, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`nothing is called ${name}`);
    placed.add(name);
    return `<!-- begin ${name} -->\n\n${part.trimEnd()}\n\n<!-- end ${name} -->`;
  });
  const missing = Object.keys(parts).filter((name) => !placed.has(name));
  if (missing.length > 0) throw new Error(`no place for ${missing.join(", ")}`);
  return filled;
};
