// Every generated document of the repository.

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
];
