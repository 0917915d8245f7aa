// The latest of what the journal has of an account, a line each, with the ids to explain them by.

import { isWholeState } from "../../engine/cdr/journal-bytes.ts";
import { repeatedCode, transferSteps, verbs } from "../../engine/cdr/journal-numbers.ts";
import { readCost, readSessionState } from "../../engine/cdr/session-state.ts";
import { microsText, momentText } from "../../engine/explain/amount-text.ts";
import { resultCodeName } from "../../engine/protocol/result-codes.ts";
import type { Store } from "../../engine/store/connection.ts";
import { type AccountRecord, readPageBack } from "../../engine/store/journal-account.ts";
import type { AskedOperation } from "../../engine/store/journal-asked.ts";
import { staleCodes } from "../../engine/store/lua-constants.ts";
import { ok, type Result } from "../../engine/values/result.ts";

type Wanted = {
  readonly shard: number;
  readonly accountId: string;
  readonly session: string | undefined;
  readonly last: number;
  readonly onProgress: (entries: number) => void;
};

/** The latest last. What was only asked once more, or planned once more, is left out. */
export const listRecords = async (
  store: Store,
  { shard, accountId, session, last, onProgress }: Wanted,
): Promise<Result<readonly AccountRecord[], string>> => {
  const records: AccountRecord[] = [];
  let entries = 0;
  for (let until: string | undefined = "+"; until !== undefined && records.length < last; ) {
    const page = await readPageBack(store, shard, accountId, until);
    if (!page.isOk) return page;
    records.push(...page.value.records.filter((record) => isWanted(record, session)));
    entries += page.value.entries;
    onProgress(entries);
    until = page.value.next;
  }
  return ok(records.slice(0, last).toReversed());
};

const passing: readonly number[] = [repeatedCode, staleCodes.profile, staleCodes.tariff];

const isWanted = (record: AccountRecord, session: string | undefined): boolean => {
  if (record.kind === "profile") return session === undefined;
  if (record.kind === "closed") return session === undefined || record.record.id === session;
  const { code, id, verb } = record.operation;
  if (passing.includes(code) || verb === verbs.queryBalance) return false;
  return session === undefined || (id === session && verb <= verbs.terminate);
};

export const recordHeads = ["operation", "when, UTC", "what", "charged", "result"] as const;

export const recordRow = (record: AccountRecord): readonly string[] => {
  const { journalId, index } = record;
  const at = record.kind === "operation" ? record.operation.at : record.record.at;
  return [`${journalId}/${index}`, momentText("UTC", at), ...outcomeOf(record)];
};

const verbNames = new Map<number, string>(
  Object.entries(verbs).map(([name, number]) => [number, name]),
);

/** What, charged, result. */
const outcomeOf = (record: AccountRecord): readonly string[] => {
  if (record.kind === "profile") return [`profile ${record.record.profile.version}`, "", "put"];
  if (record.kind === "closed") {
    return [`session ${record.record.id}`, "", "closed, nobody went on"];
  }
  const { answer, code, id, sequence, verb } = record.operation;
  const name = verbNames.get(verb) ?? `verb ${verb}`;
  const isSession = verb <= verbs.terminate;
  if (verb === verbs.settleDues) return ["what was due", "", "done"];
  const what = isSession ? `${name} ${sequence} of session ${id}` : `${name} ${id}`;
  const codeName = resultCodeName(code);
  if (codeName !== "SUCCESS") return [what, "", codeName ?? `refused with ${code}`];
  if (isSession && !isWholeState(answer)) return [what, "", "not whole"];
  if (isSession) return [what, microsText(readCost(answer)), refusedText(record.operation)];
  if (verb === verbs.event) return [what, microsText(answer.readDoubleLE(0)), ""];
  return [`${what}${stepText(record.operation)}`, "", "done"];
};

/** The rating groups that were to be granted something and got nothing, with why. */
const refusedText = ({ answer, entries }: AskedOperation): string => {
  const asked = new Set(
    entries.filter(({ wanted }) => wanted !== 0 && wanted !== -1).map((one) => one.ratingGroup),
  );
  return readSessionState(answer)
    .groups.filter(({ ratingGroup }) => asked.has(ratingGroup))
    .map(({ ratingGroup, resultCode }) => [ratingGroup, resultCodeName(resultCode)] as const)
    .flatMap(([group, name]) => (name === "SUCCESS" ? [] : [`${name ?? "refused"} for ${group}`]))
    .join(", ");
};

/** A transfer that is debited is heard of again when it is over. */
const stepText = ({ entries, verb }: AskedOperation): string => {
  if (verb !== verbs.transferOut) return "";
  const step = entries[0]?.validityTime;
  return ` ${Object.entries(transferSteps).find(([, number]) => number === step)?.[0] ?? ""}`;
};
