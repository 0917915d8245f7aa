// Counters, their caps and their thresholds, as lua/lib/settle.lua and lua/lib/watch.lua keep them.

import type { PlanNumbers } from "../store/plan-numbers.ts";
import { amountMax } from "../values/units.ts";
import { readCell, remark, type Work } from "./cells.ts";

/** What one cap leaves. */
export type CapLeft = {
  readonly cell: number;
  readonly isMoney: boolean;
  readonly cap: number;
  readonly counted: number;
  readonly reserved: number;
  readonly left: number;
};

export type Headroom = {
  readonly units: number;
  readonly money: number;
  readonly caps: readonly CapLeft[];
};

export type Count = {
  readonly cell: number;
  readonly isMoney: boolean;
  readonly period: number;
  readonly before: number;
  readonly after: number;
  /** Of its thresholds; undefined: it has none. */
  readonly levels: Levels | undefined;
};
type Levels = { readonly before: number; readonly after: number };

type Watch = PlanNumbers["watches"][number];

/** Undefined where the counter has left the period behind. */
const valueIn = (work: Work, { cell, period }: Watch): number | undefined => {
  const kept = readCell(work, cell + 1);
  if (kept > period) return undefined;
  return kept === period ? readCell(work, cell) : 0;
};

export const headroom = (work: Work, { watches }: PlanNumbers): Headroom => {
  const caps: CapLeft[] = [];
  for (const watch of watches) {
    const { cell, isMoney, cap, stateCell } = watch;
    const counted = cap < amountMax ? valueIn(work, watch) : undefined;
    if (counted === undefined) continue;
    const reserved = readCell(work, stateCell);
    caps.push({
      ...{ cell, isMoney, cap, counted, reserved },
      left: Math.max(0, cap - counted - reserved),
    });
  }
  const least = (wanted: boolean) =>
    Math.min(amountMax, ...caps.filter(({ isMoney }) => isMoney === wanted).map((c) => c.left));
  return { units: least(false), money: least(true), caps };
};

/** It leaves nothing. */
export const isCapReached = (work: Work, plan: PlanNumbers): boolean => {
  const { units, money } = headroom(work, plan);
  return units === 0 || money === 0;
};

/**
 * Anew in a new period; what was used in one that the counter has left is not counted. A counter
 * that nobody has to know is counted only where it is known.
 */
export const count = (
  work: Work,
  plan: PlanNumbers,
  { units, cost }: { readonly units: number; readonly cost: number },
): readonly Count[] => {
  const counts: Omit<Count, "levels">[] = [];
  for (const { cell, isMoney, period } of plan.counters) {
    if (work.cells[cell] === undefined || work.cells[cell + 1] === undefined) continue;
    if (readCell(work, cell + 1) < period) {
      work.cells[cell] = 0;
      work.cells[cell + 1] = period;
    }
    if (readCell(work, cell + 1) !== period) continue;
    const before = readCell(work, cell);
    const after = Math.min(amountMax, before + (isMoney ? cost : units));
    work.cells[cell] = after;
    counts.push({ cell, isMoney, period, before, after });
  }
  const levels = crossThresholds(work, plan);
  return counts.map((one) => ({ ...one, levels: levels.get(one.cell) }));
};

/** By the counter's cell. */
const crossThresholds = (work: Work, { watches }: PlanNumbers): ReadonlyMap<number, Levels> => {
  const levels = new Map<number, Levels>();
  for (const watch of watches) {
    const { cell, stateCell, thresholds } = watch;
    const value = valueIn(work, watch);
    if (value === undefined) continue;
    const before = readCell(work, stateCell + 1);
    // A profile may have fewer of them since.
    let level = Math.min(before, thresholds.length);
    while (level < thresholds.length && value >= thresholds[level]!.reachedAt) level++;
    while (level > 0 && value < (thresholds[level - 1]?.leftAt ?? 0)) level--;
    work.cells[stateCell + 1] = level;
    if (level !== before) remark(work, "level", stateCell, 256 * before + level);
    levels.set(cell, { before, after: level });
  }
  return levels;
};
