// What a party agreed to is only ever added to, and what holds is what was said last.

import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf } from "../../scripts/testing/doors-of-test.ts";
import { openPartyDoors, type PartyDoors } from "../../scripts/testing/parties-of-test.ts";

const file = databaseOfFile();
let doors: PartyDoors;
const start = Date.UTC(2026, 5, 1);
let now = start;

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openPartyDoors(file.url, {
    now: () => now,
    onEnd: (end) => {
      close = end;
    },
  });
  return () => close();
});

const iso = (ms: number): string => new Date(ms).toISOString();
const pathOf = (id: string) => `/api/parties/${id}/consents`;
const say = (id: string, purpose: string, rest: object = {}) =>
  doors.ask("POST", pathOf(id), {
    body: { purpose, decision: "given", channel: "shop", ...rest },
  });
const current = async (id: string) => (await doors.ask("GET", pathOf(id))).body;

test("who agreed to what, when and by which channel, and took it back when", async () => {
  const { id } = await doors.makePerson();
  now = start;
  expect((await say(id, "marketing", { textVersion: "2026-1" })).status).toBe(201);
  now = start + 1_000;
  const withdrawal = { decision: "withdrawn", channel: "selfCare" };
  expect((await say(id, "marketing", withdrawal)).status).toBe(201);
  expect((await say(id, "profiling", { until: iso(now + 5_000) })).status).toBe(201);
  expect(await current(id)).toMatchObject([
    {
      ...{ purpose: "marketing", isInForce: false, channel: "selfCare" },
      ...{ givenAt: iso(start), withdrawnAt: iso(start + 1_000) },
    },
    { purpose: "profiling", isInForce: true, givenAt: iso(now), withdrawnAt: null },
  ]);
  now += 5_000;
  expect((await current(id))[1]).toMatchObject({ purpose: "profiling", isInForce: false });
  const entries = await file.sql`SELECT 1 FROM audit_entries WHERE entity = 'partyConsent'`;
  const events = await file.sql`SELECT 1 FROM events WHERE event_type = 'PartyConsentCreateEvent'`;
  expect([entries.length, events.length]).toEqual([3, 3]);
});

test("what was said on paper before is told later, and counts when it was said", async () => {
  const { id } = await doors.makePerson();
  await say(id, "marketing", { decision: "withdrawn", at: iso(now - 1_000) });
  await say(id, "marketing", { at: iso(now - 2_000), channel: "letter" });
  expect((await current(id))[0]).toMatchObject({ isInForce: false, givenAt: iso(now - 2_000) });
});

test.each([
  ["/at", { at: iso(start + 10 ** 10) }],
  ["/until", { until: iso(start - 1) }],
  ["/until", { decision: "withdrawn", until: iso(start + 10 ** 10) }],
])("a consent that cannot be is refused at %s", async (pointer, rest) => {
  const { id } = await doors.makePerson();
  const { status, body } = await say(id, "marketing", rest);
  expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
});

test("the history pages by a cursor, whatever is added meanwhile", async () => {
  const { id } = await doors.makePerson();
  for (let n = 0; n < 7; n++) await say(id, `purpose ${n}`);
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await doors.ask("GET", `${pathOf(id)}/history?limit=3${cursor}`);
    seen.push(...body.items.map(({ purpose }: { purpose: string }) => purpose));
    await say(id, "meanwhile");
    cursor = body.next === null ? "" : `&cursor=${body.next}`;
  } while (cursor !== "");
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `purpose ${n}`));
  expect((await doors.ask("GET", `${pathOf(id)}/history?cursor=x`)).status).toBe(400);
});

test("nothing that was said is changed or taken away, not even by the table's owner", async () => {
  const { id } = await doors.makePerson();
  await say(id, "marketing");
  for (const statement of [
    "UPDATE party_consents SET decision = 'withdrawn'",
    "DELETE FROM party_consents",
    "TRUNCATE party_consents",
  ]) {
    await expect(file.sql.plain(statement)).rejects.toThrow("only ever added to");
  }
});

test("a customer says it of its own person, and of nobody else", async () => {
  const [own, foreign] = [await doors.makePerson(), await doors.makePerson()];
  const actor = actorOf("self-care", { customerId: (await doors.makeCustomer(own)).id });
  const body = { purpose: "marketing", decision: "given", channel: "selfCare" };
  const ask = (method: string, id: string) =>
    doors.ask(method, pathOf(id), { actor, ...(method === "POST" ? { body } : {}) });
  expect((await ask("POST", own.id)).status).toBe(201);
  expect((await ask("GET", own.id)).body).toHaveLength(1);
  expect((await ask("POST", foreign.id)).status).toBe(404);
  expect((await ask("GET", foreign.id)).status).toBe(404);
  expect((await ask("GET", "nobody")).status).toBe(404);
});
