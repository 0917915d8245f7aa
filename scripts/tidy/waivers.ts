// When a rule makes a piece of code worse, break it and say why: a comment on the line or the one
// before, `tidy-allow <rule>: <reason>`. A waiver without a reason, or that waives nothing, is a
// finding itself.

import type { Finding, Tree, TreeFile } from "./rule.ts";

type Waiver = { readonly path: string; readonly line: number; readonly rule: string };

const waiverForm = /tidy-allow ([a-z-]+)(?::\s*(.*))?/;
const reasonLengthMin = 10;

const waiversOf = (file: TreeFile): { readonly waiver: Waiver; readonly reason: string }[] =>
  file.comments.split("\n").flatMap((text, index) => {
    const match = waiverForm.exec(text);
    if (match?.[1] === undefined) return [];
    const waiver = { path: file.path, line: index + 1, rule: match[1] };
    return [{ waiver, reason: (match[2] ?? "").trim() }];
  });

const covers = (waiver: Waiver, finding: Finding): boolean =>
  waiver.path === finding.path &&
  waiver.rule === finding.rule &&
  (waiver.line === finding.line || waiver.line + 1 === finding.line);

/** What remains of the findings after the tree's waivers, and what is wrong with the waivers. */
export const applyWaivers = (tree: Tree, findings: readonly Finding[]): Finding[] => {
  const waivers = tree.filter((file) => file.language !== "other").flatMap(waiversOf);
  const remaining = findings.filter(
    (finding) => !waivers.some(({ waiver }) => covers(waiver, finding)),
  );
  const wrong = waivers.flatMap(({ waiver, reason }) => {
    const complaint = { path: waiver.path, line: waiver.line, rule: "waiver" };
    if (reason.length < reasonLengthMin) return [{ ...complaint, message: "gives no reason" }];
    return findings.some((finding) => covers(waiver, finding))
      ? []
      : [{ ...complaint, message: `waives nothing of ${waiver.rule}` }];
  });
  return [...remaining, ...wrong];
};
