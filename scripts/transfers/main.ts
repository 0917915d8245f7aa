// `npm run transfers`: what is in transit between accounts, while Tollgate runs; with --settle what
// is in doubt is ended first. Exit code 0: none of it is late; 1: some is, and is to be looked at;
// 2: it could not be told, with one line that says why.

import { amountText } from "../../engine/explain/amount-text.ts";
import { installationNow } from "../../engine/store/clock.ts";
import type { Store } from "../../engine/store/connection.ts";
import { ok, type Result } from "../../engine/values/result.ts";
import { askJournal } from "../journal/ask-journal.ts";
import { alignColumns } from "../supervisor/terminal.ts";
import { complain, print } from "../terminal-text.ts";
import { ageText } from "./age-text.ts";
import { listTransits, type Standing } from "./list-transits.ts";
import { help, readTransfersOptions, type TransfersOptions } from "./options.ts";
import { settleTransfers } from "./settle-transfers.ts";

const exitCodes = { noneLate: 0, late: 1, notRun: 2 } as const;

const giveUp = (reason: string): number => {
  complain("transfers", reason);
  return exitCodes.notRun;
};

const heading = ["age", "state", "amount", "fee", "from", "to", "request"];

const rowOf = ({ transit, ageMs, state }: Standing): readonly string[] => {
  const { amount, fee, unit, currency, requestId } = transit;
  const { fromAccountId, fromBucketId, toAccountId, toBucketId } = transit;
  return [
    ...[ageText(ageMs), state, amountText(amount, unit, currency), amountText(fee, unit, currency)],
    ...[`${fromAccountId} ${fromBucketId}`, `${toAccountId} ${toBucketId}`, requestId],
  ];
};

const run = async (
  store: Store,
  shards: number,
  { isSettling, olderThanSeconds }: TransfersOptions,
): Promise<Result<number, string>> => {
  const now = () => installationNow(store, Date.now());
  let found = await listTransits(store, shards, await now());
  if (isSettling) {
    const settled = await settleTransfers(store, shards, found);
    if (!settled.isOk) return settled;
    print(settled.value);
    found = await listTransits(store, shards, await now());
  }
  const late = found.filter(({ ageMs }) => ageMs > 1_000 * olderThanSeconds).length;
  const rows = found.length === 0 ? [] : alignColumns([heading, ...found.map(rowOf)]);
  const summary = `${found.length} in transit, ${late} older than ${olderThanSeconds} s.`;
  print([...rows, summary]);
  return ok(late === 0 ? exitCodes.noneLate : exitCodes.late);
};

/** The exit code. */
const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.noneLate;
  }
  const options = readTransfersOptions(words);
  if (!options.isOk) return giveUp(options.error);
  const outcome = await askJournal({ isWholeNeeded: false }, ({ store, shards }) =>
    run(store, shards, options.value),
  );
  return outcome.isOk ? outcome.value : giveUp(outcome.error);
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
