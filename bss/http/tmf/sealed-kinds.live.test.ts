// Kinds with personal data, through the doors: whoever may not see it does not see it in the answer
// to a write either, nor find it in what the doors remember; and nobody can tell by waiting whether
// somebody else's is there.

import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { databaseOfFile } from "../../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../../scripts/testing/doors-of-test.ts";
import { limits } from "../../limits.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { resourceRoutes } from "./resource-routes.ts";
import { type Document, resourceTable } from "./resource-table.ts";

const file = databaseOfFile();
let doors: Doors;

const turn = (text: unknown): string => [...String(text)].toReversed().join("");
const shape = z.strictObject({
  name: z.string(),
  size: z.number().optional(),
  owner: z.string().optional(),
});
/** A name is sealed by turning it round, and only administrators see it. */
const person: ResourceKind = {
  api: { basePath: "/people", domain: "people", tag: "People" },
  ...{ name: "person", type: "Person", table: resourceTable("person") },
  shapes: {
    create: shape,
    update: shape.partial(),
    whole: shape.extend({ id: z.string(), href: z.string(), "@type": z.string() }),
  },
  permissions: { read: "customer:read", write: "party:write" },
  methods: ["list", "get", "create", "patch", "delete"],
  ownerOf: ({ owner }) => owner as string | undefined,
  privacy: {
    seal: (document) => ({
      document: { ...document, name: turn(document["name"]) },
      searchKeys: [],
    }),
    open: (document, { roles }): Document => ({
      ...document,
      name: roles.includes("administrator") ? turn(document["name"]) : "•••",
    }),
    keysOf: () => undefined,
  },
};
const path = "/people/person";

beforeAll(async () => {
  await file.sql`CREATE TABLE person (id text PRIMARY KEY, revision int NOT NULL, owner text,
    search_keys text[] NOT NULL DEFAULT '{}', document jsonb NOT NULL, created_at bigint NOT NULL,
    updated_at bigint NOT NULL)`;
  await file.sql`SELECT count_resources_of('person')`;
  let close = (): Promise<void> => Promise.resolve();
  doors = await openDoors(file.url, () => resourceRoutes(person), {
    answerSeal: { seal: (plain) => turn(plain), open: (sealed) => turn(sealed) },
    onEnd: (end) => {
      close = end;
    },
  });
  return () => close();
});

test("the answer to a write shows no more than a read", async () => {
  const agent = actorOf("care-agent");
  const made = await doors.ask("POST", path, { body: { name: "Ottilie" } });
  expect(made.body.name).toBe("Ottilie");
  const where = `${path}/${made.body.id}`;
  const patched = await doors.ask("PATCH", where, { actor: agent, body: { size: 7 } });
  const got = await doors.ask("GET", where, { actor: agent });
  expect([patched.status, patched.body]).toEqual([200, got.body]);
  expect([got.body.name, got.body.size]).toEqual(["•••", 7]);
  expect((await doors.ask("GET", where)).body.name).toBe("Ottilie");
  const own = await doors.ask("POST", path, { actor: agent, body: { name: "Kunigunde" } });
  expect([own.status, own.body.name]).toEqual([201, "•••"]);
});

test("what is remembered by a key is sealed, and comes back as it was", async () => {
  const ask = () =>
    doors.ask("POST", path, { body: { name: "Walburga" }, headers: { "idempotency-key": "k" } });
  const [first, again] = [await ask(), await ask()];
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.text).toBe(first.text);
  for (const name of ["location", "etag", "content-type"]) {
    expect(again.headers.get(name), name).toBe(first.headers.get(name));
  }
  const everything = await file.sql`SELECT (r.*)::text AS kept FROM http_requests AS r UNION ALL
    SELECT (a.*)::text FROM audit_entries AS a UNION ALL SELECT (e.*)::text FROM events AS e`;
  expect(everything.length).toBeGreaterThan(5);
  expect(everything.filter(({ kept }) => /Walburga|Ottilie|Kunigunde/.test(kept))).toEqual([]);
});

test("what another is changing of its own is not there, as soon as what is nowhere", async () => {
  const { body } = await doors.ask("POST", path, { body: { name: "x", owner: "bruno" } });
  const anna = actorOf("self-care", { customerId: "anna" });
  await doors.database.transact(async (client) => {
    await client.query("SELECT 1 FROM person WHERE id = $1 FOR UPDATE", [body.id]);
    const begun = performance.now();
    for (const method of ["PATCH", "DELETE"]) {
      const asked = method === "PATCH" ? { body: { size: 1 } } : {};
      const foreign = await doors.ask(method, `${path}/${body.id}`, { actor: anna, ...asked });
      const nowhere = await doors.ask(method, `${path}/nowhere`, { actor: anna, ...asked });
      expect([foreign.status, nowhere.status]).toEqual([404, 404]);
      expect(foreign.body.detail).toBe(nowhere.body.detail.replace("nowhere", body.id));
    }
    expect(performance.now() - begun).toBeLessThan(limits.lockMsMax / 2);
  });
});
