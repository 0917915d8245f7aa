// `npm run bench`: measures what a Tollgate on this machine carries, on a Redis, an engine and a
// load client of its own. The table goes to standard output, progress to standard error.

import { mkdir } from "node:fs/promises";
import { apiResultText, runApiBench } from "./api/run-api-bench.ts";
import { readBenchOptions } from "./measurement/options.ts";
import { runBench } from "./measurement/run-bench.ts";
import { setUp } from "./measurement/set-up.ts";
import { resultText } from "./measurement/show-result.ts";
import { openProgress } from "./report/progress.ts";
import { writeJson } from "./report/write-json.ts";

const exitInterrupted = 130;

const cleanUps: (() => Promise<void>)[] = [];
let cleaned: Promise<void> | undefined;

/** In reverse order, each once; a problem of one does not keep the others. */
const cleanUp = (): Promise<void> => {
  cleaned ??= (async () => {
    for (const end of cleanUps.toReversed()) await end().catch(() => undefined);
  })();
  return cleaned;
};

const interrupt = (): void => {
  process.stderr.write("\n  stopping\n");
  void cleanUp().then(() => process.exit(exitInterrupted));
};

const main = async (): Promise<number> => {
  const options = readBenchOptions(process.argv.slice(2));
  if (!options.isOk) {
    const { text, isHelp } = options.error;
    (isHelp ? process.stdout : process.stderr).write(`${text}\n`);
    return isHelp ? 0 : 2;
  }
  const { jsonFile, profileFolder } = options.value;
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  if (options.value.door === "api") {
    const result = await runApiBench(options.value.api, cleanUps);
    process.stdout.write(`\n${await apiResultText(result, options.value.api)}\n`);
    if (jsonFile !== undefined) await writeJson(jsonFile, result);
    return 0;
  }
  if (profileFolder !== undefined) await mkdir(profileFolder, { recursive: true });
  const bench = await setUp(options.value, cleanUps);
  const result = await runBench(bench, openProgress(), cleanUps);
  process.stdout.write(`\n${resultText(result)}\n`);
  if (jsonFile !== undefined) await writeJson(jsonFile, result);
  const kinds = Object.entries(result.errorsByKind).map(([kind, count]) => `${count} ${kind}`);
  if (kinds.length === 0) return 0;
  process.stderr.write(`bench: not everything was answered as it should: ${kinds.join(", ")}\n`);
  return 1;
};

const exitCode = await main().catch((error: Error) => {
  if (cleaned === undefined) process.stderr.write(`bench: ${error.message}\n`);
  return cleaned === undefined ? 1 : exitInterrupted;
});
await cleanUp();
process.exitCode = exitCode;
