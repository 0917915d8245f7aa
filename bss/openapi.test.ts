// The document of whole APIs against what OpenAPI 3.1 demands of one: schemas that are of JSON
// Schema 2020-12, references that lead somewhere, operations that can be told apart.

import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { openApiOf } from "./app.ts";
import {
  ProductOffering,
  ProductOffering_Create,
  ProductOffering_Update,
} from "./catalogue/tmf620.generated.ts";
import type { ResourceKind } from "./http/tmf/resource-kind.ts";
import { resourceRoutes } from "./http/tmf/resource-routes.ts";
import { resourceTable } from "./http/tmf/resource-table.ts";
import { usageRoutes } from "./usage/index.ts";

const offering: ResourceKind = {
  api: { basePath: "/tmf-api/productCatalogManagement/v4", domain: "catalogue", tag: "TMF620" },
  ...{ name: "productOffering", type: "ProductOffering", table: resourceTable("offering") },
  shapes: {
    create: ProductOffering_Create,
    update: ProductOffering_Update,
    whole: ProductOffering,
  },
  permissions: { read: "catalogue:read", write: "catalogue:write" },
  methods: ["list", "get", "create", "patch", "delete"],
};
const nobody = { accountsOf: async () => [], ownersOf: async () => new Map<string, string>() };
const routes = [...resourceRoutes(offering), ...usageRoutes(nobody)];

type Schema = Readonly<Record<string, unknown>>;
type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: readonly { name: string; in: string; required?: boolean; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, Schema>>;
};
// As whoever reads the file gets it.
const document = JSON.parse(JSON.stringify(openApiOf(routes))) as {
  readonly openapi: string;
  readonly tags: readonly { name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

const everyObject = (value: unknown): Schema[] => {
  if (typeof value !== "object" || value === null) return [];
  return [
    ...(Array.isArray(value) ? [] : [value as Schema]),
    ...Object.values(value).flatMap(everyObject),
  ];
};

test("every reference leads to something, and every name is one that OpenAPI allows", () => {
  const references = everyObject(document).flatMap(({ $ref }) =>
    $ref === undefined ? [] : [$ref],
  );
  expect(references.length).toBeGreaterThan(20);
  for (const reference of new Set(references)) {
    const steps = String(reference).replace(/^#\//, "").split("/");
    const found = steps.reduce<unknown>((place, step) => (place as Schema)?.[step], document);
    expect(found, String(reference)).toBeDefined();
  }
  for (const part of Object.values(document.components)) {
    for (const name of Object.keys(part)) expect(name).toMatch(/^[a-zA-Z0-9._-]+$/);
  }
});

test("every schema is one of JSON Schema 2020-12", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "document", components: document.components });
  const schemas = [
    ...Object.keys(document.components["schemas"] ?? {}).map((name) => ({
      $ref: `document#/components/schemas/${name}`,
    })),
    ...operations.flatMap(({ parameters }) => parameters.map(({ schema }) => schema)),
  ];
  expect(schemas.length).toBeGreaterThan(50);
  for (const schema of Object.values(document.components["schemas"] ?? {})) {
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
  }
  for (const schema of schemas) expect(() => ajv.compile(schema)).not.toThrow();
  const valid = ajv.compile({ $ref: "document#/components/schemas/ProductOffering_Create" });
  expect([valid({ name: "x" }), valid({ name: 7 }), valid({ nmae: "x" })]).toEqual([
    ...[true, false, false],
  ]);
});

test("each operation has an id of its own, what its path names, and answers", () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = document.tags.map(({ name }) => name);
  for (const { path, method, parameters, responses, requestBody, summary, ...rest } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const told = parameters.filter((one) => one.in === "path");
    expect(told.map(({ name }) => name)).toEqual(named);
    expect(told.every(({ required }) => required)).toBe(true);
    const places = parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(places).size).toBe(places.length);
    expect(rest.tags.every((tag) => tags.includes(tag))).toBe(true);
    expect(summary).not.toBe("");
    for (const [status, response] of Object.entries(responses)) {
      expect(status).toMatch(/^(?:[1-5]\d\d|default)$/);
      expect("$ref" in response || "description" in response).toBe(true);
    }
    if (method === "get") expect(requestBody).toBe(undefined);
  }
});
