// The explanation that README.md shows; engine/explain/stories.live.test.ts holds it to what is
// really said.

import { readFileSync } from "node:fs";

const file = new URL("../../engine/explain/story-of-a-call.txt", import.meta.url);

export const explainPart = (): string =>
  `\`\`\`text\n${readFileSync(file, "utf8").trimEnd()}\n\`\`\``;
