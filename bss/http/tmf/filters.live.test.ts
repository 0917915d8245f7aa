// Filters and pages on real documents: the same as a naive reading of them finds, whatever the
// attribute holds; and nothing that a query may say is a failure of Postgres.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { databaseOfFile } from "../../../scripts/testing/database-of-file.ts";
import { type Doors, openDoors } from "../../../scripts/testing/doors-of-test.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { resourceRoutes } from "./resource-routes.ts";
import { resourceTable } from "./resource-table.ts";

const file = databaseOfFile();
let doors: Doors;

const shape = z.looseObject({ name: z.unknown() });
const note: ResourceKind = {
  api: { basePath: "/notes", domain: "notes", tag: "Notes" },
  ...{ name: "note", type: "Note", table: resourceTable("note") },
  shapes: { create: shape, update: shape, whole: shape },
  permissions: { read: "customer:read", write: "party:write" },
  methods: ["list", "get", "create", "patch", "delete"],
};
const path = "/notes/note";

const values = ["5", 5, 6, -0.5, "abc", "", 'say "hi", \\ok', true, "true", null, ["5", 7], {}];

beforeAll(async () => {
  await file.sql`CREATE TABLE note (id text PRIMARY KEY, revision int NOT NULL, owner text,
    search_keys text[] NOT NULL DEFAULT '{}', document jsonb NOT NULL, created_at bigint NOT NULL,
    updated_at bigint NOT NULL)`;
  await file.sql`SELECT count_resources_of('note')`;
  let close = (): Promise<void> => Promise.resolve();
  doors = await openDoors(file.url, () => resourceRoutes(note), {
    onEnd: (end) => {
      close = end;
    },
  });
  for (const [at, name] of values.entries()) {
    await doors.ask("POST", path, { body: { name, at, deep: [{ er: { name } }] } });
  }
  return () => close();
});

const list = async (query: string) => {
  const { status, body, text, headers } = await doors.ask("GET", `${path}?limit=1000&${query}`);
  expect(status, text).toBe(200);
  expect(headers.get("x-total-count")).toBe(String(body.length));
  return (body as readonly { at: number }[]).map(({ at }) => values[at]);
};

const quoted = (text: string): string =>
  encodeURIComponent(`"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`);

test("each value is found by itself, and by nothing else", async () => {
  for (const value of values) {
    if (typeof value === "object") continue;
    const same = (one: unknown) =>
      Array.isArray(one) ? one.map(String).includes(String(value)) : String(one) === String(value);
    const wanted = values.filter((one) => one !== null && same(one));
    expect(await list(`name=${quoted(String(value))}`), String(value)).toEqual(wanted);
    expect(await list(`deep.er.name=${quoted(String(value))}`), String(value)).toEqual(wanted);
  }
});

test("what is not equal is all the rest, whatever its type", async () => {
  const rest = values.filter((one) => one !== "5" && one !== 5 && !Array.isArray(one));
  expect(await list("name.ne=5")).toEqual(rest);
  expect(await list("name.ne=5,true")).toEqual(rest.filter((one) => String(one) !== "true"));
  expect(await list("nothing.ne=5")).toEqual(values);
});

test("filters of several attributes all hold, those of one either", async () => {
  expect(await list("name=5&name=6&name=abc&at.lt=4")).toEqual(["5", 5, 6]);
  // Text is compared as text, a number as a number.
  expect(await list("name.gt=5")).toEqual([6, "abc", 'say "hi", \\ok', "true", ["5", 7]]);
  expect(await list("at.gte=1&0=1")).toEqual([]);
});

test("the next page is of the same list", async () => {
  const seen: number[] = [];
  let next: string | undefined = `${path}?at.gte=3&limit=2&fields=at&at.lt=9`;
  let pages = 0;
  while (next !== undefined) {
    const answer = await doors.ask("GET", next);
    for (const one of answer.body) {
      expect(Object.keys(one).toSorted()).toEqual(["@type", "at", "href", "id"]);
      seen.push(one.at);
    }
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
    pages++;
  }
  expect([seen, pages]).toEqual([[3, 4, 5, 6, 7, 8], 3]);
});

test("a list of none is whole, and only counted with limit=0", async () => {
  const none = await doors.ask("GET", `${path}?name=nobody&limit=0`);
  expect([none.status, none.body, none.headers.get("x-total-count")]).toEqual([200, [], "0"]);
  const counted = await doors.ask("GET", `${path}?limit=0`);
  expect([counted.status, counted.body]).toEqual([206, []]);
  expect(counted.headers.get("x-total-count")).toBe(String(values.length));
  const behind = await doors.ask("GET", `${path}?offset=500`);
  expect([behind.status, behind.body]).toEqual([200, []]);
});

test("more steps, values or filters than anybody means are refused with their place", async () => {
  const deep = Array.from({ length: 40 }, () => "a").join(".");
  for (const query of [`${deep}=1`, `name=${"1,".repeat(60)}1`, `${"name=1&".repeat(30)}`]) {
    const answer = await doors.ask("GET", `${path}?${query}`);
    expect([answer.status, answer.body.code], query).toEqual([400, "INVALID_REQUEST"]);
  }
  const wide = Array.from({ length: 20 }, (_, at) => `name=${"1,".repeat(49)}${at}`).join("&");
  expect((await doors.ask("GET", `${path}?${wide}`)).status).toBe(200);
});

const seed = Math.floor(Math.random() * 2 ** 31);
test(`no query is a failure of ours (seed ${seed})`, async () => {
  const piece = fc.oneof(
    fc.constantFrom("name", "at", "deep.er.name", ".gt", ".ne", "=", ">", "<", "&", ",", '"', "'"),
    fc.constantFrom(
      "\\",
      "5",
      "true",
      "null",
      "@",
      "$",
      "?",
      "(",
      ")",
      "like_regex",
      "||",
      " ",
      "*",
    ),
    fc.string({ unit: "grapheme", maxLength: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const query = pieces.map((one) =>
        one === "&" || one === "=" ? one : encodeURIComponent(one),
      );
      const { status, text } = await doors.ask("GET", `${path}?${query.join("")}`);
      expect([200, 206, 400], text).toContain(status);
    }),
    { seed, numRuns: 300 },
  );
});

test("what is counted is what there is, however many write at once", async () => {
  const work = async (worker: number) => {
    for (let at = 0; at < 25; at++) {
      const { body } = await doors.ask("POST", path, { body: { name: `w${worker}`, at: 0 } });
      if ((at + worker) % 3 === 0) await doors.ask("DELETE", `${path}/${body.id}`);
      if (at % 5 === 0) await doors.ask("DELETE", `${path}/${body.id}`);
    }
  };
  await Promise.all(Array.from({ length: 12 }, (_, worker) => work(worker)));
  const [row] = await file.sql`SELECT count(*)::text AS n FROM note`;
  const { headers } = await doors.ask("GET", `${path}?limit=1`);
  expect(headers.get("x-total-count")).toBe(row!["n"]);
});
