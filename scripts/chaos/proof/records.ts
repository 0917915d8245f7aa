// What is on record in the ledger as carried out, by the keys of the load.

import type { Database } from "../../../bss/db/connection.ts";
import { successCode, verbs } from "../../../engine/cdr/journal-numbers.ts";
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
const verbsByNumber = new Map(loadVerbs.map((verb) => [verbs[verb], verb]));

const pageRows = 20_000;
const from = `FROM ledger_records WHERE shard = 0 AND code = ${successCode} AND verb = ANY($1)`;
const pageQuery = `
  SELECT entry, place, account_id, verb, operation_id, sequence ${from}
    AND (entry, place) > ($2, $3)
  ORDER BY entry, place LIMIT ${pageRows}`;
const countQuery = `SELECT count(*)::int AS records ${from}`;

export type Records = {
  /** Reads on from where it was; all anew, where what it had read is not as it was. */
  readOn(): Promise<ReadonlyMap<string, number>>;
};

type Rows = readonly Readonly<Record<string, string>>[];

const count = (recorded: Map<string, number>, key: string) =>
  recorded.set(key, (recorded.get(key) ?? 0) + 1);

export const ledgerRecords = ({ transact }: Pick<Database, "transact">): Records => {
  const recorded = new Map<string, number>();
  const numbers = [...verbsByNumber.keys()];
  let [entry, place, read] = ["0", "-1", 0];
  const ask = (text: string, ...values: readonly unknown[]): Promise<Rows> =>
    transact(async (client) => (await client.query(text, [numbers, ...values])).rows);
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
