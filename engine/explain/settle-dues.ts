// What an account was due for, done again as lua/lib/dues.lua does it: renewals with what rolls
// over, expiries. A cell that is not known and that the record does not name was not due: a due
// always changes something that the record names.

import { amountMax } from "../values/units.ts";
import { missing, readCell, remark, touch, type Work } from "./cells.ts";

/** A list of numbers as store/due-bytes.ts writes it, by due. */
export type DueNumbers = {
  readonly cell: number;
  /** 0: none. */
  readonly stateCell: number;
  /** 0: it expires. */
  readonly period: number;
  readonly amount: number;
  /** 0: nothing rolls over. */
  readonly target: number;
  readonly targetMost: number;
  readonly lastsOnePeriod: boolean;
  /** The bucket is over: only what rolls over of the periods up to its end. */
  readonly isClosing: boolean;
  /** In which its validity begins. */
  readonly firstPeriod: number;
};

/** What one due came to. */
export type DueDone = {
  readonly due: DueNumbers;
  /** Of a renewal: the one before, 0 where there was none. */
  readonly periodBefore: number;
  readonly expired: number;
  readonly rolledOver: number;
  readonly renewed: number;
  /** Expired in the bucket that it rolls over to. */
  readonly expiredThere: number;
};

const dueLength = 8;

export const readDues = (bytes: Buffer | undefined): readonly DueNumbers[] => {
  if (bytes === undefined) return [];
  const numbers = Array.from({ length: bytes.readUInt16LE(0) }, (_, n) =>
    bytes.readDoubleLE(4 + 8 * n),
  );
  return Array.from({ length: numbers.length / dueLength }, (_, n) => {
    const [cell, stateCell, period, amount, target, targetMost, manner, first] = numbers.slice(
      dueLength * n,
      dueLength * (n + 1),
    );
    return {
      ...{ cell: cell!, stateCell: stateCell!, period: period!, amount: amount! },
      ...{ target: target!, targetMost: targetMost! },
      ...{ lastsOnePeriod: manner! % 2 === 1, isClosing: manner! >= 2, firstPeriod: first! },
    };
  });
};

/**
 * `named`: cells that the record's remarks speak of; undefined: it has none even where something
 * was due.
 */
export const settleDues = (
  work: Work,
  dues: readonly DueNumbers[],
  named: ReadonlySet<number> | undefined,
): readonly DueDone[] =>
  // Each is judged by the account as it is after those before it.
  dues.flatMap((due) => {
    if (!isDue(work, due, named)) return [];
    return [due.period > 0 ? renew(work, due) : expire(work, due)];
  });

const isDue = ({ cells, now }: Work, due: DueNumbers, named: Named): boolean => {
  const { cell, isClosing, stateCell, period } = due;
  if (period > 0) {
    const renewedFor = known(cells, stateCell, named?.has(stateCell) ?? true);
    return renewedFor !== undefined && renewedFor < period && (renewedFor > 0 || !isClosing);
  }
  const isNamed = named?.has(cell) ?? true;
  if (stateCell > 0) {
    const until = known(cells, stateCell + 1, isNamed);
    if (until === undefined || until === 0 || now < until) return false;
  }
  return (known(cells, cell, named === undefined) ?? 0) > 0;
};

type Named = ReadonlySet<number> | undefined;

/** Throws where it is not known and must be. */
const known = (cells: Work["cells"], cell: number, isNeeded: boolean): number | undefined => {
  const value = cells[cell];
  if (value === undefined && isNeeded) throw missing(`what stands in cell ${cell}`);
  return value;
};

const nothing = { periodBefore: 0, expired: 0, rolledOver: 0, renewed: 0, expiredThere: 0 };

const expire = (work: Work, due: DueNumbers): DueDone => ({
  ...nothing,
  due,
  expired: expireRest(work, due.cell),
});

const expireRest = (work: Work, cell: number): number => {
  const amount = readCell(work, cell);
  if (amount <= 0) return 0;
  touch(work, cell);
  work.cells[cell] = 0;
  remark(work, "expired", cell, amount);
  return amount;
};

const credit = (work: Work, cell: number, amount: number, most: number): number => {
  const room = most - readCell(work, cell) - readCell(work, cell + 1);
  const credited = Math.min(amount, room);
  if (credited <= 0) return 0;
  touch(work, cell);
  work.cells[cell] = readCell(work, cell) + credited;
  remark(work, "credited", cell, credited);
  return credited;
};

const renew = (work: Work, due: DueNumbers): DueDone => {
  const { cell, stateCell, period, firstPeriod, amount, target } = due;
  const periodBefore = readCell(work, stateCell);
  const left = readCell(work, cell);
  const goesOn = periodBefore > 0 && periodBefore >= firstPeriod - 1;
  const periods = period - periodBefore;
  const missed = goesOn ? (periods - 1) * amount : 0;
  const paid = due.isClosing ? 0 : Math.min(Math.max(0, -left), missed);
  const expired = expireRest(work, cell);
  const rolled =
    goesOn && target > 0
      ? rollOver(work, due, Math.max(0, left), { periods, missed: missed - paid })
      : { rolledOver: 0, expiredThere: 0 };
  const renewed = due.isClosing ? 0 : credit(work, cell, paid + amount, amountMax);
  work.cells[stateCell] = period;
  remark(work, "renewed", stateCell, period);
  return { due, periodBefore, expired, renewed, ...rolled };
};

/** Periods in which nobody came by would have left `missed`, all together; that rolls over. */
const rollOver = (
  work: Work,
  due: DueNumbers,
  left: number,
  { periods, missed }: { readonly periods: number; readonly missed: number },
) => {
  const { amount, target, targetMost, lastsOnePeriod } = due;
  if (lastsOnePeriod) {
    const expiredThere = expireRest(work, target);
    const rolledOver = credit(
      work,
      target,
      periods > 1 ? Math.min(amount, missed) : left,
      targetMost,
    );
    return { expiredThere, rolledOver };
  }
  const rest = Math.min(amountMax, left + missed);
  return { expiredThere: 0, rolledOver: credit(work, target, rest, targetMost) };
};
