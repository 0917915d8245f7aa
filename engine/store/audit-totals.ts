// The sums of an audit by unit. Money of several currencies is never one sum; amounts of all
// accounts together exceed 2^53, so they are bigint.

import type { DerivedAccount, Drift } from "./audit-derived.ts";
import { unitOf } from "./audit-layout.ts";
import { cellStride, fields, readSum } from "./audit-sums.ts";

export type UnitTotals = {
  /** By the journal. What a transfer moves is neither credited nor debited by that. */
  credited: bigint;
  remaining: bigint;
  reserved: bigint;
  debited: bigint;
  expired: bigint;
  /** Debited at the source of a transfer, and neither arrived nor back. */
  inTransit: bigint;
  /** Units that Redis has more or less than the journal accounts for, both counted upwards. */
  drift: bigint;
};

export type Totals = Map<string, UnitTotals>;

export const addAccount = (totals: Totals, account: DerivedAccount, drift: Drift): void => {
  const { cells, layout } = account;
  const slots = Math.max(layout.buckets.length, drift.length);
  for (let slot = 0; slot < slots; slot++) {
    const off = drift[slot] ?? 0n;
    if (layout.buckets[slot] == null && off === 0n) continue;
    const sums = sumsOf(totals, unitOf(layout, slot));
    sums.drift += off < 0n ? -off : off;
    if (slot * cellStride < cells.length) addSlot(sums, cells, slot);
  }
  for (const [unit, { credited, debited }] of account.moved ?? []) {
    const sums = sumsOf(totals, unit);
    sums.credited -= credited;
    sums.debited -= debited;
    sums.inTransit += debited - credited;
  }
};

/** What went through a bucket that is taken away, so that its slot begins anew. */
export const retireSlot = (totals: Totals, account: DerivedAccount, slot: number): void => {
  const { cells, layout } = account;
  const sums = sumsOf(totals, unitOf(layout, slot));
  const at = slot * cellStride;
  const gone = {
    credited: readSum(cells, at + fields.credited),
    debited: readSum(cells, at + fields.debited),
    expired: readSum(cells, at + fields.expired),
  };
  sums.credited += gone.credited;
  sums.debited += gone.debited;
  sums.expired += gone.expired;
  account.retired ??= new Map();
  const before = account.retired.get(slot);
  account.retired.set(slot, {
    credited: (before?.credited ?? 0n) + gone.credited,
    debited: (before?.debited ?? 0n) + gone.debited,
    expired: (before?.expired ?? 0n) + gone.expired,
  });
  cells.fill(0, at + fields.credited, at + cellStride);
};

export const addTotals = (totals: Totals, more: Totals): void => {
  for (const [unit, { credited, debited, expired }] of more) {
    const sums = sumsOf(totals, unit);
    sums.credited += credited;
    sums.debited += debited;
    sums.expired += expired;
  }
};

const addSlot = (sums: UnitTotals, cells: Float64Array, slot: number): void => {
  const at = slot * cellStride;
  sums.credited += readSum(cells, at + fields.credited);
  sums.debited += readSum(cells, at + fields.debited);
  sums.expired += readSum(cells, at + fields.expired);
  sums.remaining += BigInt(cells[at + fields.remaining]!);
  sums.reserved += BigInt(cells[at + fields.reserved]!);
};

const sumsOf = (totals: Totals, unit: string): UnitTotals => {
  const known = totals.get(unit);
  if (known !== undefined) return known;
  const nothing = { credited: 0n, remaining: 0n, reserved: 0n, debited: 0n, expired: 0n };
  const sums = { ...nothing, inTransit: 0n, drift: 0n };
  totals.set(unit, sums);
  return sums;
};
