// The books of rating again: each record of the ledger to the total of its offering and customer,
// with what sessions and counters have come to so far.

import { type CountedName, countedNames } from "../../../engine/cdr/counted-names.ts";
import type { JournalRecord, OperationRecord } from "../../../engine/cdr/journal-record.ts";
import { priceContextOf, readServiceInformation } from "../../../engine/cdr/service-information.ts";
import type { PriceContext, ZoneDirectory } from "../../../engine/rating/price-context.ts";
import type { Progress } from "../../../engine/rating/price-quote.ts";
import type { UnitKind } from "../../../engine/values/units.ts";
import { limits } from "../../limits.ts";
import type { CompiledCatalogue } from "./compile-catalogue.ts";
import { begun, type Prices, rateUse, tariffHeldAt } from "./rerate-prices.ts";

type ProfileRecord = Extract<JournalRecord, { readonly verb: "putAccount" }>;
export type LedgerProfile = ProfileRecord["profile"];

export type ReratingOptions = {
  readonly before: CompiledCatalogue;
  readonly after: CompiledCatalogue;
  /** `keep`: owners stay on their version; `move`: all get the newest one of their offering. */
  readonly owners: "keep" | "move";
  readonly customerOf: (accountId: string) => string;
  /** As of the begin; profiles among the records take their place. */
  readonly profileOf: (accountId: string) => LedgerProfile | undefined;
  readonly rateDeck?: ZoneDirectory | undefined;
};

export type ReratedTotal = {
  readonly offeringId: string;
  readonly version: string;
  readonly customerId: string;
  /** With use that money paid for. */
  readonly uses: number;
  /** As the ledger has it; refunds are taken off all three. */
  readonly chargedMicros: number;
  /** By the prices of before; where it is not `chargedMicros`, prices do not explain it all. */
  readonly beforeMicros: number;
  readonly afterMicros: number;
  /** Uses that have no price after; they are counted as they were. */
  readonly unpriced: number;
};

export type Total = { -readonly [K in keyof ReratedTotal]: ReratedTotal[K] };
export type Position = { readonly period: number; readonly units: number };

type Account = {
  readonly customerId: string;
  readonly units: readonly (UnitKind | undefined)[];
  readonly profile: Pick<LedgerProfile, "buckets" | "counters" | "products">;
};

export type Books = {
  readonly before: Prices;
  readonly after: Prices;
  readonly options: ReratingOptions;
  readonly accounts: Map<string, Account | undefined>;
  readonly totals: Map<string, Total>;
  readonly sessions: Map<string, Map<number, { before: Progress; after: Progress }>>;
  readonly positions: Map<string, Position>;
  /** Any tariff of the two has tiers over counters. */
  readonly hasTierCounters: boolean;
  records: number;
  strangers: number;
};

export const totalKey = ({ customerId, offeringId, version }: ReratedTotal): string =>
  `${offeringId}\u0000${version}\u0000${customerId}`;

export const addRecord = (books: Books, record: JournalRecord): void => {
  books.records += 1;
  if (record.verb === "putAccount") {
    books.accounts.set(record.accountId, accountOf(books, record.accountId, record.profile));
    return;
  }
  if (record.verb === "expire") {
    books.sessions.delete(sessionKey(record));
    return;
  }
  if (record.usage.length === 0) return;
  const account = knownAccount(books, record.accountId);
  if (account === undefined) books.strangers += 1;
  else if (record.verb === "refund") addRefund(books, record, account);
  else addUses(books, record, account);
  if (record.verb === "terminate") books.sessions.delete(sessionKey(record));
};

const sessionKey = ({ accountId, id }: { readonly accountId: string; readonly id: string }) =>
  `${accountId} ${id}`;

const accountOf = (books: Books, accountId: string, profile: LedgerProfile): Account => ({
  customerId: books.options.customerOf(accountId),
  units: profile.buckets.map((bucket) => bucket?.unit),
  profile,
});

const knownAccount = (books: Books, accountId: string): Account | undefined => {
  const { accounts, options } = books;
  if (accounts.has(accountId)) return accounts.get(accountId);
  const profile = options.profileOf(accountId);
  const account = profile && accountOf(books, accountId, profile);
  accounts.set(accountId, account);
  return account;
};

/** As the engine chooses: the first valid product that prices the group, else the last one over. */
const tariffIdOf = (books: Books, { profile }: Account, ratingGroup: number, at: number) => {
  let over: string | undefined;
  for (const { tariffId, validFrom, validUntil } of profile.products) {
    const tariff = tariffHeldAt(books.before, tariffId, at);
    if (tariff === undefined || !tariff.ratingGroups.has(ratingGroup)) continue;
    if (validFrom <= at && at < validUntil) return tariffId;
    if (validUntil <= at) over = tariffId;
  }
  return over;
};

const totalOf = (books: Books, tariffId: string, { customerId }: Account): Total => {
  const { offeringId, version } = books.before.offerings.get(tariffId)!;
  const nothing = { chargedMicros: 0, beforeMicros: 0, afterMicros: 0, unpriced: 0 };
  const fresh: Total = { offeringId, version, customerId, uses: 0, ...nothing };
  const key = totalKey(fresh);
  const known = books.totals.get(key);
  if (known !== undefined) return known;
  books.totals.set(key, fresh);
  return fresh;
};

const addRefund = (books: Books, record: OperationRecord, account: Account): void => {
  const at = record.said.eventTimestamp;
  const tariffId = tariffIdOf(books, account, record.usage[0]!.ratingGroup, at);
  if (tariffId === undefined) return;
  const total = totalOf(books, tariffId, account);
  total.chargedMicros -= record.cost;
  total.beforeMicros -= record.cost;
  total.afterMicros -= record.cost;
};

/** What allowances paid, by their unit; each group of the message takes of it in its turn. */
const allowancesUsed = (record: OperationRecord, { units }: Account): Map<UnitKind, number> => {
  const used = new Map<UnitKind, number>();
  for (const { debited, slot } of record.changes) {
    const unit = units[slot];
    if (debited === 0 || unit === undefined || unit === "money") continue;
    used.set(unit, (used.get(unit) ?? 0) + debited);
  }
  return used;
};

const addUses = (books: Books, record: OperationRecord, account: Account): void => {
  const at = record.said.eventTimestamp;
  const left = allowancesUsed(record, account);
  let context: PriceContext | undefined;
  let isCharged = record.cost === 0;
  for (const usage of record.usage) {
    const { overrun, ratingGroup, used } = usage;
    if (used === 0) continue;
    const tariffId = tariffIdOf(books, account, ratingGroup, at);
    const tariff = tariffId && tariffHeldAt(books.before, tariffId, at);
    if (!tariffId || !tariff) {
      books.strangers += 1;
      continue;
    }
    const { unit } = tariff.ratingGroups.get(ratingGroup)!;
    const free = Math.min(left.get(unit) ?? 0, used - overrun);
    left.set(unit, (left.get(unit) ?? 0) - free);
    const total = totalOf(books, tariffId, account);
    if (!isCharged) {
      total.chargedMicros += record.cost;
      isCharged = true;
    }
    const use = { at, ratingGroup, covered: free, units: used - overrun - free };
    const { rateDeck } = books.options;
    context ??= priceContextOf(readServiceInformation(record.said.serviceInformation), "");
    const names = books.hasTierCounters ? countedNames(account.profile, usage) : none;
    const counting = { names, counted: used - overrun };
    addUse(books, record, { ...use, context, rateDeck }, { tariffId, total, ...counting });
  }
};

const none: readonly CountedName[] = [];

type Charged = {
  readonly tariffId: string;
  readonly total: Total;
  /** Counters of the account that count the use, and how much. */
  readonly names: readonly CountedName[];
  readonly counted: number;
};

const addUse = (
  books: Books,
  record: OperationRecord,
  use: Parameters<typeof rateUse>[1],
  { counted, names, tariffId, total }: Charged,
): void => {
  const key = sessionKey(record);
  const groups = books.sessions.get(key) ?? new Map();
  const { after, before } = groups.get(use.ratingGroup) ?? { before: begun, after: begun };
  const now = afterTariff(books, tariffId, use.at);
  const old = tariffHeldAt(books.before, tariffId, use.at);
  const positions = positionsOf(books, record.accountId, names);
  const wasRated = old && rateUse(old, use, before, positions.unitsOf);
  const isRated = now && rateUse(now, use, after, positions.unitsOf);
  positions.count([wasRated?.counterId, isRated?.counterId], counted);
  if (use.units > 0) total.uses += 1;
  total.beforeMicros += wasRated?.micros ?? 0;
  total.afterMicros += isRated?.micros ?? wasRated?.micros ?? 0;
  if (isRated === undefined && use.units > 0) total.unpriced += 1;
  if (record.verb === "event") return;
  const progress = { before: wasRated?.progress ?? before, after: isRated?.progress ?? after };
  groups.set(use.ratingGroup, progress);
  if (!books.sessions.has(key)) makeRoom(books.sessions, limits.reratedSessionsMax);
  books.sessions.set(key, groups);
};

/**
 * Where an account's counters stand. One that the account does not have yet, as of a price that is
 * new, counts from its first use on, and for ever.
 */
const positionsOf = (books: Books, accountId: string, names: readonly CountedName[]) => {
  const keyOf = (counterId: string) => `${accountId} ${counterId}`;
  const periodOf = (counterId: string) =>
    names.find((one) => one.counterId === counterId)?.period ?? 0;
  const unitsOf = (counterId: string): number => {
    const known = books.positions.get(keyOf(counterId));
    return known?.period === periodOf(counterId) ? known.units : 0;
  };
  const count = (others: readonly (string | undefined)[], units: number): void => {
    const ids = new Set([...names.map(({ counterId }) => counterId), ...others]);
    for (const id of ids) {
      if (id === undefined) continue;
      const counted = { period: periodOf(id), units: unitsOf(id) + units };
      books.positions.set(keyOf(id), counted);
    }
  };
  return { unitsOf, count };
};

/** Undefined: the offering is none of that catalogue, or prices nothing there. */
const afterTariff = ({ after, before, options }: Books, tariffId: string, at: number) => {
  const { offeringId } = before.offerings.get(tariffId)!;
  const newest = after.newest.get(offeringId);
  const id = options.owners === "move" ? newest : tariffId;
  return id === undefined ? undefined : tariffHeldAt(after, id, at);
};

/** The oldest one goes: of a session that never ended. */
const makeRoom = <K>(kept: Map<K, unknown>, most: number): void => {
  if (kept.size < most) return;
  for (const key of kept.keys()) {
    kept.delete(key);
    return;
  }
};
