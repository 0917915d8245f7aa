// What a run has shown: a table with a row for each fault, and in words what it does not show.

import { renderTable, wholeFigure } from "../../bench/report/table.ts";
import type { Round } from "./play-round.ts";
import type { FindingKind } from "./proof/judge.ts";

export type Outcome = {
  readonly rounds: readonly Round[];
  readonly skipped: readonly { readonly fault: string; readonly reason: string }[];
  /** Chosen, and the time was over before. */
  readonly untried: readonly string[];
};

const heading = [
  ...["fault", "times", "acknowledged", "lost", "duplicated", "held", "drift"],
  ...["answers after", "well after"],
];

const countOf = (rounds: readonly Round[], kinds: readonly FindingKind[]): string => {
  const findings = rounds.flatMap((round) => round.findings);
  return wholeFigure(findings.filter(({ kind }) => kinds.includes(kind)).length);
};

/** The longest of all times; one that never came is longer than any. */
const longest = (times: readonly (number | undefined)[]): string => {
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length ? "never" : `${(Math.max(0, ...known) / 1_000).toFixed(1)} s`;
};

const rowOf = (name: string, rounds: readonly Round[]): readonly string[] => [
  name,
  wholeFigure(rounds.length),
  wholeFigure(rounds.reduce((sum, round) => sum + round.acknowledged, 0)),
  countOf(rounds, ["lost"]),
  countOf(rounds, ["duplicated"]),
  countOf(rounds, ["held"]),
  countOf(rounds, ["money", "drift", "unasked", "refused"]),
  longest(rounds.map(({ answerMs }) => answerMs)),
  longest(rounds.map(({ wellMs }) => wellMs)),
];

/** In the order of `names`. */
export const chaosTable = (outcome: Outcome, names: readonly string[]): string => {
  const rows = names.flatMap((name) => {
    if (outcome.skipped.some(({ fault }) => fault === name)) {
      return [[name, "skipped", ...heading.slice(2).map(() => "–")]];
    }
    const rounds = outcome.rounds.filter(({ fault }) => fault === name);
    return rounds.length === 0 ? [] : [rowOf(name, rounds)];
  });
  const all = outcome.rounds.length === 0 ? [] : [rowOf("all", outcome.rounds)];
  return renderTable([heading, ...rows, ...all]);
};

export const remarksOf = ({ skipped, untried }: Outcome): readonly string[] => [
  ...skipped.map(({ fault, reason }) => `skipped: ${fault}: ${reason}`),
  ...(untried.length === 0 ? [] : [`no time for: ${untried.join(", ")}`]),
];
