// The program that README.md shows; examples.live.test.ts runs it.

import { readFileSync } from "node:fs";

const file = new URL("../seed/first-account.ts", import.meta.url);

/** Without its opening comment, which the README's own words take the place of. */
export const firstAccountPart = (): string => {
  const text = readFileSync(file, "utf8");
  return `\`\`\`ts\n${text.slice(text.indexOf("import ")).trimEnd()}\n\`\`\``;
};
