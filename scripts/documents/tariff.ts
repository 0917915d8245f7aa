// The tariff that README.md shows, and what the command beside it prints.

import { readFileSync } from "node:fs";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { useLines } from "../tariff/use-lines.ts";
import { readUseOptions } from "../tariff/use-options.ts";

const file = "scripts/tariff/readme-tariff.json";
const flags = "--group 100 --units 185 --to +33612345678 --at 2027-12-24T18:30:00+01:00";

/** Throws when the document is not sound, or the use has no price. */
export const tariffPart = (): string => {
  const document = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const tariff = parseTariff(document);
  const options = readUseOptions([file, ...flags.split(" ")], 0);
  if (!tariff.isOk || !options.isOk) throw new Error(JSON.stringify([tariff, options]));
  const lines = useLines(tariff.value, options.value.use, undefined);
  if (!lines.isOk) throw new Error(lines.error);
  const command = `npm run tariff -- price ${file} \\\n  ${flags}`;
  return [
    `\`\`\`json\n${document}\`\`\`\n`,
    `\`\`\`sh\n${command}\n\`\`\`\n`,
    `\`\`\`text\n${lines.value.join("\n")}\n\`\`\``,
  ].join("\n");
};
