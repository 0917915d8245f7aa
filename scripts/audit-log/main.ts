// `npm run audit:log`: proves that the audit is what was once written, or names the first place
// where it is not. Exit code 0: it is; 1: it is not; 2: it could not be run, with one line that
// says why; 130: interrupted.

import { openProgress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import {
  type ChainProblem,
  headText,
  sealEntries,
  type Verified,
  verifySeals,
} from "../../bss/audit/index.ts";
import { type Database, openDatabase } from "../../bss/db/connection.ts";
import { reasonOf } from "../../bss/db/database-error.ts";
import type { Result } from "../../engine/values/result.ts";
import { err, ok } from "../../engine/values/result.ts";
import { findDatabaseUrl } from "../database-settings.ts";
import { complain, counted, print } from "../terminal-text.ts";
import { type AuditLogOptions, help, readAuditLogOptions } from "./options.ts";

const exitCodes = { holds: 0, broken: 1, notRun: 2, interrupted: 130 } as const;
const undefinedTable = "42P01";

const verify = async (
  database: Database,
  { expected }: AuditLogOptions,
  signal: AbortSignal,
): Promise<Result<Verified, string>> => {
  const progress = openProgress();
  try {
    await sealEntries(database);
    progress.begin("verifying");
    const verified = await verifySeals({
      ...{ database, expected, signal },
      onProgress: (done, total) => progress.show(done / total, `${wholeFigure(done)} entries`),
    });
    progress.end(verified.isInterrupted ? "interrupted" : counted(verified.verified, "place"));
    return ok(verified);
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) {
      return err("this database has no audit: start the business side");
    }
    return err(`the audit's database: ${reasonOf(error)}`);
  } finally {
    await database.close();
  }
};

const problemText = ({ kind, position, entryId, detail }: ChainProblem): string => {
  const what = entryId === undefined ? `position ${position}` : `entry ${entryId}`;
  const where = entryId === undefined ? "" : ` at position ${position}`;
  return `${what}${where}: ${kind}: ${detail}`;
};

const show = ({ verified, head, problem }: Verified, seconds: number): void => {
  if (problem === undefined) {
    print([`${wholeFigure(verified)} entries hold, ${seconds.toFixed(1)} s.`]);
    print([`head ${headText(head)}`]);
    return;
  }
  const before = `${counted(verified, "place")} before it ${verified === 1 ? "holds" : "hold"}.`;
  print([problemText(problem), before]);
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.holds;
  }
  const options = readAuditLogOptions(words);
  const url = options.isOk ? findDatabaseUrl(process.env) : options;
  if (!options.isOk || !url.isOk) {
    complain("audit:log", options.isOk ? (url.isOk ? "" : url.error) : options.error);
    return exitCodes.notRun;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  const startedAt = performance.now();
  const onError = () => undefined;
  const database = openDatabase({ url: url.value, name: "tollgate audit:log", onError });
  const verified = await verify(database, options.value, stopping.signal);
  if (!verified.isOk) {
    complain("audit:log", verified.error);
    return exitCodes.notRun;
  }
  if (verified.value.isInterrupted) {
    complain("audit:log", "interrupted");
    return exitCodes.interrupted;
  }
  show(verified.value, (performance.now() - startedAt) / 1_000);
  return verified.value.problem === undefined ? exitCodes.holds : exitCodes.broken;
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
