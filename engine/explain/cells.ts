// The cells of one account while an operation is replayed on them: places as in Lua's unpacked
// account (lua/lib/account.lua). A cell may be unknown, where the part of the journal that was read
// does not tell it; whoever needs such a cell gives up, and more of the journal is read.

import { counterCell } from "../balance/profile.ts";
import type { BucketChange, Remark } from "../cdr/batch-reply.ts";
import { remarks as kinds } from "../cdr/journal-numbers.ts";

export type Cells = (number | undefined)[];

/** What one operation does, noted as lua/lib/reply.lua notes it. */
export type Work = {
  readonly cells: Cells;
  readonly firstCounter: number;
  /** The engine's time, ms since 1970. */
  readonly now: number;
  /** By cell, in the order in which buckets were first changed: what they held before. */
  readonly touched: Map<number, readonly [remaining: number, reserved: number]>;
  readonly remarks: Remark[];
  /** Open sessions, with the one at hand; undefined: not known. */
  readonly holders: number | undefined;
};

type Setting = Pick<Work, "now" | "holders"> & { readonly bucketSlots: number };

export const startWork = (cells: Cells, { bucketSlots, now, holders }: Setting): Work => ({
  cells: [...cells],
  firstCounter: counterCell(bucketSlots, 0),
  now,
  holders,
  touched: new Map(),
  remarks: [],
});

const unknownCell = "a cell that is not known";

export const readCell = ({ cells }: Work, cell: number): number => {
  const value = cells[cell];
  if (value === undefined) throw new Error(`cell ${cell}`, { cause: unknownCell });
  return value;
};

/** Whether `error` only says that more of the journal has to be read. */
export const isUnknownCell = (error: unknown): boolean =>
  error instanceof Error && error.cause === unknownCell;

/** For what is needed and is no cell: the session's state before. */
export const missing = (what: string): Error => new Error(what, { cause: unknownCell });

export const touch = (work: Work, cell: number): void => {
  if (work.touched.has(cell)) return;
  work.touched.set(cell, [readCell(work, cell), readCell(work, cell + 1)]);
};

export const add = (work: Work, cell: number, amount: number): void => {
  work.cells[cell] = readCell(work, cell) + amount;
};

export const remark = (work: Work, kind: keyof typeof kinds, where: number, much: number): void => {
  work.remarks.push({ kind: kinds[kind], where, much });
};

export const changesOf = (work: Work): readonly BucketChange[] =>
  [...work.touched].map(([cell, [remainingBefore, reservedBefore]]) => ({
    cell,
    remainingBefore,
    reservedBefore,
    remainingAfter: readCell(work, cell),
    reservedAfter: readCell(work, cell + 1),
  }));
