// The generator by definitions that are small enough to see what becomes of them; TM Forum's own
// are not in the repository.

import { expect, test } from "vitest";
import type { ReadApi } from "./apis.ts";
import { generate, isUntouched, shapesFile, sharedFile, structureFile } from "./generate.ts";
import type { Definition, Property, Source } from "./source.ts";

const text: Property = { type: "string" };
const ref = (name: string): Property => ({ $ref: `#/definitions/${name}` });
const listOf = (name: string): Property => ({ type: "array", items: ref(name), minItems: 1 });

const period: Definition = { type: "object", properties: { to: text, from: text } };
const sized = (name: string, required: string[]): Definition => ({
  required,
  properties: {
    id: text,
    [name]: text,
    period: ref("Period"),
    state: ref("State"),
    any: ref("Any"),
  },
});

const sourceOf = (definitions: Record<string, Definition>): Source => ({
  info: { title: "Things", version: "4.0.0" },
  basePath: "/tmf-api/things/v4/",
  paths: {
    "/thing": {
      post: {
        parameters: [{ name: "thing", in: "body", required: true, schema: ref("Thing_Create") }],
        responses: { 201: { schema: ref("Thing") }, 400: { schema: ref("Error") } },
      },
      get: {
        parameters: [{ name: "kind", in: "query", required: true }],
        responses: { 200: { schema: { type: "array", items: ref("Thing") } } },
      },
    },
    "/thing/{id}": {
      patch: {
        parameters: [{ name: "thing", in: "body", schema: ref("Thing_Update") }],
        responses: { 200: { schema: ref("Thing") } },
      },
    },
    "/listener/thingCreateEvent": {
      post: {
        parameters: [{ name: "data", in: "body", schema: ref("ThingCreateEvent") }],
        responses: { 201: {} },
      },
    },
  },
  definitions: {
    ...{ Thing: sized("label", []), Thing_Create: sized("label", ["label"]) },
    Thing_Update: { properties: { label: text, period: ref("Period"), parts: listOf("Part") } },
    Part: {
      required: ["count"],
      properties: { count: { type: "integer" }, parts: listOf("Part") },
    },
    ...{ Period: period, State: { enum: ["on", "off"] }, Any: {}, Error: { required: ["code"] } },
    ThingCreateEvent: { properties: { event: text } },
    ...definitions,
  },
});

const apiOf = (api: number, definitions: Record<string, Definition> = {}): ReadApi => ({
  ...{ api, domain: "things", source: sourceOf(definitions) },
});
const generated = (...apis: ReadApi[]) => {
  const files = generate(apis);
  return (file: string): string => files.get(file) ?? "";
};

test("a resource comes in three forms, of which a patch may take away what is not required", () => {
  const shapes = generated(apiOf(1))(shapesFile(1, "things"));
  expect(shapes).toContain(`export const Thing = z.strictObject({
  id: may.id, any: may.any, label: may.text, period: Period.optional(), state: State.optional(),
}).meta({ id: "Thing" });
export type Thing = z.infer<typeof Thing>;`);
  expect(shapes).toContain(
    "Thing_Create = z.strictObject({\n  id: may.id, any: may.any, label: must",
  );
  expect(shapes).toContain(
    "label: may.text, parts: list(Part, 1).nullish(), period: Period_Patch.nullish()",
  );
  expect(shapes).toContain(
    "Period_Patch = z.strictObject({\n  from: patch.text, to: patch.text,\n})",
  );
  expect(shapes).toContain('export const eventTypes = ["ThingCreateEvent"] as const;');
});

test("a shape that has itself refers to itself by a getter", () => {
  const shapes = generated(apiOf(1))(shapesFile(1, "things"));
  expect(shapes).toContain("get parts(): z.ZodType { return list(Part, 1).optional(); }");
});

test("what two have alike is shared, what a third has otherwise is not", () => {
  const other = { Period: { ...period, required: ["from"] } };
  const fileOf = generated(apiOf(1), apiOf(2), apiOf(3, other));
  expect(fileOf(sharedFile)).toContain("export const Period = z.strictObject({\n  from: may.text");
  expect(fileOf(sharedFile)).not.toContain("export const Thing");
  expect(fileOf(shapesFile(1, "things"))).toContain("import { Part, Period, Period_Patch, State }");
  expect(fileOf(shapesFile(1, "things"))).not.toContain("export const Period");
  expect(fileOf(shapesFile(3, "things"))).toContain('.meta({ id: "Period_TMF3" })');
  expect(fileOf(shapesFile(3, "things"))).toContain("from: must.text");
});

test("the structure has each definition and each operation", () => {
  const structure = JSON.parse(generated(apiOf(1))(structureFile(1)));
  expect(structure.definitions.State).toEqual({ enum: ["on", "off"] });
  expect(structure.definitions.ThingCreateEvent).toEqual({ properties: { event: text } });
  const collection = { path: "/tmf-api/things/v4/thing", answer: "Thing" };
  expect(structure.paths).toEqual([
    {
      ...{ ...collection, method: "POST", body: "Thing_Create", isList: false },
      ...{ codes: [201, 400], requiredQuery: [] },
    },
    { ...collection, method: "GET", isList: true, codes: [200], requiredQuery: ["kind"] },
    {
      ...{ path: "/tmf-api/things/v4/thing/:id", method: "PATCH", body: "Thing_Update" },
      ...{ answer: "Thing", isList: false, codes: [200], requiredQuery: [] },
    },
  ]);
});

test("every file carries the digest of its text", () => {
  for (const file of generate([apiOf(1), apiOf(2)]).values()) expect(isUntouched(file)).toBe(true);
});

test("a kind of property that it does not know ends it", () => {
  const strange = { Thing: { properties: { size: { type: "string", format: "duration" } } } };
  expect(() => generate([apiOf(1, strange)])).toThrow("Thing.size is of no known kind");
  const missing = { Thing: { properties: { size: ref("Size") } } };
  expect(() => generate([apiOf(1, missing)])).toThrow("no definition of Size");
});
