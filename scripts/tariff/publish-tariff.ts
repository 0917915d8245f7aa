// `npm run tariff -- publish FILE`: gives a document to the running Tollgate. It is checked here
// first, so that all its problems are told, and again by the engine, which knows the rate decks.
// What it takes over from is told; with --dry-run that is all.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { exitCodes } from "../exit-codes.ts";
import { connectAsBusiness } from "../seed/local-client.ts";
import { complain, flagMistake, print } from "../terminal-text.ts";
import { readPublished } from "./published-tariffs.ts";
import { readTariffFile } from "./read-document.ts";
import { takeOverLines } from "./take-over.ts";

type PublishOptions = { readonly file: string; readonly isDryRun: boolean };

const readPublishOptions = (words: readonly string[]): Result<PublishOptions, string> => {
  const options = { "dry-run": { type: "boolean", default: false } } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    });
    const [file, ...others] = positionals;
    if (file === undefined) {
      return err("publish what? npm run tariff -- publish FILE.json [--dry-run]");
    }
    if (others.length > 0) return err("publish: one document at a time");
    return ok({ file, isDryRun: values["dry-run"] });
  } catch (error) {
    return err(flagMistake(error));
  }
};

/** The exit code. */
export const publishTariff = async (words: readonly string[]): Promise<number> => {
  const options = readPublishOptions(words);
  if (!options.isOk) {
    complain("tariff", options.error);
    return exitCodes.usage;
  }
  const { file, isDryRun } = options.value;
  const read = await readTariffFile(file, undefined);
  if (!read.isOk) {
    for (const problem of read.error) complain("tariff", `${file}: ${problem}`);
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
