// What TM Forum's definitions say of a document and of the routes of an API. The definitions allow
// more fields than they have; formats are read as TMF630 has them, where an address may be a path.

import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { expect } from "vitest";

export const tmfApis = [620, 632, 669, 629, 666, 654, 635, 677] as const;
export type TmfApiNumber = (typeof tmfApis)[number];

export type TmfPath = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** As routes have it: `/tmf-api/party/v4/individual/:id`. */
  readonly path: string;
  readonly codes: readonly number[];
  readonly requiredQuery: readonly string[];
  /** Names of definitions; `answer` of each item where it is a list. */
  readonly body?: string;
  readonly answer?: string;
  readonly isList: boolean;
};

type Structure = {
  readonly paths: readonly TmfPath[];
  readonly definitions: Readonly<Record<string, object>>;
};

const ajv = new Ajv({
  strict: false,
  allErrors: true,
  formats: {
    "date-time": /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/,
    uri: /^(?:[A-Za-z][A-Za-z\d+.-]*:|\/)[^\s"<>\\^`{|}]*$/,
    base64: /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/,
  },
});

const structures = new Map<TmfApiNumber, Structure>();

const structureOf = (api: TmfApiNumber): Structure => {
  const known = structures.get(api);
  if (known !== undefined) return known;
  const file = new URL(`${api}.generated.json`, import.meta.url);
  const structure: Structure = JSON.parse(readFileSync(file, "utf8"));
  structures.set(api, structure);
  ajv.addSchema({ definitions: structure.definitions }, `tmf${api}`);
  return structure;
};

const validators = new Map<string, ValidateFunction>();

const validatorOf = (api: TmfApiNumber, definition: string): ValidateFunction => {
  const $ref = `tmf${api}#/definitions/${definition}`;
  const known = validators.get($ref);
  if (known !== undefined) return known;
  if (structureOf(api).definitions[definition] === undefined) {
    throw new Error(`TMF${api} has no definition of ${definition}`);
  }
  const validator = ajv.compile({ $ref });
  validators.set($ref, validator);
  return validator;
};

/** Every operation that the API must have, the hub's too. */
export const pathsOf = (api: TmfApiNumber): readonly TmfPath[] => structureOf(api).paths;

export const definitionNamesOf = (api: TmfApiNumber): readonly string[] =>
  Object.keys(structureOf(api).definitions);

/** Each as `/name must be string`; the document as it would be sent. */
export const deviationsOf = (
  api: TmfApiNumber,
  definition: string,
  document: unknown,
): readonly string[] => {
  const validator = validatorOf(api, definition);
  validator(JSON.parse(JSON.stringify(document)));
  return (validator.errors ?? []).map(({ instancePath, message = "", params }) => {
    const allowed = "allowedValues" in params ? `: ${params["allowedValues"].join(", ")}` : "";
    return `${instancePath === "" ? "the document" : instancePath} ${message}${allowed}`;
  });
};

export const expectConforms = (api: TmfApiNumber, definition: string, document: unknown): void => {
  expect(deviationsOf(api, definition, document), `TMF${api} ${definition}`).toEqual([]);
};
