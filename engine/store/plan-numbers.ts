// A burn plan read back from the octets of a batch (plan-bytes.ts), as Lua has it: to replay what
// the journal tells, exactly as it was decided then.

import { type Cursor, readBytes, readDouble, readUint8, readUint16 } from "../cdr/journal-bytes.ts";
import { spendingEntry } from "../cdr/journal-numbers.ts";
import type { Price, PriceStep } from "../rating/price.ts";
import type { CountedBy } from "../session/counted.ts";
import type { Watch } from "../session/watch.ts";

export type StepNumbers = {
  readonly cell: number;
  readonly blockUnits: number;
  readonly blockPriceMicros: number;
  /** 0: only what it held; 1: new units; 2: as its own validity says. */
  readonly gives: number;
  readonly floor: number;
};

export type PlanNumbers = {
  /** Why nothing may be granted, else 0. */
  readonly code: number;
  readonly steps: readonly StepNumbers[];
  readonly counters: readonly CountedBy[];
  /** Undefined: money pays by the block of the steps. */
  readonly price: Price | undefined;
  /** 0: the price does not run over a counter. */
  readonly tierCell: number;
  readonly tierPeriod: number;
  readonly ownValidities: readonly OwnValidity[];
  /** Rules that count what money pays, by their places in Lua's list (lua/lib/rules.lua). */
  readonly spending: readonly { readonly place: number; readonly isThere: boolean }[];
  readonly watches: readonly Watch[];
  /** The engine chooses how much is granted; undefined: it is as wanted. */
  readonly sizing: { readonly fewest: number; readonly most: number } | undefined;
  readonly bytes: Buffer;
};
type OwnValidity = { readonly cell: number; readonly stateCell: number; readonly lastsMs: number };

export const readPlanNumbers = (cursor: Cursor): PlanNumbers => {
  const from = cursor.at;
  const stepCount = readUint8(cursor);
  const counterCount = readUint8(cursor);
  const priceNumbers = readUint16(cursor);
  const code = readUint16(cursor);
  const ownNumbers = readUint8(cursor);
  const watchNumbers = readUint16(cursor);
  const sizingNumbers = readUint8(cursor);
  const steps = Array.from({ length: stepCount }, () => readStep(cursor));
  const counters = Array.from({ length: counterCount }, () => readCounter(cursor));
  const price = readDoubles(cursor, priceNumbers);
  const own = readDoubles(cursor, ownNumbers);
  const watches = readDoubles(cursor, watchNumbers);
  const [fewest, most] = readDoubles(cursor, sizingNumbers);
  const length = cursor.at - from;
  const bytes = readBytes({ bytes: cursor.bytes, at: from }, length);
  return {
    ...{ code, steps, counters, bytes },
    price: price.length === 0 ? undefined : priceOf(price.slice(0, -2)),
    tierCell: price.at(-2) ?? 0,
    tierPeriod: price.at(-1) ?? 0,
    ownValidities: inThrees(own).filter(({ cell }) => cell !== spendingEntry),
    spending: inThrees(own)
      .filter(({ cell }) => cell === spendingEntry)
      .map(({ stateCell: place, lastsMs }) => ({ place, isThere: lastsMs === 1 })),
    watches: watchesOf(watches),
    sizing: fewest === undefined || most === undefined ? undefined : { fewest, most },
  };
};

const readStep = (cursor: Cursor): StepNumbers => ({
  cell: readUint8(cursor),
  blockUnits: readDouble(cursor),
  blockPriceMicros: readDouble(cursor),
  gives: readUint8(cursor),
  floor: readDouble(cursor),
});

const readCounter = (cursor: Cursor): CountedBy => ({
  cell: readUint8(cursor),
  isMoney: readUint8(cursor) === 1,
  period: readDouble(cursor),
});

const readDoubles = (cursor: Cursor, count: number): readonly number[] =>
  Array.from({ length: count }, () => readDouble(cursor));

/** Where the position is kept the numbers say apart. */
const priceOf = (numbers: readonly number[]): Price => {
  const [setupFeeMicros, minimumMicros, maximumMicros, initialUnits, initialMicros] = numbers;
  const steps: PriceStep[] = [];
  for (let i = 5; i < numbers.length; i += 4) {
    const [from, blockUnits, blockPriceMicros, entryFeeMicros] = numbers.slice(i, i + 4);
    steps.push({
      from: from!,
      blockUnits: blockUnits!,
      blockPriceMicros: blockPriceMicros!,
      entryFeeMicros: entryFeeMicros!,
    });
  }
  return {
    setupFeeMicros: setupFeeMicros!,
    minimumMicros: minimumMicros!,
    maximumMicros: maximumMicros!,
    initialBlockUnits: initialUnits!,
    initialBlockPriceMicros: initialMicros!,
    tierCounterId: undefined,
    steps,
  };
};

const inThrees = (numbers: readonly number[]): readonly OwnValidity[] => {
  const list: OwnValidity[] = [];
  for (let i = 0; i < numbers.length; i += 3) {
    list.push({ cell: numbers[i]!, stateCell: numbers[i + 1]!, lastsMs: numbers[i + 2]! });
  }
  return list;
};

const watchesOf = (numbers: readonly number[]): readonly Watch[] => {
  const list: Watch[] = [];
  for (let i = 0; i < numbers.length; ) {
    const [cell, stateCell, isMoney, period, cap, count] = numbers.slice(i, i + 6);
    i += 6;
    const thresholds = Array.from({ length: count! }, (_, n) => {
      return { status: "", reachedAt: numbers[i + 2 * n]!, leftAt: numbers[i + 2 * n + 1]! };
    });
    i += 2 * count!;
    list.push({
      cell: cell!,
      stateCell: stateCell!,
      isMoney: isMoney === 1,
      period: period!,
      cap: cap!,
      thresholds,
    });
  }
  return list;
};
