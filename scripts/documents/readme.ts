// README.md: prose that people write, with parts between markers that come from the code.

import { readFileSync } from "node:fs";
import { accessPart } from "./access.ts";
import { durabilityPart } from "./durability.ts";
import { environmentPart } from "./environment.ts";
import { explainPart } from "./explain.ts";
import { firstAccountPart } from "./first-account.ts";
import { fillParts } from "./markdown.ts";
import { measuredPart } from "./measured.ts";
import { npmScriptsPart } from "./npm-scripts.ts";
import { promisesPart } from "./promises.ts";
import { tariffPart } from "./tariff.ts";

export const readmeDocument = (): string =>
  fillParts(readFileSync(new URL("../../README.md", import.meta.url), "utf8"), {
    "npm-scripts": npmScriptsPart(),
    environment: environmentPart(),
    access: accessPart(),
    promises: promisesPart(),
    durability: durabilityPart(),
    measured: measuredPart(),
    tariff: tariffPart(),
    "first-account": firstAccountPart(),
    explain: explainPart(),
  });
