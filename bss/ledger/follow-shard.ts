// Follows one shard's journal into the ledger, page after page, until told to stop: while one page
// is on its way to Postgres the next one is read from Redis and made into rows.

import type { Result } from "../../engine/values/result.ts";
import { err } from "../../engine/values/result.ts";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { commitPage, type Page, readRows } from "./commit-page.ts";
import { momentOf } from "./journal-position.ts";
import type { Committed, JournalStream } from "./journal-stream.ts";
import { createLedgerRows } from "./ledger-rows.ts";
import type { Partitions } from "./partitions.ts";

export type Following = {
  readonly shard: number;
  readonly installation: string;
  readonly journal: JournalStream;
  readonly database: Database;
  readonly partitions: Partitions;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly pageSize: PageSize;
  readonly onRead: (page: Page | undefined) => void;
  readonly onCommitted: (page: Page, committed: Committed) => void;
};

/** Entries of the next page. It is kept from one failure to the next. */
export type PageSize = { entries: number };

/** Why it ended: it was told to, another worker is ahead, or the journal cannot be read. */
export type Ended = "stopped" | "overtaken" | { readonly problem: string };

/** Rejects when Redis or Postgres fails; then begin anew, from what is committed. */
export const followShard = async (following: Following, from: Committed): Promise<Ended> => {
  const { journal, pageSize, shard, installation, signal } = following;
  const spare = [createLedgerRows(), createLedgerRows()];
  const readAfter = async (after: Committed): Promise<Result<Page | undefined, string>> => {
    const entries = await journal.read({ shard, installation }, after, pageSize.entries);
    if (!entries.isOk) return entries;
    if (entries.value.length === 0) return { isOk: true, value: undefined };
    const rows = spare.shift()!;
    const page = readRows(shard, entries.value, rows);
    if (!page.isOk) return err(page.error);
    return page;
  };
  let committed = from;
  // It is looked at when its turn comes; that it fails meanwhile is no unhandled rejection.
  const readAhead = (after: Committed) => {
    const reading = readAfter(after);
    reading.catch(() => undefined);
    return reading;
  };
  let next = readAhead(committed);
  while (!signal.aborted) {
    const page = await next;
    if (!page.isOk) return { problem: page.error };
    following.onRead(page.value);
    if (page.value === undefined) {
      await following.pause(limits.ledgerPollMs);
      next = readAhead(committed);
      continue;
    }
    const { entries, last } = page.value;
    const behind = { entry: last, entries: committed.entries + entries };
    next = readAhead(behind);
    const outcome = await commitBehind(following, committed, page.value);
    if (outcome === "overtaken") return outcome;
    committed = outcome;
    pageSize.entries = Math.min(pageSize.entries + 1, limits.ledgerPageEntriesMax);
    spare.push(page.value.rows);
    following.onCommitted(page.value, committed);
  }
  return "stopped";
};

/** What takes too long, or is refused for one entry of it, is tried again as a half. */
const commitBehind = async (
  { shard, installation, database, pageSize, partitions }: Following,
  committed: Committed,
  page: Page,
) => {
  try {
    await partitions.prepare(page.days);
    return await commitPage(database, { shard, installation }, committed, page);
  } catch (error) {
    partitions.forget();
    pageSize.entries = Math.max(1, Math.floor(page.entries / 2));
    throw error;
  }
};

/** How old the oldest entry is that is not committed, in ms. */
export const lagOf = (page: Page | undefined, now: number): number =>
  page === undefined ? 0 : Math.max(0, now - momentOf(page.first));
