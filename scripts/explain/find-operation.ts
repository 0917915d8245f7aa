// From what was typed to one operation of one account: which shard, whose, which place in its
// entry.

import type { Sought } from "../../engine/explain/explain-record.ts";
import type { Store } from "../../engine/store/connection.ts";
import { accountsOf } from "../../engine/store/journal-account.ts";
import { shardOf } from "../../engine/store/keys.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { OptionsOf } from "./options.ts";

type Operation = OptionsOf<"operation">;
export type Found = Sought & { readonly shard: number };

/** The error, one line, says what is missing. */
export const findOperation = async (
  store: Store,
  shards: number,
  options: Operation,
): Promise<Result<Found, string>> => {
  const { journalId, accountId } = options;
  for (const shard of shardsToLook(shards, options)) {
    const entry = await store.journal.one(shard, journalId);
    if (entry === undefined) continue;
    const accounts = accountsOf(shard, entry);
    if (!accounts.isOk) return accounts;
    const index = placeOf(accounts.value, options);
    if (!index.isOk) return index;
    return ok({ shard, journalId, index: index.value, accountId: accounts.value[index.value]! });
  }
  const whose = accountId === undefined ? "" : ` on the shard of account ${accountId}`;
  return err(`the journal has no entry ${journalId}${whose}`);
};

const shardsToLook = (shards: number, { accountId, shard }: Operation): readonly number[] => {
  if (shard !== undefined) return [shard];
  if (accountId !== undefined) return [shardOf(accountId, shards)];
  return Array.from({ length: shards }, (_, number) => number);
};

const placeOf = (
  accounts: readonly string[],
  { index, accountId, journalId }: Operation,
): Result<number, string> => {
  const places = [...accounts.keys()].filter(
    (place) => accountId === undefined || accounts[place] === accountId,
  );
  if (index !== undefined) {
    if (places.includes(index)) return ok(index);
    const whose = accountId === undefined ? "" : ` of account ${accountId}`;
    return err(`entry ${journalId} has no operation ${index}${whose}, of ${accounts.length}`);
  }
  if (places.length === 1) return ok(places[0]!);
  if (places.length === 0) return err(`entry ${journalId} has nothing of account ${accountId}`);
  const list = places.map((place) => `/${place} of account ${accounts[place]}`).join(", ");
  return err(`entry ${journalId} has several operations, say which: ${list}`);
};
