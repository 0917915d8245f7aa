// Two that are one: no reference is lost, whoever merges, writes or refers at the same time.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf } from "../../scripts/testing/doors-of-test.ts";
import {
  openPartyDoors,
  type PartyDoors,
  partyPaths,
} from "../../scripts/testing/parties-of-test.ts";
import { expectConforms } from "../../scripts/testing/tmf/conforms.ts";

const file = databaseOfFile();
let doors: PartyDoors;
const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openPartyDoors(file.url, {
    onEnd: (end) => {
      close = end;
    },
  });
  return () => close();
});

const { individual, organization, partyRole, customer, billingAccount } = partyPaths;
const merge = (survivor: string, merged: string) =>
  doors.ask("POST", `/api/parties/${survivor}/merge`, { body: { merged } });
const get = async (path: string, id: string) => (await doors.ask("GET", `${path}/${id}`)).body;
const refTo = (id: string, rest: object = {}) => ({ id, "@referredType": "Individual", ...rest });

test("the survivor takes over roles, customers, accounts, consents and interactions", async () => {
  const survivor = await doors.makePerson({ title: "Countess" });
  const gone = await doors.makePerson({ title: "Lady", placeOfBirth: "London" });
  const role = await doors.make(partyRole, { name: "Partner", engagedParty: refTo(gone.id) });
  const payer = await doors.makeCustomer(gone);
  const family = await doors.makeCustomer(await doors.makePerson(), {
    relatedParty: [refTo(gone.id, { role: "member" }), refTo(survivor.id, { role: "member" })],
  });
  const account = await doors.makeAccount(payer, {
    relatedParty: [
      { id: payer.id, name: "Ada", "@referredType": "Customer" },
      refTo(gone.id, { name: "Ada Byron", role: "contact" }),
    ],
  });
  await doors.make(`/api/parties/${gone.id}/consents`, {
    ...{ purpose: "marketing", decision: "given", channel: "shop" },
  });
  await doors.make(`/api/customers/${payer.id}/interactions`, {
    ...{ direction: "inbound", channel: "call", subject: "bill", partyId: gone.id },
  });

  const merged = await merge(survivor.id, gone.id);
  expect([merged.status, merged.body.references]).toEqual([200, 4]);
  expect(merged.body.survivor).toMatchObject({ title: "Countess", placeOfBirth: "London" });
  const engaged = { id: survivor.id, href: survivor.href, name: "Ada Lovelace" };
  expect((await get(partyRole, role.id)).engagedParty).toMatchObject(engaged);
  expect((await get(customer, payer.id)).engagedParty).toMatchObject(engaged);
  expect((await get(customer, family.id)).relatedParty).toHaveLength(1);
  expect((await get(billingAccount, account.id)).relatedParty[1]).toMatchObject(engaged);
  const [consent] = (await doors.ask("GET", `/api/parties/${survivor.id}/consents`)).body;
  expect(consent).toMatchObject({ purpose: "marketing", isInForce: true, partyId: gone.id });
  const spoken = await doors.ask("GET", `/api/customers/${payer.id}/interactions`);
  expect(spoken.body.items[0].partyId).toBe(survivor.id);
});

test("who was merged answers with its survivor, changes no more, and is in no list", async () => {
  const [survivor, middle, gone] = [
    await doors.makePerson({ familyName: "Tomb" }),
    await doors.makePerson({ familyName: "Tomb" }),
    await doors.makePerson({ familyName: "Tomb" }),
  ];
  expect((await merge(middle.id, gone.id)).status).toBe(200);
  expect((await merge(survivor.id, middle.id)).status).toBe(200);
  for (const { id } of [middle, gone]) {
    const answer = await doors.ask("GET", `${individual}/${id}`);
    expectConforms(632, "Individual", answer.body);
    expect([answer.body.id, answer.headers.get("content-location")]).toEqual([
      survivor.id,
      survivor.href,
    ]);
    const body = { title: "x" };
    expect((await doors.ask("PATCH", `${individual}/${id}`, { body })).status).toBe(409);
    expect((await doors.ask("DELETE", `${individual}/${id}`)).status).toBe(409);
  }
  const { body } = await doors.ask("GET", `${individual}?familyName=Tomb`);
  expect(body.map(({ id }: { id: string }) => id)).toEqual([survivor.id]);
  expect((await merge(gone.id, survivor.id)).status).toBe(409);
  expect((await merge(survivor.id, survivor.id)).status).toBe(422);
  const late = await doors.makeCustomer(gone);
  expect(late.engagedParty.id).toBe(survivor.id);
  const [audit] = await file.sql`SELECT after FROM audit_entries
    WHERE entity_id = ${gone.id} AND action = 'delete'`;
  expect(audit?.["after"]).toEqual({ mergedInto: middle.id });
});

test("with a survivor that is deleted those go that were merged into it", async () => {
  const [survivor, gone] = [await doors.makePerson(), await doors.makePerson()];
  expect((await merge(survivor.id, gone.id)).status).toBe(200);
  expect((await doors.ask("DELETE", survivor.href)).status).toBe(204);
  expect((await doors.ask("GET", gone.href)).status).toBe(404);
});

test("nobody merges a person with an organisation, or without the right", async () => {
  const person = await doors.makePerson();
  const firm = await doors.make(organization, { tradingName: "firm" });
  expect((await merge(person.id, firm.id)).status).toBe(404);
  const { id: customerId } = await doors.makeCustomer(person);
  for (const actor of [actorOf("auditor"), actorOf("self-care", { customerId })]) {
    const body = { merged: person.id };
    const { status } = await doors.ask("POST", `/api/parties/${firm.id}/merge`, { actor, body });
    expect(status).toBe(403);
  }
});

test("an organisation that would be above itself by a merge is not merged", async () => {
  const top = await doors.make(organization, { tradingName: "top" });
  const below = (id: string) => ({ organizationParentRelationship: { organization: { id } } });
  const middle = await doors.make(organization, { tradingName: "middle", ...below(top.id) });
  const low = await doors.make(organization, { tradingName: "low", ...below(middle.id) });
  expect((await merge(low.id, top.id)).status).toBe(422);
  expect((await get(organization, middle.id)).organizationParentRelationship).toMatchObject({
    organization: { id: top.id },
  });
  expect((await merge(top.id, middle.id)).status).toBe(200);
  expect((await get(organization, low.id)).organizationParentRelationship).toMatchObject({
    organization: { id: top.id },
  });
});

test("who may be the same is suggested, the likeliest first, and nobody else", async () => {
  const passport = (identificationId: string) => ({
    individualIdentification: [{ identificationType: "passport", identificationId }],
  });
  const phone = (phoneNumber: string) => ({
    contactMedium: [{ mediumType: "phone", characteristic: { phoneNumber } }],
  });
  const birthDate = "1979-01-02T00:00:00Z";
  const one = await doors.makePerson({
    ...{ familyName: "Twin", birthDate, ...passport("T 123"), ...phone("+4915111111111") },
  });
  const same = await doors.makePerson({
    ...{ familyName: "twin", birthDate, ...passport("t123") },
  });
  const house = await doors.makePerson({ familyName: "Other", ...phone("+49 151 11111111") });
  await doors.makePerson({ familyName: "Twin" });
  const { body } = await doors.ask("GET", `/api/parties/${one.id}/duplicates`);
  expect(body).toEqual([
    { id: same.id, href: same.href, score: 160, shares: ["identification", "nameAndBirthDate"] },
    { id: house.id, href: house.href, score: 40, shares: ["phoneNumber"] },
  ]);
});

const people = 5;
const step = fc.oneof(
  fc.record({
    do: fc.constant("merge" as const),
    survivor: fc.nat(people - 1),
    merged: fc.nat(people - 1),
  }),
  fc.record({ do: fc.constant("engage" as const), person: fc.nat(people - 1) }),
  fc.record({ do: fc.constant("rename" as const), customer: fc.nat(people - 1) }),
);

test(`merges of overlapping pairs at once lose no reference (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
      const ids: string[] = [];
      for (let n = 0; n < people; n++) ids.push((await doors.makePerson()).id);
      const customers: string[] = [];
      for (const id of ids) {
        const relatedParty = [refTo(ids[(ids.indexOf(id) + 1) % people]!, { role: "member" })];
        customers.push((await doors.makeCustomer({ id }, { relatedParty })).id);
      }
      const answers = await Promise.all(
        steps.map(async (one) => {
          if (one.do === "merge") return merge(ids[one.survivor]!, ids[one.merged]!);
          if (one.do === "rename") {
            const body = { name: "renamed" };
            return doors.ask("PATCH", `${customer}/${customers[one.customer]}`, { body });
          }
          const body = { name: "late", engagedParty: refTo(ids[one.person]!) };
          const made = await doors.ask("POST", customer, { body });
          if (made.status === 201) customers.push(made.body.id);
          return made;
        }),
      );
      for (const { status } of answers) expect([200, 201, 409, 422]).toContain(status);
      const there = new Set<string>();
      for (const id of ids) there.add((await get(individual, id)).id);
      const merges = answers.filter(({ body }) => body.references !== undefined).length;
      expect(there.size).toBe(people - merges);
      for (const id of customers) {
        const { engagedParty, relatedParty = [] } = await get(customer, id);
        for (const one of [engagedParty, ...relatedParty]) expect(there).toContain(one.id);
      }
    }),
    { seed, numRuns: 12, endOnFailure: true },
  );
});
