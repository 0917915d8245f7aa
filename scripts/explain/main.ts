// `npm run explain`: why something cost what it cost, from the journal alone, while Tollgate runs.
// Exit code 0: explained; 1: explained as far as it goes, but something in the journal does not
// follow from the rest; 2: it could not be done, with one line that says why.

import { openProgress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import { describe } from "../../engine/explain/describe.ts";
import { explainRecord, type Sources } from "../../engine/explain/explain-record.ts";
import type { Explanation } from "../../engine/explain/explanation.ts";
import { explanationText } from "../../engine/explain/explanation-text.ts";
import type { Store } from "../../engine/store/connection.ts";
import { readPageBack } from "../../engine/store/journal-account.ts";
import { shardOf } from "../../engine/store/keys.ts";
import { createProfiles } from "../../engine/store/profiles.ts";
import { openTariffs } from "../../engine/store/tariffs.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { askJournal } from "../journal/ask-journal.ts";
import { alignColumns } from "../supervisor/terminal.ts";
import { complain, print } from "../terminal-text.ts";
import { findOperation } from "./find-operation.ts";
import { listRecords, recordHeads, recordRow } from "./list-records.ts";
import { type ExplainOptions, help, type OptionsOf, readExplainOptions } from "./options.ts";
import { ask } from "./question.ts";

const exitCodes = { explained: 0, contradiction: 1, notRun: 2 } as const;

const giveUp = (reason: string): number => {
  complain("explain", reason);
  return exitCodes.notRun;
};

/** Nobody knows accounts by heart, but numbers. */
const hintOf = (accountId: string): string =>
  /^(?:msisdn-|\+)?\d{5,15}$/.test(accountId)
    ? `; which account a number is on: npm run balance -- ${accountId}`
    : "";

const list = async (
  store: Store,
  shards: number,
  { accountId, session, last, ...options }: OptionsOf<"list">,
): Promise<Result<number, string>> => {
  const progress = openProgress();
  progress.begin("reading the journal");
  const onProgress = (entries: number) => progress.show(0, `${wholeFigure(entries)} entries`);
  const shard = options.shard ?? shardOf(accountId, shards);
  const records = await listRecords(store, { shard, accountId, session, last, onProgress });
  progress.end(records.isOk ? `${records.value.length} operations` : "stopped");
  if (!records.isOk) return records;
  if (records.value.length === 0)
    return err(`the journal has nothing of account ${accountId}${hintOf(accountId)}`);
  print(alignColumns([recordHeads, ...records.value.map(recordRow)]));
  return ok(exitCodes.explained);
};

const sourcesOf = async (store: Store, shards: number, shard: number): Promise<Sources> => {
  // Publications of later do not matter.
  const tariffs = await openTariffs({ ...store, subscribe: async () => undefined });
  const profiles = createProfiles(store, shards);
  const progress = openProgress();
  progress.begin("reading the journal backwards");
  return {
    readPage: (accountId, until) => readPageBack(store, shard, accountId, until),
    readProfile: (accountId) => profiles.read(accountId),
    get catalogue() {
      return tariffs.catalogue();
    },
    reach: tariffs.reach,
    entriesMax: Number.POSITIVE_INFINITY,
    pause: async () => undefined,
    onProgress: (entries) => progress.show(0, `${wholeFigure(entries)} entries`),
  };
};

const explain = async (
  store: Store,
  shards: number,
  options: OptionsOf<"operation">,
): Promise<Result<number, string>> => {
  const found = await findOperation(store, shards, options);
  if (!found.isOk) return found;
  const sources = await sourcesOf(store, shards, found.value.shard);
  const explained = await explainRecord(sources, found.value);
  if (!explained.isOk) return err(explained.error.detail);
  show(explained.value, options.isJson);
  const { problems } = explained.value;
  return ok(problems.length === 0 ? exitCodes.explained : exitCodes.contradiction);
};

const show = (explanation: Explanation, isJson: boolean): void => {
  if (isJson) process.stdout.write(`${JSON.stringify(explanation, undefined, 2)}\n`);
  else print(explanationText(describe(explanation)));
};

const answer = async (
  store: Store,
  shards: number,
  options: OptionsOf<"question">,
): Promise<Result<number, string>> => {
  const explained = await ask(store, shards, options);
  if (!explained.isOk) return err(`${explained.error}${hintOf(options.accountId)}`);
  show(explained.value, options.isJson);
  return ok(exitCodes.explained);
};

const run = (
  store: Store,
  shards: number,
  options: ExplainOptions,
): Promise<Result<number, string>> => {
  switch (options.kind) {
    case "operation":
      return explain(store, shards, options);
    case "list":
      return list(store, shards, options);
    case "question":
      return answer(store, shards, options);
  }
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.explained;
  }
  const options = readExplainOptions(words);
  if (!options.isOk) return giveUp(options.error);
  const outcome = await askJournal({ isWholeNeeded: false }, ({ store, shards }) =>
    run(store, shards, options.value),
  );
  return outcome.isOk ? outcome.value : giveUp(outcome.error);
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
