// The doors on a real socket over a real Postgres: the conventions that every route has by itself.

import { connect } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../scripts/testing/doors-of-test.ts";
import { limits } from "../limits.ts";
import { defineRoute } from "./route.ts";
import type { ResourceKind } from "./tmf/resource-kind.ts";
import { resourceRoutes } from "./tmf/resource-routes.ts";
import { resourceTable } from "./tmf/resource-table.ts";

const file = databaseOfFile();
let doors: Doors;

const shape = z.strictObject({
  name: z.string().max(100),
  lifecycleStatus: z.string().max(20).optional(),
  size: z.number().optional(),
  tags: z.array(z.strictObject({ id: z.string() })).optional(),
  "@type": z.string().optional(),
});
const note: ResourceKind = {
  api: { basePath: "/tmf-api/notes/v4", domain: "notes", tag: "Notes" },
  ...{ name: "note", type: "Note", table: resourceTable("note"), stateField: "lifecycleStatus" },
  shapes: {
    create: shape,
    update: shape
      .partial()
      .extend({ name: shape.shape.name.nullish(), size: z.number().nullish() }),
    whole: shape.extend({ id: z.string(), href: z.string() }),
  },
  permissions: { read: "customer:read", write: "party:write" },
  methods: ["list", "get", "create", "patch", "delete"],
  ownerOf: ({ tags }) => (tags as { id: string }[] | undefined)?.[0]?.id,
};
const failing = defineRoute({
  ...{ method: "GET", path: "/api/fails", tag: "Test", summary: "fails" },
  ...{ permission: "catalogue:read", answers: { 200: null } },
  handle: () => Promise.reject(new Error("secret words")),
});

beforeAll(async () => {
  await file.sql`CREATE TABLE note (id text PRIMARY KEY, revision int NOT NULL, owner text,
    search_keys text[] NOT NULL DEFAULT '{}', document jsonb NOT NULL, created_at bigint NOT NULL,
    updated_at bigint NOT NULL)`;
  await file.sql`SELECT count_resources_of('note')`;
  let close = (): Promise<void> => Promise.resolve();
  doors = await openDoors(file.url, () => [...resourceRoutes(note), failing], {
    onEnd: (end) => {
      close = end;
    },
  });
  return () => close();
});

const path = "/tmf-api/notes/v4/note";
const make = async (body: object) => (await doors.ask("POST", path, { body })).body;

test("what is made is there, with its address, its tag and its audit and event", async () => {
  const made = await doors.ask("POST", path, {
    body: { name: "first" },
    headers: { "x-reason": "because", "x-request-id": "request-1" },
  });
  expect(made.status).toBe(201);
  const { id } = made.body;
  expect(made.body).toEqual({ id, href: `${path}/${id}`, "@type": "Note", name: "first" });
  expect(made.headers.get("location")).toBe(`${path}/${id}`);
  expect(made.headers.get("x-request-id")).toBe("request-1");
  const got = await doors.ask("GET", `${path}/${id}`);
  expect([got.status, got.body, got.headers.get("etag")]).toEqual([200, made.body, '"1"']);
  const [entry] = await file.sql`SELECT * FROM audit_entries WHERE entity_id = ${id}`;
  expect(entry).toMatchObject({
    ...{ action: "create", entity: "note", reason: "because", request_id: "request-1" },
    ...{ before: null, after: made.body, actor_name: "test" },
  });
  const [event] = await file.sql`SELECT * FROM events WHERE resource_id = ${id}`;
  expect(event).toMatchObject({ event_type: "NoteCreateEvent", correlation_id: "request-1" });
});

test("a key that comes again gets the stored answer, and nothing happens twice", async () => {
  const ask = (name: string) =>
    doors.ask("POST", path, { body: { name }, headers: { "idempotency-key": "key-1" } });
  const answers = await Promise.all([ask("once"), ask("once"), ask("once"), ask("once")]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  const replayed = answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true");
  expect(replayed.length).toBe(3);
  expect(await file.sql`SELECT id FROM note WHERE document->>'name' = 'once'`).toHaveLength(1);
  const other = await ask("other");
  expect([other.status, other.body.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
});

test("a refusal is not remembered by its key", async () => {
  const headers = { "idempotency-key": "key-2", "if-match": '"7"' };
  const { id } = await make({ name: "x" });
  const ask = () => doors.ask("PATCH", `${path}/${id}`, { body: { name: "y" }, headers });
  expect((await ask()).status).toBe(412);
  await file.sql`UPDATE note SET revision = 7 WHERE id = ${id}`;
  expect((await ask()).status).toBe(200);
});

test("a list is paged, filtered, counted and cut to its fields", async () => {
  for (const size of [1, 2, 3, 4, 5]) {
    await make({ name: `list,${size}`, size, lifecycleStatus: size > 3 ? "Active" : "Draft" });
  }
  const list = async (query: string) => {
    const { status, body, headers } = await doors.ask("GET", `${path}?${query}`);
    const sizes = Array.isArray(body) ? body.map(({ size }) => size) : body;
    return { status, sizes, body, total: headers.get("x-total-count"), headers };
  };
  const only = "size.gte=1";
  expect(await list(`${only}&limit=2`)).toMatchObject({ status: 206, sizes: [1, 2], total: "5" });
  const second = await list(`${only}&limit=2&offset=2`);
  expect(second).toMatchObject({ status: 206, sizes: [3, 4] });
  expect(second.headers.get("link")).toContain('offset=4&limit=2&size.gte=1>; rel="next"');
  expect(await list(`${only}&offset=4`)).toMatchObject({ status: 200, sizes: [5], total: "5" });
  expect(await list("lifecycleStatus=Active")).toMatchObject({ sizes: [4, 5], total: "2" });
  expect(await list('name="list,2","list,3"')).toMatchObject({ sizes: [2, 3] });
  expect(await list("size%3E%3D4&size.lt=5")).toMatchObject({ sizes: [4] });
  expect(await list("size=5&fields=name")).toMatchObject({
    body: [{ id: expect.any(String), href: expect.any(String), "@type": "Note", name: "list,5" }],
  });
  const [counted] = await file.sql`SELECT count(*)::text AS n FROM note`;
  expect(await list("limit=1")).toMatchObject({ status: 206, total: counted!["n"] });
  expect(await list("limit=x")).toMatchObject({
    status: 400,
    body: { code: "INVALID_REQUEST", errors: [{ pointer: "?limit" }] },
  });
  expect((await list("sort=name")).status).toBe(400);
  expect((await list("nothing=here")).sizes).toEqual([]);
});

test("of two edits of the same revision one is refused", async () => {
  const { id } = await make({ name: "x" });
  const patch = (name: string) =>
    doors.ask("PATCH", `${path}/${id}`, {
      ...{ body: { name }, type: "application/merge-patch+json" },
      headers: { "if-match": '"1"' },
    });
  const answers = await Promise.all([patch("a"), patch("b"), patch("c")]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
  const known = await doors.ask("GET", `${path}/${id}`, { headers: { "if-none-match": '"2"' } });
  expect([known.status, known.text]).toEqual([304, ""]);
});

test("a patch removes with null, and not what has to be there", async () => {
  const { id } = await make({ name: "x", size: 1, lifecycleStatus: "Draft" });
  const removed = await doors.ask("PATCH", `${path}/${id}`, { body: { size: null } });
  expect(removed.body).toEqual({ ...removed.body, name: "x", lifecycleStatus: "Draft" });
  expect(removed.body).not.toHaveProperty("size");
  const nameless = await doors.ask("PATCH", `${path}/${id}`, { body: { name: null } });
  expect([nameless.status, nameless.body.errors[0].pointer]).toEqual([400, "/name"]);
  const named = await doors.ask("PATCH", `${path}/${id}`, { body: { lifecycleStatus: "Active" } });
  expect(named.body).toMatchObject({ name: "x", lifecycleStatus: "Active" });
  const types = await file.sql`SELECT event_type FROM events WHERE resource_id = ${id}
    ORDER BY position`;
  expect(types.map(({ event_type }) => event_type)).toEqual([
    "NoteCreateEvent",
    "NoteAttributeValueChangeEvent",
    "NoteStateChangeEvent",
    "NoteAttributeValueChangeEvent",
  ]);
});

test("what is deleted is gone, once", async () => {
  const { id } = await make({ name: "x" });
  expect((await doors.ask("DELETE", `${path}/${id}`)).status).toBe(204);
  expect((await doors.ask("DELETE", `${path}/${id}`)).status).toBe(404);
  expect((await doors.ask("GET", `${path}/${id}`)).status).toBe(404);
});

test("who reaches only its own finds nothing else, and makes nothing for others", async () => {
  const anna = actorOf("self-care", { customerId: "anna" });
  const of = async (id: string) => (await make({ name: "owned", tags: [{ id }] })).id;
  const [own, foreign] = [await of("anna"), await of("bruno")];
  const ask = (method: string, rest: string, body?: object) =>
    doors.ask(method, `${path}${rest}`, { actor: anna, body });
  expect((await ask("GET", `/${own}`)).status).toBe(200);
  expect((await ask("GET", `/${foreign}`)).status).toBe(404);
  expect((await ask("PATCH", `/${foreign}`, { name: "mine" })).status).toBe(404);
  expect((await ask("DELETE", `/${foreign}`)).status).toBe(404);
  expect((await ask("GET", "?name=owned")).body).toHaveLength(1);
  expect((await ask("POST", "", { name: "y", tags: [{ id: "bruno" }] })).status).toBe(403);
  expect((await ask("PATCH", `/${own}`, { tags: [{ id: "bruno" }] })).status).toBe(403);
});

test("who may not is told so, and who nobody knows is asked who it is", async () => {
  const auditor = await doors.ask("POST", path, { actor: actorOf("auditor"), body: { name: "x" } });
  expect([auditor.status, auditor.body.code]).toEqual([403, "FORBIDDEN"]);
  const response = await fetch(`${doors.url}${path}`);
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([
    401,
    'Bearer realm="tollgate"',
  ]);
  const scoped = actorOf("administrator", { scopes: ["catalogue:read"] });
  expect((await doors.ask("GET", path, { actor: scoped })).status).toBe(403);
});

test("all that is wrong with a body is said, with its places", async () => {
  const { status, body } = await doors.ask("POST", path, {
    body: { name: 7, nmae: "x", tags: [{ id: 1 }] },
  });
  expect(status).toBe(400);
  const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.toSorted()).toEqual(["/name", "/nmae", "/tags/0/id"]);
  expect(body).toMatchObject({
    code: "INVALID_REQUEST",
    status: 400,
    requestId: expect.anything(),
  });
});

test.each([
  ["a name twice", "application/json", '{"name":"a","name":"b"}', 400, "MALFORMED_REQUEST"],
  ["no JSON", "application/json", "{", 400, "MALFORMED_REQUEST"],
  ["no UTF-8", "application/json", new Uint8Array([0x22, 0xff]), 400, "MALFORMED_REQUEST"],
  ["another type", "text/plain", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["no media type", "nonsense", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["an array", "application/json", "[]", 400, "INVALID_REQUEST"],
  ["too much", "application/json", " ".repeat(limits.bodyBytesMax + 1), 413, "CONTENT_TOO_LARGE"],
])("a body with %s is refused", async (_, type, body, status, code) => {
  const answer = await doors.ask("POST", path, { type, body });
  expect([answer.status, answer.body?.code]).toEqual([status, code]);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
});

test.each([
  ["GET", "/nowhere", 404],
  ["PUT", path, 405],
  ["GET", `${path}/%ff`, 400],
  ["GET", `${path}/%00`, 400],
  ["GET", `${path}?x=%ff`, 400],
  ["GET", `${path}/${"x".repeat(4_000)}`, 400],
])("%s %s is a problem in the one form", async (method, where, status) => {
  const answer = await doors.ask(method, where);
  expect([answer.status, answer.body.status]).toEqual([status, status]);
  expect(answer.text).not.toContain("stack");
});

test("another media type than JSON is not offered", async () => {
  const { status } = await doors.ask("GET", path, { headers: { accept: "text/html" } });
  expect(status).toBe(406);
});

test("what nobody expected says nothing of itself", async () => {
  const { status, text } = await doors.ask("GET", "/api/fails");
  expect(status).toBe(500);
  expect(text).not.toContain("secret words");
});

test("octets that are no HTTP end the connection in order, and the server lives", async () => {
  const port = Number(new URL(doors.url).port);
  const answered = await new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end("nonsense\r\n\r\n"));
    let text = "";
    socket.on("data", (octets) => {
      text += octets;
    });
    socket.on("close", () => resolve(text));
  });
  expect(answered).toContain("400 Bad Request");
  expect((await doors.ask("GET", `${path}?limit=1`)).status).toBe(206);
});
