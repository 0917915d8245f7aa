// The structure of an API's definitions as JSON Schema, for ajv, and its operations as a table:
// only what a document or a route can be held to, without TM Forum's prose.

import {
  type Definition,
  definitionOf,
  isListener,
  type Operation,
  type Property,
  reachedFrom,
  resourcesOf,
  type Source,
  targetOf,
  targetsOf,
} from "./source.ts";

const structureOfProperty = ({ type, format, $ref, items, minItems }: Property): unknown => ({
  type,
  format: format === "float" ? undefined : format,
  $ref,
  items: items && structureOfProperty(items),
  minItems,
});

const structureOf = ({ type, enum: values, required, properties }: Definition): unknown => ({
  type,
  enum: values,
  required: required?.length === 0 ? undefined : required,
  properties:
    properties &&
    Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, structureOfProperty(property)]),
    ),
});

/** Paths as routes have them: `/tmf-api/party/v4/individual/:id`. */
const routePath = ({ basePath }: Source, path: string): string =>
  basePath.replace(/\/$/, "") + path.replace(/\{(\w+)\}/g, ":$1");

const operationOf = (source: Source, path: string, method: string, operation: Operation) => {
  const parameters = operation.parameters ?? [];
  const schemas = Object.entries(operation.responses)
    .filter(([code]) => code.startsWith("2"))
    .map(([, { schema }]) => schema);
  const body = parameters.find((parameter) => parameter.in === "body")?.schema;
  const answer = schemas[0];
  return {
    method: method.toUpperCase(),
    path: routePath(source, path),
    codes: Object.keys(operation.responses).map(Number),
    requiredQuery: parameters
      .filter((parameter) => parameter.in === "query" && parameter.required === true)
      .map(({ name }) => name),
    body: body && targetOf(body),
    answer: answer && targetOf(answer),
    isList: answer?.type === "array",
  };
};

const rows = (open: string, texts: readonly string[], close: string): string =>
  `${open}\n${texts.join(",\n")}\n${close}`;

/** The members of a JSON object and its end; one definition or operation to a line. */
export const structureText = (source: Source): string => {
  const reached = reachedFrom(
    resourcesOf(source, () => true),
    (name) => targetsOf(definitionOf(source, name)),
  );
  const definitions = [...reached, "Error"]
    .toSorted()
    .map((name) => `"${name}":${JSON.stringify(structureOf(definitionOf(source, name)))}`);
  const paths = Object.entries(source.paths)
    .filter(([path]) => !isListener(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) =>
        JSON.stringify(operationOf(source, path, method, operation)),
      ),
    );
  return `${rows('"paths":[', paths, "],")}\n${rows('"definitions":{', definitions, "}}")}\n`;
};
