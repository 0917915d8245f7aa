// The ledger beside the journal that it was made of: what every bucket has and what went through
// it, as of the last entry that the ledger has. The ledger itself is not of the engine's world;
// whoever has one says what it comes to.

import { ok, type Result } from "../values/result.ts";
import { type DerivedAccount, noteProblem } from "./audit-derived.ts";
import { bucketName } from "./audit-layout.ts";
import { cellStride, fields, readSum } from "./audit-sums.ts";

/** Of a slot, whichever buckets it was in turn. */
export type LedgerSums = {
  readonly accountId: string;
  /** Below 0: of no bucket. */
  readonly slot: number;
  readonly remaining: bigint;
  readonly reserved: bigint;
  /** Renewals included. */
  readonly credited: bigint;
  readonly debited: bigint;
  readonly expired: bigint;
};

export type Books = {
  /** Id of the last journal entry that is in it; undefined: none of the shard is. */
  committed(shard: number): Promise<string | undefined>;
  /** Of all accounts of the shard, up to that entry. */
  sums(shard: number, until: string, onPage: (sums: readonly LedgerSums[]) => void): Promise<void>;
};

type Derivation = {
  readonly shard: number;
  readonly accounts: Map<string, DerivedAccount>;
  /** Of accounts that the journal does not know. */
  readonly onStranger: (accountId: string) => void;
};

/** `deriveUpTo` takes the derivation to that entry. Returned: how many buckets were compared. */
export const compareLedger = async (
  books: Books,
  { shard, accounts, onStranger }: Derivation,
  deriveUpTo: (last: string) => Promise<Result<void, string>>,
): Promise<Result<number, string>> => {
  const until = await books.committed(shard);
  if (until === undefined) return ok(0);
  const derived = await deriveUpTo(until);
  if (!derived.isOk) return derived;
  let compared = 0;
  const counts = new Map<string, number>();
  await books.sums(shard, until, (page) => {
    for (const sums of page) {
      if (sums.slot >= 0) compared++;
      const account = accounts.get(sums.accountId);
      if (account === undefined) onStranger(sums.accountId);
      else compareSlot(account, sums);
      if (sums.slot >= 0 && isUsed(sums))
        counts.set(sums.accountId, (counts.get(sums.accountId) ?? 0) + 1);
    }
  });
  for (const account of accounts.values()) {
    const known = countUsed(account);
    const kept = counts.get(account.accountId) ?? 0;
    if (known === kept) continue;
    noteProblem(account, `${kept} of its buckets are in the ledger, ${known} in the journal`);
  }
  return ok(compared);
};

const isUsed = ({
  credited,
  debited,
  expired,
}: Pick<LedgerSums, "credited" | "debited" | "expired">) =>
  credited !== 0n || debited !== 0n || expired !== 0n;

const countUsed = (account: DerivedAccount): number => {
  const slots = account.cells.length / cellStride;
  let used = 0;
  for (let slot = 0; slot < slots; slot++) if (isUsed(sumsOf(account, slot))) used++;
  return used;
};

const compareSlot = (account: DerivedAccount, kept: LedgerSums): void => {
  const derived = sumsOf(account, kept.slot);
  for (const field of ["remaining", "reserved", "credited", "debited", "expired"] as const) {
    if (kept[field] === derived[field]) continue;
    const amounts = `${kept[field]} in the ledger, ${derived[field]} by the journal`;
    const name = kept.slot < 0 ? "of no bucket" : bucketName(account.layout, kept.slot);
    noteProblem(account, `${name}: ${field} is ${amounts}`);
  }
};

/** With what went through buckets that the slot was before. Of no bucket it is nothing. */
const sumsOf = ({ cells, retired }: DerivedAccount, slot: number) => {
  const before = retired?.get(slot) ?? { credited: 0n, debited: 0n, expired: 0n };
  const at = slot * cellStride;
  if (slot < 0 || at >= cells.length) return { remaining: 0n, reserved: 0n, ...before };
  return {
    remaining: BigInt(cells[at + fields.remaining]!),
    reserved: BigInt(cells[at + fields.reserved]!),
    credited: before.credited + readSum(cells, at + fields.credited),
    debited: before.debited + readSum(cells, at + fields.debited),
    expired: before.expired + readSum(cells, at + fields.expired),
  };
};
