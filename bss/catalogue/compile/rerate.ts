// Usage of the ledger once more by another catalogue: how many micros would have been charged, by
// offering and customer. What allowances paid stays paid by them; what money paid is rated by the
// prices of before and of after, as if these had held at the time.

import type { JournalRecord } from "../../../engine/cdr/journal-record.ts";
import type { Progress } from "../../../engine/rating/price-quote.ts";
import { compareText } from "./finding.ts";
import {
  addRecord,
  type Books,
  type Position,
  type ReratedTotal,
  type ReratingOptions,
  totalKey,
} from "./rerate-books.ts";
import { pricesOf } from "./rerate-prices.ts";

/** All that a later run needs to go on; plain JSON. */
export type ReratingState = {
  readonly totals: readonly ReratedTotal[];
  readonly sessions: readonly (readonly [key: string, groups: readonly SessionGroup[]])[];
  /** Of counters that tiers run over, in the period that they last counted. */
  readonly positions: readonly (readonly [key: string, counted: Position])[];
  readonly records: number;
  /** Of accounts whose profile is not known, or whose tariff is none of the catalogue's. */
  readonly strangers: number;
};

type SessionGroup = readonly [ratingGroup: number, before: Progress, after: Progress];

export type Rerating = {
  /** In the order of the journal. */
  readonly add: (record: JournalRecord) => void;
  /** By offering, version and customer. */
  readonly totals: () => readonly ReratedTotal[];
  readonly state: () => ReratingState;
};

export const createRerating = (options: ReratingOptions, from?: ReratingState): Rerating => {
  const books: Books = {
    before: pricesOf(options.before),
    after: pricesOf(options.after),
    hasTierCounters: [options.before, options.after].some(({ tariffs }) =>
      tariffs.some(({ document }) => document.includes('"counterId"')),
    ),
    options,
    accounts: new Map(),
    totals: new Map((from?.totals ?? []).map((one) => [totalKey(one), { ...one }])),
    sessions: new Map((from?.sessions ?? []).map(([key, groups]) => [key, groupsOf(groups)])),
    positions: new Map(from?.positions ?? []),
    records: from?.records ?? 0,
    strangers: from?.strangers ?? 0,
  };
  const totals = () =>
    [...books.totals].sort(([a], [b]) => compareText(a, b)).map(([, total]) => ({ ...total }));
  return {
    add: (record) => addRecord(books, record),
    totals,
    state: () => ({
      totals: totals(),
      sessions: [...books.sessions].map(([key, groups]) => [
        key,
        [...groups].map(([group, { after, before }]) => [group, before, after] as const),
      ]),
      positions: [...books.positions],
      records: books.records,
      strangers: books.strangers,
    }),
  };
};

/** All at once, for a sample. */
export const rerate = (
  records: Iterable<JournalRecord>,
  options: ReratingOptions,
): readonly ReratedTotal[] => {
  const rerating = createRerating(options);
  for (const record of records) rerating.add(record);
  return rerating.totals();
};

const groupsOf = (groups: readonly SessionGroup[]) =>
  new Map(groups.map(([group, before, after]) => [group, { before, after }]));
