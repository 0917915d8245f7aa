// Customers through the doors: as TM Forum defines them, families and payers, classes of credit,
// and the history of whoever spoke with them.

import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf } from "../../scripts/testing/doors-of-test.ts";
import {
  openPartyDoors,
  type PartyDoors,
  partyPaths,
} from "../../scripts/testing/parties-of-test.ts";
import { expectConforms, pathsOf } from "../../scripts/testing/tmf/conforms.ts";

const file = databaseOfFile();
let doors: PartyDoors;

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openPartyDoors(file.url, {
    onEnd: (end) => {
      close = end;
    },
  });
  return () => close();
});

const { customer, individual } = partyPaths;
const patch = (id: string, body: object) => doors.ask("PATCH", `${customer}/${id}`, { body });
const newCustomer = async (rest: object = {}) => doors.makeCustomer(await doors.makePerson(), rest);
const pointersOf = (body: { errors: { pointer: string }[] }) =>
  body.errors.map(({ pointer }) => pointer);
const paidBy = (id: string) => ({
  relatedParty: [{ id, "@referredType": "Customer", role: "payer" }],
});

test("a customer answers as TMF629 has it, by every method", async () => {
  const routes = doors.parties.routes.map(({ method, path }) => `${method} ${path}`);
  for (const { method, path } of pathsOf(629).filter(({ path: at }) => !at.includes("/hub"))) {
    expect(routes).toContain(`${method} ${path}`);
  }
  const person = await doors.makePerson();
  const made = await doors.makeCustomer(person, {
    creditProfile: [
      {
        ...{ creditProfileDate: "2026-01-01T00:00:00Z", creditRiskRating: 2 },
        validFor: { startDateTime: "2026-01-01T00:00:00Z" },
      },
    ],
  });
  expectConforms(629, "Customer", made);
  expect(made).toMatchObject({
    status: "Active",
    engagedParty: { id: person.id, href: person.href, name: "Ada Lovelace" },
  });
  const { body: got } = await doors.ask("GET", `${customer}/${made.id}`);
  expect(got).toEqual(made);
  const patched = await patch(made.id, { status: "Suspended", statusReason: "lost" });
  expectConforms(629, "Customer", patched.body);
  const { body: listed } = await doors.ask("GET", `${customer}?name=ada%20lovelace`);
  expect(listed).toEqual([patched.body]);
  expect((await doors.ask("DELETE", `${individual}/${person.id}`)).status).toBe(409);
  expect((await doors.ask("DELETE", `${customer}/${made.id}`)).status).toBe(204);
  expect((await doors.ask("DELETE", `${individual}/${person.id}`)).status).toBe(204);
});

test("a customer without a party that is there is refused", async () => {
  const body = { name: "x", engagedParty: { id: "none", "@referredType": "Individual" } };
  const { status, body: refused } = await doors.ask("POST", customer, { body });
  expect([status, pointersOf(refused)]).toEqual([422, ["/engagedParty/id"]]);
});

test("another person that a customer engages is named, reached and owned as that one", async () => {
  const [ada, zoe] = [await doors.makePerson(), await doors.makePerson({ givenName: "Zoë" })];
  const { id } = await doors.makeCustomer(ada);
  const { body } = await patch(id, { engagedParty: { id: zoe.id } });
  expect(body.engagedParty).toMatchObject({ id: zoe.id, href: zoe.href, name: "Zoë Lovelace" });
  const actor = actorOf("self-care", { customerId: id });
  expect((await doors.ask("GET", zoe.href, { actor })).status).toBe(200);
  expect((await doors.ask("GET", ada.href, { actor })).status).toBe(404);
});

test("at any time there is one class of credit", async () => {
  const { id } = await newCustomer();
  const profile = (startDateTime: string, endDateTime?: string) => ({
    ...{ creditProfileDate: startDateTime, validFor: { startDateTime, endDateTime } },
  });
  const [january, march] = ["2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"];
  const sound = [profile(january, march), profile(march)];
  expect((await patch(id, { creditProfile: sound })).status).toBe(200);
  const both = await patch(id, { creditProfile: [profile(january), profile(march)] });
  expect([both.status, pointersOf(both.body)]).toEqual([422, ["/creditProfile/1/validFor"]]);
  const never = await patch(id, { creditProfile: [profile(march, january)] });
  expect(pointersOf(never.body)).toEqual(["/creditProfile/0/validFor/endDateTime"]);
});

test("what is closed stays closed", async () => {
  const { id } = await newCustomer({ status: "Prospective" });
  expect((await patch(id, { status: "Suspended" })).status).toBe(422);
  expect((await patch(id, { status: "Active" })).status).toBe(200);
  expect((await patch(id, { status: "Closed" })).status).toBe(200);
  expect((await patch(id, { status: "Active" })).status).toBe(422);
});

test("whoever pays for others pays for itself, also when both are said at once", async () => {
  const [a, b, c] = [await newCustomer(), await newCustomer(), await newCustomer()];
  expect((await patch(a.id, paidBy(a.id))).status).toBe(422);
  const answers = await Promise.all([patch(a.id, paidBy(b.id)), patch(b.id, paidBy(c.id))]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422]);
  const person = await doors.makePerson();
  const wrong = await patch(c.id, {
    relatedParty: [{ id: person.id, "@referredType": "Individual", role: "payer" }],
  });
  expect([wrong.status, pointersOf(wrong.body)]).toEqual([422, ["/relatedParty/0/@referredType"]]);
});

test("members of a family belong to whoever pays for them, until they leave", async () => {
  const child = await doors.makePerson({ givenName: "Annabella" });
  const member = { id: child.id, "@referredType": "Individual", role: "member" };
  const { id } = await newCustomer({ relatedParty: [member] });
  const actor = actorOf("self-care", { customerId: id });
  const see = () => doors.ask("GET", `${individual}/${child.id}`, { actor });
  expect((await see()).status).toBe(200);
  const twice = await patch(id, { relatedParty: [member, member] });
  expect([twice.status, pointersOf(twice.body)]).toEqual([422, ["/relatedParty/1"]]);
  expect((await patch(id, { relatedParty: [] })).status).toBe(200);
  expect((await see()).status).toBe(404);
});

test("another customer is not there for self-care, and its own is not to be changed", async () => {
  const [own, foreign] = [await newCustomer(), await newCustomer()];
  const actor = actorOf("self-care", { customerId: own.id });
  const ask = (method: string, path: string, body?: object) =>
    doors.ask(method, path, { actor, body });
  expect((await ask("GET", `${customer}/${own.id}`)).body.name).toBe("Ada Lovelace");
  expect((await ask("GET", `${customer}/${foreign.id}`)).status).toBe(404);
  expect((await ask("GET", `${customer}?limit=100`)).body).toHaveLength(1);
  expect((await ask("PATCH", `${customer}/${own.id}`, { status: "Closed" })).status).toBe(403);
  expect((await ask("DELETE", `${customer}/${own.id}`)).status).toBe(403);
  const spoken = (id: string) => `/api/customers/${id}/interactions`;
  expect((await ask("GET", spoken(own.id))).body).toEqual({ items: [], next: null });
  expect((await ask("GET", spoken(foreign.id))).status).toBe(404);
  const { body } = await doors.ask("GET", `${customer}/${own.id}`, { actor: actorOf("auditor") });
  expect([body.name, body.engagedParty.name]).toEqual(["A••••• L•••••", "A••••• L•••••"]);
});

test("what was spoken is kept, sealed, paged, and never changed", async () => {
  const { id } = await newCustomer();
  const path = `/api/customers/${id}/interactions`;
  for (let n = 0; n < 5; n++) {
    const body = { direction: "inbound", channel: "call", subject: `s${n}`, note: "my secret" };
    const { status } = await doors.ask("POST", path, { actor: actorOf("care-agent"), body });
    expect(status).toBe(201);
  }
  const seen: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const rest: string = next === "" ? "" : `&cursor=${next}`;
    const { body } = await doors.ask("GET", `${path}?limit=2${rest}`);
    seen.push(...body.items.map((one: { subject: string }) => one.subject));
    for (const { note } of body.items) expect(note).toBe("my secret");
    next = body.next;
  }
  expect(seen).toEqual(["s4", "s3", "s2", "s1", "s0"]);
  const masked = await doors.ask("GET", path, { actor: actorOf("auditor") });
  expect(masked.body.items[0].note).toBe("•••••");
  const rows = await file.sql`SELECT i::text AS text FROM customer_interactions i
    UNION ALL SELECT a::text FROM audit_entries a WHERE entity = 'customerInteraction'`;
  expect(rows).toHaveLength(10);
  for (const { text } of rows) expect(text).not.toContain("my secret");
  for (const statement of [
    "UPDATE customer_interactions SET subject = 'x'",
    "DELETE FROM customer_interactions",
    "TRUNCATE customer_interactions",
  ]) {
    await expect(file.sql.plain(statement)).rejects.toThrow("only ever added to");
  }
  await file.sql`UPDATE customer_interactions SET note = note WHERE customer_id = ${id}`;
});

test("nobody spoke for a customer who is not there, or at a time to come", async () => {
  const { id } = await newCustomer();
  const speak = async (of: string, rest: object) => {
    const body = { direction: "outbound", channel: "call", subject: "x", ...rest };
    return (await doors.ask("POST", `/api/customers/${of}/interactions`, { body })).status;
  };
  expect(await speak("nobody", {})).toBe(404);
  expect(await speak(id, { partyId: "nobody" })).toBe(422);
  expect(await speak(id, { at: "2999-01-01T00:00:00Z" })).toBe(422);
});
