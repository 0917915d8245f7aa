// `npm run deck -- import | publish | world`: rate decks into files, and out of these or of a
// spreadsheet's CSV to the running Tollgate.

import { runSubcommand } from "../run-subcommand.ts";
import { generateWorldDeck } from "./generate-world-deck.ts";
import { importDeck } from "./import-deck.ts";
import { publishDeck } from "./publish-deck.ts";

const help = `npm run deck -- import FILE.csv [flags]   a rate deck out of a spreadsheet's CSV
  --deck ID        the deck's name (the file's)
  --out FILE       where the deck goes (FILE.deck.jsonl)
  --errors FILE    where bad rows go (FILE.errors.csv)
  --dry-run        says what would be, and writes nothing but an --errors FILE
  --partial        writes the deck without its bad rows

npm run deck -- publish FILE --id ID [flags]   makes it the deck that tariffs name by ID
                   FILE.csv, or FILE.jsonl as import and world write it
  --errors FILE    where bad rows go (FILE.errors.csv); with any nothing is published
  --dry-run        reads and checks the file, publishes nothing; writes only an --errors FILE

npm run deck -- world --out FILE [flags]  the numbers of every country, for trying things out
  --networks       the mobile networks of every country instead, by MCC and MNC
`;

const commands: ReadonlyMap<string, (words: readonly string[]) => Promise<number>> = new Map([
  ["import", importDeck],
  ["publish", publishDeck],
  ["world", generateWorldDeck],
]);

process.exitCode = await runSubcommand({ name: "deck", help, commands }, process.argv.slice(2));
