// `npm run audit`: derives every balance from the journal and compares it with Redis and with the
// ledger, while Tollgate runs. Exit code 0: not one unit of drift; 1: drift, with every account
// that differs and what differs; 2: it could not be run, with one line that says why.

import { parseArgs } from "node:util";
import { openProgress } from "../bench/report/progress.ts";
import { renderTable, wholeFigure } from "../bench/report/table.ts";
import { type AuditProgress, type AuditReport, audit } from "../engine/store/audit.ts";
import type { Result } from "../engine/values/result.ts";
import { type Asked, askJournal } from "./journal/ask-journal.ts";
import { ledgerBooks } from "./journal/ledger-books.ts";
import { complain, flagMistake } from "./terminal-text.ts";

const help = `npm run audit    derives every balance from the journal, and compares it with
                 Redis and with the ledger

Exit code 0: not one unit of drift; 1: drift, with what differs; 2: it could not be run.
`;

const exitCodes = { noDrift: 0, drift: 1, notRun: 2 } as const;

const run = async ({ ledger, shards, store }: Asked): Promise<Result<AuditReport, string>> => {
  const progress = openProgress();
  let stage = "";
  const books = ledger && ledgerBooks(ledger);
  const onProgress: AuditProgress = (now, done, total, records) => {
    if (now !== stage) progress.begin(now === "journal" ? "reading the journal" : "comparing");
    stage = now;
    const what = now === "journal" ? "entries" : "accounts";
    const counts = `${wholeFigure(done)} ${what}, ${wholeFigure(records)} records`;
    progress.show(done / Math.max(total, done, 1), counts);
  };
  const report = await audit(store, shards, onProgress, books);
  progress.end(report.isOk ? `${wholeFigure(report.value.accounts)} accounts` : "stopped");
  return report;
};

const moneyPlaces = 6;

/** Money in its currency's major unit, exactly; anything else as it is counted. */
const amountFigure = (unit: string, amount: bigint): string => {
  if (!unit.startsWith("money")) return amount.toLocaleString("en");
  const digits = amount.toString().padStart(moneyPlaces + 1, "0");
  const fraction = digits.slice(-moneyPlaces).replace(/0{1,4}$/, "");
  return `${BigInt(digits.slice(0, -moneyPlaces)).toLocaleString("en")}.${fraction}`;
};

const totalsTable = ({ totals }: AuditReport): string => {
  const rows = [...totals].sort().map(([unit, sums]) => {
    const { credited, remaining, reserved, debited, expired, inTransit, drift } = sums;
    return [
      unit,
      ...[credited, remaining, reserved, debited, expired, inTransit, drift].map((sum) =>
        amountFigure(unit, sum),
      ),
    ];
  });
  return renderTable([
    ["", "credited", "remaining", "reserved", "debited", "expired", "in transit", "drift"],
    ...rows,
  ]);
};

const print = (text: string) => process.stdout.write(`${text}\n`);

const show = (report: AuditReport, seconds: number): void => {
  const { accounts, drifted, entries, records } = report;
  const rate = wholeFigure(records / Math.max(seconds, 0.001));
  const amount = `${wholeFigure(records)} records in ${wholeFigure(entries)} entries`;
  print(
    `${wholeFigure(accounts)} accounts, ${amount}, ${seconds.toFixed(1)} s, ${rate} records/s\n`,
  );
  const { ledgerBuckets } = report;
  const compared =
    ledgerBuckets === undefined ? "no ledger" : `${wholeFigure(ledgerBuckets)} buckets`;
  print(`compared with the ledger: ${compared}\n`);
  if (report.totals.size > 0) print(`${totalsTable(report)}\n`);
  for (const { shard, accountId, problems } of drifted) {
    print(`account ${accountId} on shard ${shard}:`);
    for (const problem of problems) print(`  ${problem}`);
  }
  const differing =
    drifted.length === 1 ? "1 account differs." : `${drifted.length} accounts differ.`;
  print(drifted.length === 0 ? "No drift." : differing);
};

/** The exit code. */
const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.noDrift;
  }
  try {
    parseArgs({ args: [...words], options: {} });
  } catch (error) {
    complain("audit", flagMistake(error));
    return exitCodes.notRun;
  }
  const startedAt = performance.now();
  const report = await askJournal({ isWholeNeeded: true }, run);
  if (!report.isOk) {
    complain("audit", report.error);
    return exitCodes.notRun;
  }
  show(report.value, (performance.now() - startedAt) / 1_000);
  return report.value.drifted.length === 0 ? exitCodes.noDrift : exitCodes.drift;
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
