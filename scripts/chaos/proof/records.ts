// What is on record as carried out, by the keys of the load: in the ledger, and in the journal of
// Redis where that has lost what the ledger has.

import type { Database } from "../../../bss/db/connection.ts";
import { positionOf } from "../../../bss/ledger/index.ts";
import { journalStart } from "../../../engine/cdr/journal-entry.ts";
import { successCode, type Verb, verbs } from "../../../engine/cdr/journal-numbers.ts";
import type { Store } from "../../../engine/store/connection.ts";
import { readEntry, readPage } from "../../../engine/store/journal.ts";
import { keyOf, type LoadVerb } from "./books.ts";

const loadVerbs: readonly LoadVerb[] = [
  "initiate",
  "update",
  "terminate",
  "event",
  "refund",
  "topUp",
  "adjust",
  "transferOut",
];
const isOfLoad = (verb: Verb): verb is LoadVerb => (loadVerbs as readonly Verb[]).includes(verb);
const verbsByNumber = new Map(loadVerbs.map((verb) => [verbs[verb], verb]));

const pageRows = 20_000;
const from = `
  FROM ledger_records WHERE shard = 0 AND code = ${successCode} AND verb = ANY($1)
    AND ($2::bigint IS NULL OR entry < $2)`;
const pageQuery = `
  SELECT entry, place, account_id, verb, operation_id, sequence ${from}
    AND (entry, place) > ($3, $4)
  ORDER BY entry, place LIMIT ${pageRows}`;
const countQuery = `SELECT count(*)::int AS records ${from}`;

export type Records = {
  /** Reads on from where it was; all anew, where what it had read is not as it was. */
  readOn(): Promise<ReadonlyMap<string, number>>;
};

type Rows = readonly Readonly<Record<string, string>>[];

const count = (recorded: Map<string, number>, key: string) =>
  recorded.set(key, (recorded.get(key) ?? 0) + 1);

/** `before`: up to there only. */
export const ledgerRecords = (
  { transact }: Pick<Database, "transact">,
  before: bigint | null = null,
): Records => {
  const recorded = new Map<string, number>();
  const numbers = [...verbsByNumber.keys()];
  let [entry, place, read] = ["0", "-1", 0];
  const ask = (text: string, ...values: readonly unknown[]): Promise<Rows> =>
    transact(async (client) => (await client.query(text, [numbers, before, ...values])).rows);
  const readPageOfRows = async (): Promise<number> => {
    const rows = await ask(pageQuery, entry, place);
    for (const row of rows) {
      const verb = verbsByNumber.get(Number(row["verb"]) as never)!;
      const [accountId, operationId] = [row["account_id"]!, row["operation_id"]!];
      count(recorded, keyOf({ verb, accountId, operationId, sequence: Number(row["sequence"]) }));
      [entry, place] = [row["entry"]!, String(row["place"])];
    }
    read += rows.length;
    return rows.length;
  };
  const readToEnd = async (): Promise<void> => {
    while ((await readPageOfRows()) === pageRows);
  };
  return {
    readOn: async () => {
      await readToEnd();
      const [counted] = await ask(countQuery);
      if (Number(counted?.["records"]) === read) return recorded;
      recorded.clear();
      [entry, place, read] = ["0", "-1", 0];
      await readToEnd();
      return recorded;
    },
  };
};

/** Of a journal that is shorter than the ledger: the ledger up to where the journal begins. */
export const journalRecords = async (
  database: Pick<Database, "transact">,
  store: Pick<Store, "journal">,
): Promise<ReadonlyMap<string, number>> => {
  const range = (after: string) => ({ after, until: "+" });
  let page = await readPage(store, 0, range(journalStart));
  const begin = page[0] === undefined ? null : positionOf(page[0].journalId);
  const recorded = new Map(await ledgerRecords(database, begin).readOn());
  for (; page.length > 0; page = await readPage(store, 0, range(page.at(-1)!.journalId))) {
    for (const entry of page) {
      const records = readEntry(0, entry);
      if (!records.isOk) throw new Error(records.error);
      for (const record of records.value) {
        if (record.verb === "putAccount" || record.verb === "expire") continue;
        const { verb, accountId, id: operationId, sequence } = record;
        if (isOfLoad(verb)) count(recorded, keyOf({ verb, accountId, operationId, sequence }));
      }
    }
  }
  return recorded;
};
