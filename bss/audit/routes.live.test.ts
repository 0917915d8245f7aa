// The auditor's doors on a real socket over a real Postgres.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../scripts/testing/doors-of-test.ts";
import { roles } from "../permissions.ts";
import { appendChanges } from "./append-changes.ts";
import type { AuditEntry } from "./read-entries.ts";
import { auditRoutes } from "./routes.ts";
import { sealEntries } from "./seal-entries.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const file = databaseOfFile();
const auditor = actorOf("auditor");
const begin = Date.parse("2026-11-22T00:00:00Z");
const count = 60;
let doors: Doors;

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openDoors(file.url, auditRoutes, {
    onEnd: (end) => {
      close = end;
    },
  });
  for (let n = 0; n < count; n++) {
    // Every two at the same moment.
    const stamp = {
      actor: actorOf("billing", { id: `clerk-${n % 3}`, name: "Clerk" }),
      ...{ now: begin + 1_000 * (n >> 1), requestId: `r${n}`, reason: n === 0 ? "why" : undefined },
    };
    const entity = n % 4 === 0 ? "customer" : "individual";
    await doors.database.transact((client) =>
      appendChanges(client, stamp, [
        { entity, entityId: `e${n % 10}`, action: "update", before: { n }, after: { n: n + 1 } },
      ]),
    );
  }
  await sealEntries(doors.database);
  return () => close();
});

const ask = (query = "", actor = auditor) =>
  doors.ask("GET", `/api/audit/entries${query}`, { actor });
const idsOf = async (query: string): Promise<number[]> => {
  const { status, body } = await ask(query);
  expect(status).toBe(200);
  return body.items.map(({ id }: AuditEntry) => id);
};
const numbers = (isWanted: (n: number) => boolean): number[] =>
  Array.from({ length: count }, (_, n) => n)
    .filter(isWanted)
    .map((n) => n + 1)
    .toReversed();

test("only the auditor may read it, whatever else somebody is", async () => {
  for (const role of roles) {
    const actor = actorOf(role, { customerId: "c" });
    expect((await ask("", actor)).status).toBe(role === "auditor" ? 200 : 403);
  }
  const nobody = { ...auditor, kind: "anonymous" as const };
  expect((await ask("", nobody)).status).toBe(401);
});

test("an entry says who, when, what and why, before and after, and its place", async () => {
  const { body } = await ask("?entityId=e0&entity=customer&limit=500");
  expect(body.items.at(-1)).toEqual({
    ...{ id: 1, at: "2026-11-22T00:00:00.000Z", requestId: "r0", reason: "why" },
    actor: { kind: "user", id: "clerk-0", name: "Clerk" },
    ...{ entity: "customer", entityId: "e0", action: "update" },
    ...{ before: { n: 0 }, after: { n: 1 }, position: 1 },
    digest: expect.stringMatching(/^[\da-f]{64}$/),
  });
});

test.each([
  ["?limit=500", () => true],
  ["?limit=500&entity=customer", (n: number) => n % 4 === 0],
  ["?limit=500&entityId=e3", (n: number) => n % 10 === 3],
  ["?limit=500&actor=clerk-1", (n: number) => n % 3 === 1],
  ["?limit=500&from=2026-11-22T00:00:05Z", (n: number) => n >= 10],
  ["?limit=500&to=2026-11-22T01:00:05%2B01:00", (n: number) => n < 10],
  ["?limit=500&entity=individual&actor=clerk-2", (n: number) => n % 4 !== 0 && n % 3 === 2],
  ["?limit=500&entity=none", () => false],
])("%s finds those, the newest first", async (query, isWanted) => {
  expect(await idsOf(query)).toEqual(numbers(isWanted));
});

test("pages of any size have every entry once, whatever is appended meanwhile", async () => {
  const found: number[] = [];
  let next: string | null = "";
  while (next !== null) {
    const cursor: string = next === "" ? "" : `&cursor=${next}`;
    const { body } = await ask(`?limit=7&to=2026-11-22T02:00:00Z${cursor}`);
    found.push(...body.items.map(({ id }: AuditEntry) => id));
    next = body.next;
    const stamp = { actor: auditor, now: begin + 3_600_000, requestId: "r", reason: undefined };
    await doors.database.transact((client) =>
      appendChanges(client, stamp, [
        { entity: "late", entityId: "1", action: "create", before: null, after: null },
      ]),
    );
  }
  expect(found).toEqual(numbers(() => true));
});

test.each([
  ["?limit=0", "?limit"],
  ["?limit=501", "?limit"],
  ["?from=yesterday", "?from"],
  ["?cursor=x", "?cursor"],
  ["?entity=", "?entity"],
  ["?other=1", "?other"],
  ["?entity=a&entity=b", "?entity"],
])("%s is refused with its place", async (query, pointer) => {
  const { status, body } = await ask(query);
  expect([status, body.errors[0].pointer]).toEqual([400, pointer]);
});

test(`no query ever fails on this side (seed ${seed})`, async () => {
  const name = fc.constantFrom("entity", "entityId", "actor", "from", "to", "cursor", "limit");
  const value = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("' OR 1=1 --", "9".repeat(400), "MS4x", "OTk5OTk5OTk5OTk5OTk5Ljk", "\u{fffe}"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (pairs) => {
      const { status } = await ask(`?${new URLSearchParams(pairs)}`);
      expect([200, 400]).toContain(status);
    }),
    { seed, numRuns: 150 },
  );
});
