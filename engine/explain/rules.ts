// What the rules of an account count and which of them are hit, as lua/lib/rules.lua has it.

import { verbs } from "../cdr/journal-numbers.ts";
import { luaConstants } from "../store/lua-constants.ts";
import type { PlanNumbers } from "../store/plan-numbers.ts";
import { amountMax } from "../values/units.ts";
import { add, missing, readCell, remark, type Work } from "./cells.ts";

/** As store/rule-bytes.ts writes it. */
export type RuleNumbers = {
  /** In the list, from 1; plans name it by that. */
  readonly place: number;
  readonly kind: number;
  readonly cell: number;
  /** 0: none. */
  readonly second: number;
  readonly windowMs: number;
  readonly isEnforcing: boolean;
  readonly bound: number;
  readonly more: number;
};

/** What a message spent, by the places of rules. */
export type Spending = Map<number, { all: number; there: number }>;

const ruleLength = luaConstants["RULE_NUMBERS"]!;
const isOfSessions = (rule: RuleNumbers) =>
  rule.kind === luaConstants["RULE_SIMULTANEOUS_SESSIONS"];
const isOfTravel = (rule: RuleNumbers) => rule.kind === luaConstants["RULE_IMPOSSIBLE_TRAVEL"];

/** They stand behind the dues. */
export const readRules = (bytes: Buffer | undefined): readonly RuleNumbers[] => {
  if (bytes === undefined) return [];
  const from = 4 + 8 * bytes.readUInt16LE(0);
  return Array.from({ length: bytes.readUInt16LE(2) / ruleLength }, (_, index) => {
    const at = (n: number) => bytes.readDoubleLE(from + 8 * (ruleLength * index + n));
    return {
      ...{ place: 1 + ruleLength * index, kind: at(0), cell: at(1), second: at(2) },
      ...{ windowMs: at(3), isEnforcing: at(4) === 1, bound: at(5), more: at(6) },
    };
  });
};

export const addSpending = (spending: Spending, plan: PlanNumbers, cost: number): void => {
  if (cost === 0) return;
  for (const { place, isThere } of plan.spending) {
    const { all, there } = spending.get(place) ?? { all: 0, there: 0 };
    spending.set(place, { all: all + cost, there: there + (isThere ? cost : 0) });
  }
};

const windowOf = (work: Work, { windowMs }: RuleNumbers) => Math.floor(work.now / windowMs);

const isHit = (work: Work, rule: RuleNumbers): boolean => {
  const window = windowOf(work, rule);
  if (rule.second > 0) return readCell(work, rule.second + 1) >= window;
  return readCell(work, rule.cell + 1) >= window && readCell(work, rule.cell) > rule.bound;
};

/** When the window is over in which it is hit: perhaps one that an engine ahead had begun. */
const endOfHit = (work: Work, { cell, second, windowMs }: RuleNumbers): number =>
  (readCell(work, (second > 0 ? second : cell) + 1) + 1) * windowMs;

/** Whether what costs something is refused. */
export const isRefusing = (work: Work, rules: readonly RuleNumbers[]): boolean =>
  rules.some((rule) => rule.isEnforcing && isHit(work, rule));

/** After what was used is settled. */
export const judgeRules = (
  work: Work,
  rules: readonly RuleNumbers[],
  verb: number,
  spending: Spending,
): void => {
  for (const rule of rules) {
    const wasHit = isHit(work, rule);
    const spent = spending.get(rule.place);
    if (spent !== undefined) spend(work, rule, spent);
    if (isOfTravel(rule)) travel(work, rule);
    if (isOfSessions(rule) && !wasHit && verb <= verbs.update) countSessions(work, rule);
    if (isHit(work, rule) && !wasHit) {
      remark(work, "ruleHit", rule.cell, endOfHit(work, rule));
    }
  }
};

const spend = (work: Work, rule: RuleNumbers, { all, there }: { all: number; there: number }) => {
  const { cell, second, more: least, bound: percent } = rule;
  const window = windowOf(work, rule);
  if (readCell(work, cell + 1) < window) {
    work.cells[cell] = 0;
    work.cells[cell + 1] = window;
    if (second > 0) work.cells[second] = 0;
  }
  const total = addUpTo(work, cell, all);
  if (second === 0) return;
  const part = addUpTo(work, second, there);
  const isBeyond = 100n * BigInt(part) > BigInt(percent) * BigInt(total);
  if (total >= least && isBeyond) work.cells[second + 1] = readCell(work, cell + 1);
};

const addUpTo = (work: Work, cell: number, amount: number): number => {
  add(work, cell, amount);
  work.cells[cell] = Math.min(amountMax, readCell(work, cell));
  return readCell(work, cell);
};

const travel = (work: Work, rule: RuleNumbers): void => {
  const { cell, more: country } = rule;
  const known = readCell(work, cell) % 1_000;
  if (country === 0 || country === known) return;
  const window = windowOf(work, rule);
  const isOver = readCell(work, cell + 1) < window;
  const changes = isOver ? 0 : Math.floor(readCell(work, cell) / 1_000);
  work.cells[cell] = 1_000 * (changes + (known > 0 ? 1 : 0)) + country;
  if (isOver) work.cells[cell + 1] = window;
};

const countSessions = (work: Work, rule: RuleNumbers): void => {
  if (work.holders === undefined) throw missing("how many sessions are open");
  if (work.holders <= rule.bound) return;
  work.cells[rule.cell] = work.holders;
  work.cells[rule.cell + 1] = windowOf(work, rule);
};
