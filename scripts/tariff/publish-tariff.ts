// `npm run tariff -- publish FILE`: gives a document to the running Tollgate. It is checked here
// first, so that all its problems are told, and again by the engine, which knows the rate decks.
// What it takes over from is told; with --dry-run that is all.

import { exitCodes } from "../exit-codes.ts";
import { connectAsBusiness } from "../seed/local-client.ts";
import { complain, print } from "../terminal-text.ts";
import { readPublished } from "./published-tariffs.ts";
import { readTariffFile } from "./read-document.ts";
import { takeOverLines } from "./take-over.ts";

/** The exit code. */
export const publishTariff = async (words: readonly string[]): Promise<number> => {
  const [file, flag, ...others] = words;
  const isDryRun = flag === "--dry-run";
  if (file === undefined || file.startsWith("-") || others.length > 0 || (flag && !isDryRun)) {
    complain("tariff", "publish what? npm run tariff -- publish FILE.json [--dry-run]");
    return exitCodes.usage;
  }
  const read = await readTariffFile(file, undefined);
  if (!read.isOk) {
    for (const problem of read.error) complain("tariff", problem);
    return exitCodes.failed;
  }
  const { tariff } = read.value;
  const published = await readPublished();
  if (isDryRun && !published.isOk) {
    complain("tariff", published.error);
    return exitCodes.failed;
  }
  const changes = published.isOk
    ? takeOverLines(tariff, published.value, Date.now())
    : [`what it takes over from cannot be told: ${published.error}`];
  if (isDryRun) {
    print([`${tariff.tariffId}: sound, not published`, ...changes.map((line) => `  ${line}`)]);
    return exitCodes.good;
  }
  const connected = connectAsBusiness();
  if (!connected.isOk) {
    complain("tariff", connected.error.message);
    return connected.error.exitCode;
  }
  const { client, url } = connected.value;
  const answer = await client.publishTariff({ document: read.value.document });
  await client.close();
  if (!answer.isOk) {
    const { code, detail } = answer.error;
    const isAway = code === "UNREACHABLE";
    complain(
      "tariff",
      isAway ? `no engine at ${url}; start it: npm start` : `${code} ${detail}`.trimEnd(),
    );
    return exitCodes.failed;
  }
  const { tariffVersion, isChanged } = answer.value;
  const outcome = isChanged ? "published" : "published already, and unchanged";
  print([`${tariff.tariffId}: ${outcome}, version ${tariffVersion}`]);
  if (isChanged) print(changes.map((line) => `  ${line}`));
  return exitCodes.good;
};
