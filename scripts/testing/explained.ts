// What `npm run explain` proves, as an expectation: everything that the journal has of some
// accounts follows from what precedes it, plan for plan and number for number.

import { expect } from "vitest";
import { verbs } from "../../engine/cdr/journal-numbers.ts";
import { describe } from "../../engine/explain/describe.ts";
import { explainOperation } from "../../engine/explain/explain-operation.ts";
import type { Explanation } from "../../engine/explain/explanation.ts";
import {
  type AccountSoFar,
  applyRecord,
  beginAccount,
  isQuestion,
} from "../../engine/explain/replay-account.ts";
import { canReplay } from "../../engine/explain/replay-operation.ts";
import { resultCodes } from "../../engine/protocol/result-codes.ts";
import type { TariffCatalogue } from "../../engine/session/price-plan.ts";
import type { Store } from "../../engine/store/connection.ts";
import { type AccountRecord, readPageBack } from "../../engine/store/journal-account.ts";
import { openTariffs } from "../../engine/store/tariffs.ts";

export const expectExplained = async (
  store: Store,
  accountIds: readonly string[],
): Promise<void> => {
  // Of its own: nothing of what the engine remembers.
  const { catalogue } = await openTariffs({ ...store, subscribe: async () => undefined });
  for (const accountId of accountIds) {
    let account: AccountSoFar | undefined;
    let isClear = true;
    for (const record of await readAccountJournal(store, accountId)) {
      if (account === undefined) {
        if (record.kind !== "profile") throw new Error(`${accountId} was never opened`);
        account = beginAccount(record.record.profile, true);
        continue;
      }
      if (record.kind === "operation") {
        expectOne(account, catalogue(), record, isClear);
        isClear &&= isDoneAgain(record);
      }
      applyRecord(account, record);
    }
  }
};

type Recorded = Extract<AccountRecord, { kind: "operation" }>;

/** What is not done again leaves counters unknown, and so what depends on them. */
const isDoneAgain = ({ operation }: Pick<Recorded, "operation">): boolean =>
  operation.code !== resultCodes.SUCCESS.number ||
  isQuestion(operation) ||
  operation.verb === verbs.refund ||
  canReplay(operation.verb);

const expectOne = (
  account: AccountSoFar,
  catalogue: TariffCatalogue,
  { operation }: Recorded,
  isClear: boolean,
): void => {
  const explained = explainOperation(account, catalogue, operation);
  if (!explained.isOk && !isClear) return;
  if (!explained.isOk) throw new Error(`${explained.error}: ${JSON.stringify(operation)}`);
  if (!isDoneAgain({ operation })) return;
  expect({ operation, problems: explained.value.problems }).toMatchObject({ problems: [] });
  expectSums(explained.value);
  expect(describe(explained.value).length).toBeGreaterThan(0);
};

/** What each bucket gave comes about as is told, and all of it is what the message cost. */
const expectSums = ({ uses, costMicros, code }: Explanation): void => {
  for (const paid of uses.flatMap(({ charge, grant }) => [charge ?? [], grant ?? []].flat())) {
    for (const { split, amount, units } of paid.given) {
      if (split === undefined) continue;
      expect({ amount: split.totalMicros, units: split.units }).toEqual({ amount, units });
    }
  }
  const cost = uses.reduce((sum, { charge }) => sum + (charge?.costMicros ?? 0), 0);
  if (code === resultCodes.SUCCESS.number && uses.length > 0) expect(cost).toBe(costMicros);
};

/** From its opening on. */
export const readAccountJournal = async (
  store: Store,
  accountId: string,
): Promise<readonly AccountRecord[]> => {
  const records: AccountRecord[] = [];
  for (let until: string | undefined = "+"; until !== undefined; ) {
    const page = await readPageBack(store, 0, accountId, until);
    if (!page.isOk) throw new Error(page.error);
    records.push(...page.value.records);
    until = page.value.next;
  }
  return records.reverse();
};
