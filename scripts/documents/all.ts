// Every generated document of the repository.

import { readFileSync } from "node:fs";
import { openApiOf } from "../../bss/app.ts";
import { type RouteParts, routesOf } from "../../bss/routes.ts";
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
  { path: "bss/openapi.generated.json", content: openApiDocument() },
];

/** By the routes' declarations alone: nothing of what they are made with is called. */
const openApiDocument = (): string => {
  const { routes } = routesOf({ webhooks: {}, balances: {} } as RouteParts);
  return `${JSON.stringify(openApiOf(routes), null, 1)}\n`;
};

const seedDocument = (): string =>
  fillParts(readFileSync(new URL("../seed/README.md", import.meta.url), "utf8"), {
    "demo-operator": demoOperatorPart(),
  });
