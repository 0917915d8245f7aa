// A numbering plan into prefixes: as few digits as tell one zone from another; where a beginning is
// of no zone, the one above it holds.

import { advance, begin, digitsLeft, isFree, type Progress } from "./number-pattern.ts";
import { type NumberingPlan, type NumberRange, ranks } from "./numbering-plans.ts";

/** Digits after the calling code; what needs more to be told apart is of the likeliest zone. */
const depthMax = 7;

export type ZonePrefix = { readonly prefix: string; readonly range: NumberRange };

/** A range that a beginning may still be of, and how far each of its patterns is. */
type Open = { readonly range: NumberRange; readonly at: readonly Progress[] };

/** Either all that is below a beginning is of one zone, or it is said for each. */
type Told = { readonly one?: NumberRange; readonly below: readonly ZonePrefix[] };

const isSameZone = (one: NumberRange, other: NumberRange): boolean =>
  one.country === other.country && one.kind === other.kind;

/** The first one is the calling code's own: for numbers that nothing else is said of. */
export const zonePrefixes = ({
  callingCode,
  country,
  ranges,
}: NumberingPlan): readonly ZonePrefix[] => {
  const usual: NumberRange = { country, kind: "geographic", rank: ranks.rest, patterns: [] };
  const open = ranges.map((range) => ({ range, at: range.patterns.map(begin) }));
  const { one, below } = tell(callingCode, open, 0);
  const others = below.filter(({ range }) => !isSameZone(range, usual));
  return [{ prefix: callingCode, range: one ?? usual }, ...others];
};

const tell = (prefix: string, open: readonly Open[], depth: number): Told => {
  if (open.length === 0) return { below: [] };
  const { range: likeliest } = open.reduce(likelier);
  const isOne = open.every(({ range }) => isSameZone(range, likeliest));
  if (isOne || depth === depthMax || open.every(cannotTell)) return { one: likeliest, below: [] };
  const told = Array.from({ length: 10 }, (_, digit) => {
    const next = `${prefix}${digit}`;
    return { next, ...tell(next, stepped(open, digit), depth + 1) };
  });
  const [one, ...others] = told.flatMap((each) => each.one ?? []);
  const isWhole = told.every(({ below }) => below.length === 0);
  if (one !== undefined && isWhole && others.every((other) => isSameZone(one, other))) {
    return { one, below: [] };
  }
  return {
    below: told.flatMap(({ next, one: range, below }) =>
      range === undefined ? below : [{ prefix: next, range }],
    ),
  };
};

/**
 * Of ranges that only the length of a number tells apart: the first country, which is the main one;
 * there the lower rank, and then the range with the longest numbers, as most numbers are in it.
 */
const likelier = (best: Open, next: Open): Open => {
  if (best.range.country !== next.range.country) return best;
  if (best.range.rank !== next.range.rank) return best.range.rank < next.range.rank ? best : next;
  return lengthOf(next) > lengthOf(best) ? next : best;
};

const lengthOf = ({ range, at }: Open): number => digitsLeft(range.patterns[0]!, at[0]!);

const cannotTell = ({ range, at }: Open): boolean =>
  range.patterns.every((pattern, index) => isFree(pattern, at[index]!));

const stepped = (open: readonly Open[], digit: number): readonly Open[] =>
  open.flatMap(({ range, at }) => {
    const next = range.patterns.map((pattern, index) => advance(pattern, at[index]!, digit));
    return next.every((progress) => progress.length > 0) ? [{ range, at: next }] : [];
  });
