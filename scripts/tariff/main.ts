// `npm run tariff -- check | price | publish | list | show | schema`: what a tariff manager does
// with a document before and when the engine gets it.

import { readFileSync } from "node:fs";
import { exitCodes } from "../exit-codes.ts";
import { runSubcommand } from "../run-subcommand.ts";
import { complain } from "../terminal-text.ts";
import { checkTariffs } from "./check-tariffs.ts";
import { listPublished, showPublished } from "./list-published.ts";
import { priceUse } from "./price-use.ts";
import { publishTariff } from "./publish-tariff.ts";

const help = `npm run tariff -- check FILE.json …         every problem, or what the document means
  --deck FILE        a rate deck (of npm run deck), whose zones are checked as well

npm run tariff -- price FILE.json [flags]   what one use costs by the document, step by step
  --group N          the rating group
  --units N          how many octets, seconds, messages or units
  --counted N        what the counter of the tiers has counted before (0)
  --at TIME          2026-12-24T18:00:00+01:00 (now)
  --to, --from       the called and the calling number: +33612345678
  --network          the visited network, MCC and MNC: 26202
  --rat, --slice, --dnn, --service, --qos     as the network tells them
  --deck FILE        a rate deck, for zones of numbers that the document does not name

npm run tariff -- publish FILE.json         gives it to the running Tollgate, and says what changes
  --dry-run          says only what would
npm run tariff -- list [TARIFF]             what was published, and when it is in effect
npm run tariff -- show VERSION              a document as it was published
npm run tariff -- schema                    the JSON Schema of documents
`;

const schemaFile = new URL("../../engine/rating/tariff.schema.json", import.meta.url);

const printSchema = (words: readonly string[]): number => {
  if (words.length > 0) {
    complain("tariff", `schema: "${words[0]}" is one word too many`);
    return exitCodes.usage;
  }
  process.stdout.write(readFileSync(schemaFile, "utf8"));
  return exitCodes.good;
};

type Command = (words: readonly string[]) => number | Promise<number>;
const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["check", checkTariffs],
  ["price", priceUse],
  ["publish", publishTariff],
  ["list", listPublished],
  ["show", showPublished],
  ["schema", printSchema],
]);

process.exitCode = await runSubcommand({ name: "tariff", help, commands }, process.argv.slice(2));
