// `npm run tariff -- publish FILE`: gives a document to the running Tollgate. It is checked here
// first, so that all its problems are told, and again by the engine, which knows the rate decks.

import { exitCodes } from "../exit-codes.ts";
import { connectAsBusiness } from "../seed/local-client.ts";
import { complain, print } from "../terminal-text.ts";
import { readTariffFile } from "./read-document.ts";

/** The exit code. */
export const publishTariff = async (words: readonly string[]): Promise<number> => {
  const [file, ...others] = words;
  if (file === undefined || file.startsWith("-") || others.length > 0) {
    complain("tariff", "publish which document? npm run tariff -- publish FILE.json");
    return exitCodes.usage;
  }
  const read = await readTariffFile(file, undefined);
  if (!read.isOk) {
    for (const problem of read.error) complain("tariff", problem);
    return exitCodes.failed;
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
  print([`${read.value.tariff.tariffId}: ${outcome}, version ${tariffVersion}`]);
  return exitCodes.good;
};
