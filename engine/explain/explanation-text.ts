// The lines of an explanation on a terminal: what each is about in a column of its own, once for
// several lines about the same; what is one charge or grant stands together.

import type { Line, Topic } from "./line.ts";

/** Before these a line is left free. */
const openings: ReadonlySet<Topic> = new Set(["due", "use", "balance"]);

export const explanationText = (lines: readonly Line[]): readonly string[] =>
  lines.flatMap(({ topic, text }, index) => {
    const before = lines[index - 1]?.topic;
    if (topic === "result") return [text];
    if (topic === "problem") return [`DOES NOT FOLLOW: ${text}`];
    const free = openings.has(topic) && before !== topic ? [""] : [];
    if (topic === "use") return [...free, text];
    const name = topic === before || topic === "what" || topic === "step" ? "" : topic;
    return [...free, `  ${name.padEnd(9)} ${topic === "step" ? "  " : ""}${text}`];
  });
