// `npm run deck -- import | publish | world`: rate decks into files, and out of a spreadsheet's CSV
// to the running Tollgate.

import { exitCodes } from "../exit-codes.ts";
import { generateWorldDeck } from "./generate-world-deck.ts";
import { importDeck } from "./import-deck.ts";
import { publishDeck } from "./publish-deck.ts";

const help = `npm run deck -- import FILE.csv [flags]   a rate deck out of a spreadsheet's CSV
  --deck ID        the deck's name (the file's)
  --out FILE       where the deck goes (FILE.deck.jsonl)
  --errors FILE    where bad rows go (FILE.errors.csv)
  --dry-run        says what would be, and writes nothing
  --partial        writes the deck without its bad rows

npm run deck -- publish FILE.csv --id ID [flags]   makes it the deck that tariffs name by ID
  --errors FILE    where bad rows go (FILE.errors.csv); with any nothing is published
  --dry-run        reads and checks the file, and publishes nothing

npm run deck -- world --out FILE [flags]  the numbers of every country, for trying things out
  --networks       the mobile networks of every country instead, by MCC and MNC
`;

const main = async ([command, ...words]: readonly string[]): Promise<number> => {
  if (command === "import" && !words.includes("--help")) return await importDeck(words);
  if (command === "publish" && !words.includes("--help")) return await publishDeck(words);
  if (command === "world" && !words.includes("--help")) return await generateWorldDeck(words);
  const isAsked = command === "--help" || words.includes("--help");
  (isAsked ? process.stdout : process.stderr).write(help);
  return isAsked ? exitCodes.good : exitCodes.usage;
};

process.exitCode = await main(process.argv.slice(2));
