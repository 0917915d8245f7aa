// The OpenAPI 3.1 document of the routes, made from the very shapes that validate. What has a name
// (`meta({ id })`) becomes a component; the rest stands where it is used.

import { z } from "zod";
import { permissions, roles } from "../permissions.ts";
import { type ProblemCode, problemKinds } from "./problem.ts";
import type { Route } from "./route.ts";

export type OpenApiOptions = {
  readonly title: string;
  readonly version: string;
  /** Markdown: what whoever begins has to know. */
  readonly description: string;
};

type Json = Readonly<Record<string, unknown>>;

const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]]),
    instance: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: "Problem" });

export const describeApi = (routes: readonly Route[], options: OpenApiOptions): Json => {
  const components: Record<string, unknown> = {};
  const schemaOf = (shape: z.ZodType, io: "input" | "output") =>
    describeShape(shape, io, components);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    const operations = paths[path] ?? {};
    operations[route.method.toLowerCase()] = describeRoute(route, schemaOf);
    paths[path] = operations;
  }
  const problem = schemaOf(problemShape, "output");
  return {
    openapi: "3.1.0",
    info: { ...options, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    security: [{ bearer: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "session, API key or JWT" },
      },
      responses: {
        Problem: {
          description: "Why not (RFC 9457)",
          content: { "application/problem+json": { schema: problem } },
        },
      },
      schemas: Object.fromEntries(
        Object.entries(components).toSorted(([one], [other]) => (one < other ? -1 : 1)),
      ),
    },
  };
};

/** Draft 2020-12, which OpenAPI 3.1 takes as it is; named parts go to the components. */
const describeShape = (
  shape: z.ZodType,
  io: "input" | "output",
  components: Record<string, unknown>,
): Json => {
  const made = z.toJSONSchema(shape, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
  }) as Record<string, unknown>;
  const { $schema: _, $defs = {}, ...schema } = made;
  for (const [name, definition] of Object.entries($defs as Json)) {
    components[name] ??= repoint(definition);
  }
  const pointed = repoint(schema) as Json;
  const id = z.globalRegistry.get(shape)?.id;
  if (id === undefined) return pointed;
  components[id] ??= pointed;
  return { $ref: `#/components/schemas/${id}` };
};

/** References within one shape become those within the document. */
const repoint = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(repoint);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, part]) => !(name === "id" && typeof part === "string"))
      .map(([name, part]) => [
        name,
        name === "$ref" && typeof part === "string"
          ? part.replace(/^#\/\$defs\//, "#/components/schemas/")
          : repoint(part),
      ]),
  );
};

type SchemaOf = (shape: z.ZodType, io: "input" | "output") => Json;

const describeRoute = (route: Route, schemaOf: SchemaOf): Json => ({
  tags: [route.tag],
  summary: route.summary,
  operationId: operationIdOf(route),
  description: describePermission(route),
  ...(route.permission === "public" ? { security: [] } : {}),
  parameters: [
    ...parametersOf("path", route.params, schemaOf),
    ...parametersOf("query", route.query, schemaOf),
    ...(route.isRead ? [] : [idempotencyKey, reason]),
  ],
  ...(route.body === undefined
    ? {}
    : {
        requestBody: {
          required: true,
          content: contentOf(route.bodyTypes ?? bodyTypesOf(route), schemaOf(route.body, "input")),
        },
      }),
  responses: {
    ...Object.fromEntries(
      Object.entries(route.answers).map(([status, shape]) => [
        status,
        shape === null
          ? { description: statusWords(status) }
          : {
              description: statusWords(status),
              content: contentOf(
                route.answerTypes ?? ["application/json"],
                schemaOf(shape, "output"),
              ),
            },
      ]),
    ),
    default: { $ref: "#/components/responses/Problem" },
  },
});

const bodyTypesOf = ({ method }: Route): readonly string[] =>
  method === "PATCH" ? ["application/merge-patch+json", "application/json"] : ["application/json"];

const contentOf = (types: readonly string[], schema: Json): Json =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

const operationIdOf = ({ method, path }: Route): string =>
  `${method.toLowerCase()}${path
    .split("/")
    .filter((part) => part !== "")
    .map((part) =>
      part.replace(/^:/, "by-").replace(/(?:^|-|\W)(\w)/g, (_, sign) => sign.toUpperCase()),
    )
    .join("")}`;

const describePermission = ({ permission }: Route): string => {
  if (permission === "public") return "Open to anybody.";
  const allowed: Json = permissions[permission];
  const holders = roles
    .filter((role) => allowed[role] !== undefined)
    .map((role) => (allowed[role] === "own" ? `${role} (own)` : role));
  return `Permission \`${permission}\`: ${holders.join(", ")}.`;
};

const parametersOf = (
  place: "path" | "query",
  shape: z.ZodType | undefined,
  schemaOf: SchemaOf,
) => {
  if (shape === undefined) return [];
  const { properties, required } = schemaOf(shape, "input") as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  if (properties === undefined) return place === "query" ? listParameters : [];
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === "path" || (required ?? []).includes(name),
    schema,
  }));
};

/** Of TMF lists: besides these, any attribute. */
const listParameters: readonly Json[] = [
  { name: "offset", in: "query", schema: { type: "integer", minimum: 0 } },
  { name: "limit", in: "query", schema: { type: "integer", minimum: 0 } },
  { name: "fields", in: "query", schema: { type: "string" } },
  {
    name: "attributes",
    in: "query",
    description: "Attribute filters: `name=Data`, `lifecycleStatus=Active,Retired`, `a.b.gt=5`",
    style: "form",
    explode: true,
    schema: { type: "object", additionalProperties: { type: "string" } },
  },
];

const idempotencyKey: Json = {
  name: "Idempotency-Key",
  in: "header",
  description: "Sent again with it, the request gets the answer of the first time",
  schema: { type: "string", maxLength: 255 },
};
const reason: Json = {
  name: "X-Reason",
  in: "header",
  description: "Why, for the audit",
  schema: { type: "string", maxLength: 1_024 },
};

const words: Readonly<Record<string, string>> = {
  200: "Done",
  201: "Made",
  202: "Taken on",
  204: "Done; nothing to say",
  206: "A part of the list",
  302: "Elsewhere",
  304: "As it was",
};
const statusWords = (status: string): string => words[status] ?? status;
