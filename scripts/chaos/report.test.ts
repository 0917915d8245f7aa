// The table of a run: one row for each fault, what was skipped never as passed.

import { expect, test } from "vitest";
import type { Round } from "./play-round.ts";
import { chaosTable, remarksOf } from "./report.ts";

const round: Round = {
  fault: "kill-redis",
  where: "Redis",
  heldMs: 100,
  acknowledged: 1_000,
  answerMs: 1_200,
  wellMs: 2_000,
  longestMs: 1_300,
  findings: [],
  problems: [],
  isRedisBehind: false,
  allowance: undefined,
};
const broken = { detail: "", isAllowed: false } as const;
const lost = { kind: "lost", subject: "event anna e 0", ...broken } as const;
const drift = { kind: "money", subject: "account anna", ...broken } as const;
const names = ["kill-redis", "cut-wire", "disk-full", "kill-engine"];

test("sums up each fault, in the order of the list, and all of them", () => {
  const rounds = [
    { ...round, fault: "cut-wire", answerMs: 0, wellMs: 40 },
    round,
    { ...round, findings: [lost, lost, drift], wellMs: undefined },
  ];
  const skipped = [{ fault: "disk-full", reason: "needs root" }];
  const outcome = { rounds, skipped, untried: ["kill-engine"] };
  const lines = chaosTable(outcome, names, "always").split("\n");
  expect(lines.filter((_, index) => index !== 1).map((line) => line.split(/ {2,}/))).toEqual([
    [
      ...["fault", "times", "acknowledged", "lost", "duplicated", "held", "drift"],
      ...["answers after", "well after"],
    ],
    ["kill-redis", "2", "2,000", "2", "0", "0", "1", "1.2 s", "never"],
    ["cut-wire", "1", "1,000", "0", "0", "0", "0", "0.0 s", "0.0 s"],
    ["disk-full", "skipped", "–", "–", "–", "–", "–", "–", "–"],
    ["all", "3", "3,000", "2", "0", "0", "1", "1.2 s", "never"],
  ]);
  expect(remarksOf(outcome)).toEqual([
    "skipped: disk-full: needs root",
    "no time for: kill-engine",
  ]);
});

test("with everysec says apart what may be lost, and what a rebuild undoes", () => {
  const allowed = { ...lost, isAllowed: true };
  const undone = { ...allowed, kind: "undone" } as const;
  const held = { ...allowed, kind: "held", subject: "account anna" } as const;
  const rounds = [
    { ...round, findings: [lost, allowed, allowed, held] },
    { ...round, findings: [undone], isRedisBehind: true },
  ];
  const lines = chaosTable({ rounds, skipped: [], untried: [] }, names, "everysec").split("\n");
  expect([lines[0], lines[2]].map((line) => line!.split(/ {2,}/).slice(2, 9))).toEqual([
    ["acknowledged", "lost", "of it allowed", "rebuilt", "undone", "duplicated", "held"],
    ["2,000", "3", "2", "1", "1", "0", "0"],
  ]);
});
