// A question to the Redis that the environment names and to its ledger, for commands that need the
// journal from its beginning. Where there is no ledger, what Redis has must be all there ever was.

import { type Database, openDatabase } from "../../bss/db/connection.ts";
import { databaseReason } from "../../bss/db/database-error.ts";
import { readCommitted } from "../../bss/ledger/index.ts";
import { installationKey } from "../../engine/cdr/journal-keys.ts";
import type { Store } from "../../engine/store/connection.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { askStore } from "../ask-store.ts";
import { findDatabaseUrl } from "../database-settings.ts";
import { wholeJournal } from "./whole-journal.ts";

export type Asked = {
  /** Its journal goes back to the beginning. */
  readonly store: Store;
  readonly shards: number;
  /** Undefined: nothing of this Redis is in a ledger. */
  readonly ledger: Ledger | undefined;
};
export type Ledger = { readonly database: Database; readonly installation: string };

/** `isWholeNeeded`: what cannot go back to the beginning is not asked at all. */
export const askJournal = <T>(
  { isWholeNeeded }: { readonly isWholeNeeded: boolean },
  ask: (asked: Asked) => Promise<Result<T, string>>,
): Promise<Result<T, string>> =>
  askStore(async (store, shards) => {
    const found = await findLedger(store);
    if (!found.isOk) {
      const isAsked = !isWholeNeeded || (await isWhole(store, shards));
      if (isAsked) return ask({ store, shards, ledger: undefined });
      return err(`the beginning of the journal is in the ledger alone, and ${found.error}`);
    }
    const ledger = found.value;
    const journal = wholeJournal(store.journal, ledger.database, ledger.installation);
    try {
      return await ask({ store: { ...store, journal }, shards, ledger });
    } catch (error) {
      const reason = databaseReason(error);
      if (reason === undefined) throw error;
      return err(`the ledger cannot be read: ${reason}`);
    } finally {
      await ledger.database.close();
    }
  });

/** The error says why there is none. */
const findLedger = async (store: Store): Promise<Result<Ledger, string>> => {
  const url = findDatabaseUrl(process.env);
  if (!url.isOk) return url;
  const name = "tollgate command";
  const database = openDatabase({ url: url.value, name, onError: () => undefined });
  try {
    const id = (await store.call("HGET", installationKey, "id")) as Buffer | null;
    const installation = id?.toString("latin1") ?? "";
    if ((await readCommitted(database, 0, installation)) !== undefined) {
      return ok({ database, installation });
    }
    await database.close();
    return err("its database has no ledger of this Redis");
  } catch (error) {
    await database.close();
    const reason = databaseReason(error);
    if (reason === undefined) throw error;
    return err(`Postgres does not answer: ${reason}`);
  }
};

/** Redis has never let go of any. */
const isWhole = async ({ journal }: Store, shards: number): Promise<boolean> => {
  for (let shard = 0; shard < shards; shard++) {
    if ((await journal.gone(shard)) > 0) return false;
  }
  return true;
};
