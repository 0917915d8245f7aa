// The document says of each route what the route says of itself.

import { expect, test } from "vitest";
import { z } from "zod";
import { describeApi } from "./openapi.ts";
import { defineRoute } from "./route.ts";

const Part = z.strictObject({ size: z.int() }).meta({ id: "Part" });
const Thing = z
  .strictObject({ id: z.string(), part: Part, parts: z.array(Part).optional() })
  .meta({ id: "Thing" });

const routes = [
  defineRoute({
    ...{ method: "PATCH", path: "/api/things/:id", tag: "Things", summary: "Change a thing" },
    ...{ permission: "audit:read", params: z.strictObject({ id: z.string() }), body: Thing },
    query: z.strictObject({ deep: z.enum(["yes", "no"]).optional() }),
    answers: { 200: Thing, 204: null },
    handle: () => Promise.reject(new Error("not called")),
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/things/log-in", tag: "Things", summary: "Come in" },
    ...{ permission: "public", answers: { 201: Part } },
    handle: () => Promise.reject(new Error("not called")),
  }),
];
// biome-ignore lint/suspicious/noExplicitAny: a document of another's form
const document = describeApi(routes, { title: "T", version: "1", description: "D" }) as any;

test("named shapes are components, and every reference leads to one", () => {
  expect(Object.keys(document.components.schemas)).toEqual(["Part", "Problem", "Thing"]);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  expect(references.length).toBeGreaterThan(4);
  for (const [, pointer = ""] of references) {
    const found = pointer.split("/").reduce((place, step) => place?.[step], document);
    expect(found, pointer).toBeDefined();
  }
});

test("a route has its parameters, bodies, answers and who may", () => {
  const patch = document.paths["/api/things/{id}"].patch;
  expect(patch.parameters.map(({ name }: { name: string }) => name)).toEqual([
    "id",
    "deep",
    "Idempotency-Key",
    "X-Reason",
  ]);
  expect(patch.description).toBe("Permission `audit:read`: auditor.");
  expect(Object.keys(patch.requestBody.content)).toEqual([
    "application/merge-patch+json",
    "application/json",
  ]);
  expect(Object.keys(patch.responses)).toEqual(["200", "204", "default"]);
  expect(patch.operationId).toBe("patchApiThingsById");
  expect(document.paths["/api/things/log-in"].post.security).toEqual([]);
});
