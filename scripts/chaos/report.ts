// What a run has shown: a table with a row for each fault, and in words what it does not show.

import { renderTable, wholeFigure } from "../../bench/report/table.ts";
import type { Durability } from "../../engine/config.ts";
import type { Round } from "./play-round.ts";
import type { Finding, FindingKind } from "./proof/judge.ts";

export type Outcome = {
  readonly rounds: readonly Round[];
  readonly skipped: readonly { readonly fault: string; readonly reason: string }[];
  /** Chosen, and the time was over before. */
  readonly untried: readonly string[];
};

const headingOf = (isLossAllowed: boolean): readonly string[] => [
  ...["fault", "times", "acknowledged", "lost"],
  ...(isLossAllowed ? ["of it allowed", "rebuilt", "undone"] : []),
  ...["duplicated", "held", "drift", "answers after", "well after"],
];

const isAny = () => true;
const isBroken = ({ isAllowed }: Finding) => !isAllowed;

const countOf = (
  rounds: readonly Round[],
  kinds: readonly FindingKind[],
  isCounted: (finding: Finding) => boolean = isBroken,
): string => {
  const findings = rounds.flatMap((round) => round.findings);
  return wholeFigure(findings.filter((one) => kinds.includes(one.kind) && isCounted(one)).length);
};

/** The longest of all times; one that never came is longer than any. */
const longest = (times: readonly (number | undefined)[]): string => {
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length ? "never" : `${(Math.max(0, ...known) / 1_000).toFixed(1)} s`;
};

/** Of what the durability mode does not promise. */
const lossesOf = (rounds: readonly Round[]): readonly string[] => [
  countOf(rounds, ["lost"], ({ isAllowed }) => isAllowed),
  wholeFigure(rounds.filter(({ isRedisBehind }) => isRedisBehind).length),
  countOf(rounds, ["undone"], isAny),
];

const rowOf = (
  name: string,
  rounds: readonly Round[],
  isLossAllowed: boolean,
): readonly string[] => [
  name,
  wholeFigure(rounds.length),
  wholeFigure(rounds.reduce((sum, round) => sum + round.acknowledged, 0)),
  countOf(rounds, ["lost"], isAny),
  ...(isLossAllowed ? lossesOf(rounds) : []),
  countOf(rounds, ["duplicated"]),
  countOf(rounds, ["held"]),
  countOf(rounds, ["money", "drift", "unasked", "refused"]),
  longest(rounds.map(({ answerMs }) => answerMs)),
  longest(rounds.map(({ wellMs }) => wellMs)),
];

/** In the order of `names`. */
export const chaosTable = (
  outcome: Outcome,
  names: readonly string[],
  durability: Durability,
): string => {
  const isLossAllowed = durability === "everysec";
  const heading = headingOf(isLossAllowed);
  const rows = names.flatMap((name) => {
    if (outcome.skipped.some(({ fault }) => fault === name)) {
      return [[name, "skipped", ...heading.slice(2).map(() => "–")]];
    }
    const rounds = outcome.rounds.filter(({ fault }) => fault === name);
    return rounds.length === 0 ? [] : [rowOf(name, rounds, isLossAllowed)];
  });
  const all = outcome.rounds.length === 0 ? [] : [rowOf("all", outcome.rounds, isLossAllowed)];
  return renderTable([heading, ...rows, ...all]);
};

export const remarksOf = ({ skipped, untried }: Outcome): readonly string[] => [
  ...skipped.map(({ fault, reason }) => `skipped: ${fault}: ${reason}`),
  ...(untried.length === 0 ? [] : [`no time for: ${untried.join(", ")}`]),
];
