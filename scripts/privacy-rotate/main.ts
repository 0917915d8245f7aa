// `npm run privacy:rotate`: everything that is sealed, under the newest key. Exit code 0: it is; 1:
// something does not open, or it cannot be done; 2: a flag is wrong; 130: interrupted.

import { openProgress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import { type Database, openDatabase } from "../../bss/db/connection.ts";
import { reasonOf } from "../../bss/db/database-error.ts";
import { encryptedTables } from "../../bss/encrypted-tables.ts";
import {
  addKey,
  createCipher,
  type KeyRing,
  openKeyRing,
  rotateKeys,
  type TableRotation,
} from "../../bss/privacy/index.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { findDatabaseUrl } from "../database-settings.ts";
import { exitCodes } from "../exit-codes.ts";
import { complain, counted, print } from "../terminal-text.ts";
import { findKeyFile, help, type RotateOptions, readRotateOptions } from "./options.ts";

const openKeys = ({ isKeyWanted }: RotateOptions, file: string): Result<KeyRing, string> => {
  if (isKeyWanted) {
    const added = addKeySafely(file);
    if (!added.isOk) return added;
    print([`key ${added.value} is added to ${file}.`]);
  }
  return openKeyRing(file);
};

const addKeySafely = (file: string): Result<string, string> => {
  try {
    return addKey(file);
  } catch (error) {
    return err(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
};

const rotate = async (
  database: Database,
  ring: KeyRing,
  signal: AbortSignal,
): Promise<Result<readonly TableRotation[], string>> => {
  const progress = openProgress();
  let stage = "";
  try {
    const done = await rotateKeys({
      ...{ database, cipher: createCipher(ring), tables: encryptedTables, signal },
      onProgress: (table, rows, total) => {
        if (stage !== table) progress.begin(table);
        stage = table;
        progress.show(rows / Math.max(1, total), `${wholeFigure(rows)} rows`);
      },
    });
    if (stage !== "") progress.end(signal.aborted ? "interrupted" : "done");
    return ok(done);
  } catch (error) {
    return err(`the database: ${reasonOf(error)}`);
  } finally {
    await database.close();
  }
};

/** The exit code. */
const show = (tables: readonly TableRotation[], keyId: string, isInterrupted: boolean): number => {
  for (const { table, rows, resealed, isComplete } of tables) {
    const where = isComplete ? "" : ", not all";
    print([
      `${table}: ${counted(rows, "row")}${where}, ${counted(resealed, "value")} sealed anew.`,
    ]);
  }
  const unreadable = tables.reduce((sum, table) => sum + table.unreadable, 0);
  for (const line of tables.flatMap((table) => table.unreadableExamples)) print([line]);
  if (unreadable > 0) print([`${counted(unreadable, "row")} with values that do not open.`]);
  if (isInterrupted) {
    complain("privacy:rotate", "interrupted; the next run goes on from here");
    return exitCodes.interrupted;
  }
  if (unreadable > 0) return exitCodes.failed;
  const count = counted(tables.length, "table");
  print([`${count} ${tables.length === 1 ? "is" : "are"} under key ${keyId}.`]);
  return exitCodes.good;
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.good;
  }
  const options = readRotateOptions(words);
  if (!options.isOk) {
    complain("privacy:rotate", options.error);
    return exitCodes.usage;
  }
  const url = findDatabaseUrl(process.env);
  const ring = url.isOk ? openKeys(options.value, findKeyFile(process.env)) : url;
  if (!url.isOk || !ring.isOk) {
    complain("privacy:rotate", url.isOk ? (ring.isOk ? "" : ring.error) : url.error);
    return exitCodes.failed;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  const onError = () => undefined;
  const database = openDatabase({ url: url.value, name: "tollgate privacy:rotate", onError });
  const done = await rotate(database, ring.value, stopping.signal);
  if (!done.isOk) {
    complain("privacy:rotate", done.error);
    return exitCodes.failed;
  }
  return show(done.value, ring.value.newest().id, stopping.signal.aborted);
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
