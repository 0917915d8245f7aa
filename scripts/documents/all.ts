// Every generated document of the repository.

import { readFileSync } from "node:fs";
import { demoOperatorPart } from "./demo-operator.ts";
import { fillParts } from "./markdown.ts";
import { protocolDocument } from "./protocol.ts";
import { readmeDocument } from "./readme.ts";

export type GeneratedDocument = {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: string;
};

export const documents = (): readonly GeneratedDocument[] => [
  { path: "engine/protocol/PROTOCOL.md", content: protocolDocument() },
  { path: "README.md", content: readmeDocument() },
  { path: "scripts/seed/README.md", content: seedDocument() },
];

const seedDocument = (): string =>
  fillParts(readFileSync(new URL("../seed/README.md", import.meta.url), "utf8"), {
    "demo-operator": demoOperatorPart(),
  });
