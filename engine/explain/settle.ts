// Units from remaining to reserved and debited, as lua/lib/settle.lua moves them; and on the way,
// noted, what every bucket of the burn list was asked and what it gave.

import { capEntry } from "../cdr/journal-numbers.ts";
import { notBegun, type Progress, quotePrice } from "../rating/price-quote.ts";
import { quoteBlocks, quoteUnits } from "../rating/quote.ts";
import { luaConstants } from "../store/lua-constants.ts";
import type { PlanNumbers, StepNumbers } from "../store/plan-numbers.ts";
import { amountMax } from "../values/units.ts";
import { add, readCell, remark, touch, type Work } from "./cells.ts";
import type { Group } from "./session-group.ts";
import { shareOf } from "./share.ts";
import { type Headroom, headroom } from "./watch.ts";

/** What a step was asked, and what it gave. */
export type Taken = {
  readonly step: StepNumbers;
  /** False: it gave only what it held for the group. */
  readonly isUsable: boolean;
  readonly available: number;
  /** By caps of money. */
  readonly isCapped: boolean;
  /** Units asked of it, covered by it, and what it gave for them. */
  readonly due: number;
  readonly units: number;
  readonly amount: number;
  /** Of the charge so far. */
  readonly before: Progress;
};

export type Charge = {
  readonly headroom: Headroom;
  readonly taken: readonly Taken[];
  readonly units: number;
  /** Money. */
  readonly cost: number;
};

const freeCell = luaConstants["FREE_CELL"]!;

export const release = (work: Work, { holds }: Group): void => {
  for (const { cell, amount } of holds) {
    if (cell >= capEntry) {
      add(work, work.firstCounter + 2 * (cell - capEntry), -amount);
      continue;
    }
    touch(work, cell);
    add(work, cell, amount);
    add(work, cell + 1, -amount);
  }
};

const positionOf = (work: Work, { tierCell, tierPeriod }: PlanNumbers, group: Group): number => {
  if (tierCell === 0) return group.position ?? 0;
  return readCell(work, tierCell + 1) === tierPeriod ? readCell(work, tierCell) : 0;
};

const ownValidityOf = ({ ownValidities }: PlanNumbers, cell: number) => {
  const own = ownValidities.find((one) => one.cell === cell);
  if (own === undefined) throw new Error(`the plan has no validity of cell ${cell}`);
  return own;
};

const givesNew = (work: Work, plan: PlanNumbers, { cell, gives }: StepNumbers): boolean => {
  if (gives < 2) return gives === 1;
  const until = readCell(work, ownValidityOf(plan, cell).stateCell + 1);
  return until === 0 || work.now < until;
};

/** Begins unless it has; seconds until it is over. */
const beginValidity = (work: Work, plan: PlanNumbers, cell: number): number => {
  const { stateCell, lastsMs } = ownValidityOf(plan, cell);
  if (readCell(work, stateCell + 1) === 0) {
    work.cells[stateCell] = work.now;
    work.cells[stateCell + 1] = work.now + lastsMs;
    remark(work, "validity", stateCell, work.now + lastsMs);
  }
  return Math.ceil((readCell(work, stateCell + 1) - work.now) / 1_000);
};

const availableIn = (work: Work, step: StepNumbers, money: number): number => {
  if (step.cell === freeCell) return amountMax;
  const available = readCell(work, step.cell) - step.floor;
  return step.blockUnits > 0 && money < available ? money : available;
};

const pay = (plan: PlanNumbers, step: StepNumbers, most: number, due: number, before: Progress) => {
  const { blockUnits: size, blockPriceMicros: price } = step;
  const available = Math.max(0, most);
  if (size > 0 && plan.price !== undefined) return quotePrice(plan.price, available, due, before);
  const quote =
    size === 0
      ? quoteUnits(available, due, before.ahead)
      : quoteBlocks(available, due, before.ahead, { size, price });
  return { ...quote, progress: { ...before, ahead: quote.ahead } };
};

type Offer = { readonly available: number; readonly due: number; readonly isUsable: boolean };

type Walk = {
  readonly work: Work;
  readonly plan: PlanNumbers;
  readonly group: Group;
  /** What a step is asked for, where `most` says what is there; undefined: it is passed over. */
  readonly offer: (
    step: StepNumbers,
    most: () => number,
    left: number,
    before: Progress,
  ) => Offer | undefined;
  readonly take: (taken: Taken) => void;
  readonly isOver?: () => boolean;
};

/** Along the steps until `wanted` is covered; how a step's amount is taken the caller says. */
const walk = ({ work, plan, group, offer, take, isOver }: Walk, wanted: number) => {
  const room = headroom(work, plan);
  const units = Math.min(wanted, room.units);
  const position = units === 0 ? 0 : positionOf(work, plan, group);
  let progress: Progress = { position, ahead: group.ahead, ratedMicros: group.rated ?? notBegun };
  let left = units;
  let cost = 0;
  const taken: Taken[] = [];
  for (const step of plan.steps) {
    if (left === 0 || isOver?.() === true) break;
    const before = { ...progress, position: position + units - left };
    const money = room.money - cost;
    const offered = offer(step, () => availableIn(work, step, money), left, before);
    if (offered === undefined) continue;
    const quote = pay(plan, step, offered.available, offered.due, before);
    progress = quote.progress;
    const isMoney = step.blockUnits > 0 && step.cell !== freeCell;
    const isCapped = isMoney && room.money < amountMax && offered.available === money;
    const { units: covered, amount } = quote;
    const one = { step, ...offered, isCapped, units: covered, amount, before };
    taken.push(one);
    if (one.amount > 0) {
      touch(work, step.cell);
      if (step.blockUnits > 0) cost += one.amount;
      take(one);
    }
    left -= one.units;
  }
  return { charge: { headroom: room, taken, units: units - left, cost }, progress };
};

/** Whether the steps cover `units`, caps and the shares of others aside; holds released. */
export const isAffordable = (
  work: Work,
  plan: PlanNumbers,
  group: Group,
  units: number,
): boolean => {
  const position = positionOf(work, plan, group);
  let progress: Progress = { position, ahead: group.ahead, ratedMicros: group.rated ?? notBegun };
  let left = units;
  for (const step of plan.steps) {
    if (left === 0 || !givesNew(work, plan, step)) continue;
    const before = { ...progress, position: position + units - left };
    const quote = pay(plan, step, availableIn(work, step, amountMax), left, before);
    progress = quote.progress;
    left -= quote.units;
  }
  return left === 0;
};

/** Debits what was used, holds released. */
export const debit = (work: Work, plan: PlanNumbers, group: Group, used: number): Charge => {
  const { holds } = group;
  const heldFor = (cell: number) => holds.find((hold) => hold.cell === cell);
  const offer = (step: StepNumbers, most: () => number, left: number): Offer => {
    if (givesNew(work, plan, step)) return { available: most(), due: left, isUsable: true };
    const hold = heldFor(step.cell);
    const available = hold === undefined ? 0 : Math.min(hold.amount, most());
    // What never granted anything gives nothing, not even what costs nothing.
    return { available, due: group.code === 0 ? 0 : left, isUsable: false };
  };
  const take = ({ step, amount, isUsable }: Taken) => {
    add(work, step.cell, -amount);
    const hold = heldFor(step.cell);
    if (!isUsable && hold !== undefined) hold.amount -= amount;
    if (step.gives === 2) beginValidity(work, plan, step.cell);
  };
  const { charge, progress } = walk({ work, plan, group, offer, take }, used);
  group.ahead = progress.ahead;
  if (plan.price !== undefined) {
    if (progress.ratedMicros !== notBegun) group.rated = progress.ratedMicros;
    if (plan.tierCell === 0) {
      group.position = Math.min(amountMax, (group.position ?? 0) + charge.units);
    }
  }
  return charge;
};

export type Grant = Charge & {
  readonly wanted: number;
  /** How long it holds. */
  readonly seconds: number;
  /** There is more, which is others' share. */
  readonly isShared: boolean;
};

/** Holds what is wanted for the group, whose holds were released. */
export const reserve = (
  work: Work,
  plan: PlanNumbers,
  group: Group,
  { wanted, seconds: most }: { readonly wanted: number; readonly seconds: number },
): Grant => {
  let seconds = most;
  let isShared = false;
  group.holds = [];
  const offer = (step: StepNumbers, most: () => number, left: number, before: Progress) => {
    if (!givesNew(work, plan, step)) return undefined;
    const all = most();
    const covers = (available: number) => pay(plan, step, available, left, before).units;
    const share = shareOf(work, step.cell, all, (least) => covers(least) === left);
    const covered = covers(share);
    // What is too little for all of them is one's.
    isShared = share < all && covered < left && covered > 0;
    const available = share < all && covered === 0 ? all : share;
    return { available, due: left, isUsable: true };
  };
  const take = ({ step, amount }: Taken) => {
    add(work, step.cell, -amount);
    add(work, step.cell + 1, amount);
    group.holds.push({ cell: step.cell, amount });
    if (step.gives === 2) seconds = Math.min(seconds, beginValidity(work, plan, step.cell));
  };
  const isOver = () => isShared;
  const { charge } = walk({ work, plan, group, offer, take, isOver }, wanted);
  for (const { isMoney, cap, stateCell } of plan.watches) {
    const amount = isMoney ? charge.cost : charge.units;
    if (cap === amountMax || amount === 0) continue;
    add(work, stateCell, amount);
    const slot = (stateCell - work.firstCounter) / 2;
    group.holds.push({ cell: capEntry + slot, amount });
  }
  return { ...charge, wanted, seconds, isShared };
};
