// Whether a transfer has arrived, by the journal of its target's shard: read back to before the
// transfer began.

import { journalStart } from "../../engine/cdr/journal-entry.ts";
import { verbs } from "../../engine/cdr/journal-numbers.ts";
import { limits } from "../../engine/limits.ts";
import { resultCodes } from "../../engine/protocol/result-codes.ts";
import type { Store } from "../../engine/store/connection.ts";
import { type AccountRecord, isOpening, readPageBack } from "../../engine/store/journal-account.ts";
import { shardOf } from "../../engine/store/keys.ts";
import { type Transit, transferKey } from "../../engine/store/transit.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";

/** The error: the journal does not say, as where it was cut off. */
export const findArrival = async (
  store: Store,
  shards: number,
  { begunAt, fromAccountId, requestId, toAccountId }: Transit,
  onProgress: (share: number, entries: number) => void,
): Promise<Result<boolean, string>> => {
  const key = transferKey(fromAccountId, requestId, begunAt);
  const shard = shardOf(toAccountId, shards);
  // By the clock of an engine; entries are named by that of Redis.
  const from = begunAt - 2 * limits.clockSkewMsMax;
  const beganAt = Date.now();
  let entries = 0;
  for (let until: string | undefined = "+"; until !== undefined; ) {
    const page = await readPageBack(store, shard, toAccountId, until);
    if (!page.isOk) return page;
    const { next, records } = page.value;
    entries += page.value.entries;
    // By time: nobody counts the entries before it reads them.
    const passed = beganAt - (next === undefined ? from : momentOf(next));
    onProgress(passed / (beganAt - from), entries);
    for (const record of records) {
      const arrived = arrivalOf(record, key);
      if (arrived !== undefined) return ok(arrived);
      if (isOpening(record)) return ok(false);
    }
    if (next !== undefined && momentOf(next) < from) return ok(false);
    until = next;
  }
  const all = { after: journalStart, until: "+" };
  const [oldest] = await store.journal.after(shard, all, 1);
  if (oldest !== undefined && momentOf(oldest.journalId) < from) return ok(false);
  return err(`the journal of account ${toAccountId} does not go back to it`);
};

/** Undefined: it is not that one, or only its repetition. */
const arrivalOf = (record: AccountRecord, key: string): boolean | undefined => {
  if (record.kind !== "operation") return undefined;
  const { answer, code, id, verb } = record.operation;
  if (verb !== verbs.transferIn || id !== key || code !== success) return undefined;
  return answer.readUInt16LE(0) === success;
};

const success = resultCodes.SUCCESS.number;

/** An entry's id, also behind a "(", begins with ms since 1970. */
const momentOf = (id: string): number => Number(/\d+/.exec(id)?.[0]);
