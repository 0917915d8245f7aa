// People, organisations and roles through the doors: as TM Forum defines them, by the rules of the
// house, over a real Postgres.

import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf } from "../../scripts/testing/doors-of-test.ts";
import {
  openPartyDoors,
  type PartyDoors,
  partyPaths,
} from "../../scripts/testing/parties-of-test.ts";
import { expectConforms, pathsOf } from "../../scripts/testing/tmf/conforms.ts";
import { limits } from "../limits.ts";

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

const { individual, organization, partyRole } = partyPaths;

const ada = {
  givenName: "Ada",
  familyName: "Lovelace",
  birthDate: "1985-12-10T00:00:00Z",
  contactMedium: [
    { mediumType: "phone", characteristic: { phoneNumber: "0151 23456789", country: "de" } },
    { mediumType: "email", characteristic: { emailAddress: "Ada@Example.ORG" } },
    {
      mediumType: "postalAddress",
      characteristic: { street1: "Ockham 1", city: "Köln", country: "DE", postCode: "50667" },
    },
  ],
  individualIdentification: [{ identificationType: "passport", identificationId: "C01X00T47" }],
  languageAbility: [{ languageCode: "EN-gb", isFavouriteLanguage: true }],
};

const pointersOf = (body: { errors: { pointer: string }[] }) =>
  body.errors.map(({ pointer }) => pointer);

test.each([632, 669] as const)("TMF%i has every operation of its definition", (api) => {
  const routes = doors.parties.routes.map(({ method, path }) => `${method} ${path}`);
  const wanted = pathsOf(api).filter(({ path }) => !path.includes("/hub"));
  expect(wanted.length).toBeGreaterThan(4);
  for (const { method, path } of wanted) expect(routes).toContain(`${method} ${path}`);
});

test("a person is kept in normal form and answers as TMF632 has it, by every method", async () => {
  const made = await doors.make(individual, ada);
  expectConforms(632, "Individual", made);
  expect(made).toMatchObject({
    status: "initialized",
    languageAbility: [{ languageCode: "en-GB" }],
    contactMedium: [
      { characteristic: { phoneNumber: "+4915123456789", country: "DE" } },
      { characteristic: { emailAddress: "Ada@example.org" } },
      { characteristic: { city: "Köln" } },
    ],
  });
  const got = await doors.ask("GET", `${individual}/${made.id}`);
  expect(got.body).toEqual(made);
  const patched = await doors.ask("PATCH", `${individual}/${made.id}`, {
    body: { status: "validated", title: "Countess" },
  });
  expect(patched.status).toBe(200);
  expectConforms(632, "Individual", patched.body);
  const { body: listed } = await doors.ask("GET", `${individual}?title=Countess`);
  expect(listed).toEqual([patched.body]);
  for (const one of listed) expectConforms(632, "Individual", one);
  expect((await doors.ask("DELETE", `${individual}/${made.id}`)).status).toBe(204);
  expect((await doors.ask("GET", `${individual}/${made.id}`)).status).toBe(404);
});

test("organisations and roles answer as their definitions have them", async () => {
  const made = await doors.make(organization, {
    tradingName: "Analytical Engines",
    organizationIdentification: [{ identificationType: "VAT", identificationId: "de 136695976" }],
  });
  expectConforms(632, "Organization", made);
  expect(made.organizationIdentification[0].identificationId).toBe("DE136695976");
  const role = await doors.make(partyRole, {
    name: "Supplier",
    engagedParty: { id: made.id, "@referredType": "Organization" },
  });
  expectConforms(669, "PartyRole", role);
  expect(role.engagedParty).toMatchObject({ href: made.href, name: "Analytical Engines" });
  for (const [api, path, definition] of [
    [632, organization, "Organization"],
    [669, partyRole, "PartyRole"],
  ] as const) {
    const { body } = await doors.ask("GET", path);
    for (const one of body) expectConforms(api, definition, one);
  }
  const suspended = await doors.ask("PATCH", `${partyRole}/${role.id}`, {
    body: { status: "Suspended" },
  });
  expect([suspended.status, suspended.body.status]).toEqual([200, "Suspended"]);
  expect((await doors.ask("DELETE", `${organization}/${made.id}`)).status).toBe(409);
  expect((await doors.ask("DELETE", `${partyRole}/${role.id}`)).status).toBe(204);
  expect((await doors.ask("DELETE", `${organization}/${made.id}`)).status).toBe(204);
});

test("everything that is wrong with a person is said at once, with its place", async () => {
  const { status, body } = await doors.ask("POST", individual, {
    body: {
      givenName: " ",
      familyName: "x",
      birthDate: "2985-12-10T00:00:00Z",
      contactMedium: [
        { mediumType: "mobile", characteristic: { phoneNumber: "+49 1" } },
        { mediumType: "email", characteristic: { emailAddress: "a..b@x.de" } },
        { mediumType: "postalAddress", characteristic: { country: "ZZ", city: "x" } },
      ],
      individualIdentification: [{ identificationType: "VAT", identificationId: "DE136695975" }],
      languageAbility: [{ languageCode: "not a tag" }],
    },
  });
  expect([status, body.code]).toEqual([422, "UNPROCESSABLE"]);
  expect(pointersOf(body)).toEqual([
    "/birthDate",
    "/givenName",
    "/contactMedium/0/characteristic/phoneNumber",
    "/contactMedium/1/characteristic/emailAddress",
    "/contactMedium/2/characteristic/street1",
    "/contactMedium/2/characteristic/country",
    "/individualIdentification/0/identificationId",
    "/languageAbility/0/languageCode",
  ]);
});

test("a state follows the one before, or it is refused", async () => {
  const { id } = await doors.makePerson();
  const move = async (status: string) =>
    (await doors.ask("PATCH", `${individual}/${id}`, { body: { status } })).status;
  expect(await move("validated")).toBe(200);
  expect(await move("initialized")).toBe(422);
  expect(await move("deceaded")).toBe(200);
  expect(await move("validated")).toBe(422);
  const types = await file.sql`SELECT event_type FROM events WHERE resource_id = ${id}
    AND event_type = 'IndividualStateChangeEvent'`;
  expect(types).toHaveLength(2);
});

test("a reference to what is not there is refused with its place", async () => {
  const { status, body } = await doors.ask("POST", individual, {
    body: { ...ada, relatedParty: [{ id: "none", "@referredType": "Organization" }] },
  });
  expect([status, pointersOf(body)]).toEqual([422, ["/relatedParty/0/id"]]);
  const other = await doors.ask("POST", individual, {
    body: { ...ada, relatedParty: [{ id: "none", "@referredType": "Planet" }] },
  });
  expect([other.status, pointersOf(other.body)]).toEqual([422, ["/relatedParty/0/@referredType"]]);
});

test("nothing personal of a person is in the tables, the audit or the events", async () => {
  const { id } = await doors.make(individual, ada);
  const [row] = await file.sql`SELECT i::text AS text FROM individual i WHERE id = ${id}`;
  const audit = await file.sql`SELECT a::text AS text FROM audit_entries a WHERE entity_id = ${id}`;
  const events = await file.sql`SELECT e::text AS text FROM events e WHERE resource_id = ${id}`;
  const texts = [row, ...audit, ...events].map((one) => String(one?.["text"]));
  expect(texts).toHaveLength(3);
  const personal = /Ada|Lovelace|1985|23456789|example\.org|Ockham|Köln|C01X00T47/;
  for (const text of texts) expect(text).not.toMatch(personal);
});

test("what is sealed is found by its blind index, however it is written", async () => {
  const person = { ...ada, familyName: "Meier", givenName: "Zoë" };
  const { id } = await doors.make(individual, {
    ...person,
    contactMedium: [
      { mediumType: "phone", characteristic: { phoneNumber: "+49 160 98765432" } },
      { mediumType: "email", characteristic: { emailAddress: "zoe@example.org" } },
    ],
  });
  const found = async (query: string) => {
    const { status, body } = await doors.ask("GET", `${individual}?${query}`);
    return status === 200 ? body.map((one: { id: string }) => one.id) : status;
  };
  expect(await found("familyName=Meier")).toEqual([id]);
  expect(await found("familyName=MEIER&givenName=zoë")).toEqual([id]);
  expect(await found("familyName=Meier&status=validated")).toEqual([]);
  expect(await found("contactMedium.characteristic.phoneNumber=%2B4916098765432")).toEqual([id]);
  expect(await found("contactMedium.characteristic.emailAddress=ZOE@example.org")).toEqual([id]);
  expect(await found("familyName.gt=M")).toBe(400);
  expect(await found("birthDate=1985-12-10T00:00:00Z")).toBe(400);
});

test("each role sees of a person what it may", async () => {
  const { id } = await doors.make(individual, ada);
  const seenBy = async (role: Parameters<typeof actorOf>[0]) => {
    const { body } = await doors.ask("GET", `${individual}/${id}`, { actor: actorOf(role) });
    expectConforms(632, "Individual", body);
    const { familyName, birthDate, contactMedium, individualIdentification } = body;
    return [
      familyName,
      birthDate,
      contactMedium[0].characteristic.phoneNumber,
      individualIdentification[0].identificationId,
    ];
  };
  expect(await seenBy("administrator")).toEqual([
    ...["Lovelace", ada.birthDate, "+4915123456789", "C01X00T47"],
  ]);
  const contact = ["Lovelace", undefined, "+4915123456789", "•••••47"];
  expect(await seenBy("care-agent")).toEqual(contact);
  expect(await seenBy("billing")).toEqual(contact);
  expect(await seenBy("auditor")).toEqual(["L•••••", undefined, "+49151•••••89", "•••••47"]);
  const network = await doors.ask("GET", `${individual}/${id}`, { actor: actorOf("network") });
  expect(network.status).toBe(403);
});

test("who sees masks changes nothing to masks, and answers to writes are masked too", async () => {
  const actor = actorOf("care-agent");
  const made = await doors.make(individual, ada, { actor });
  expect(made.individualIdentification[0].identificationId).toBe("•••••47");
  const path = `${individual}/${made.id}`;
  const { individualIdentification } = made;
  const spoilt = await doors.ask("PATCH", path, { actor, body: { individualIdentification } });
  expect([spoilt.status, pointersOf(spoilt.body)]).toEqual([
    422,
    ["/individualIdentification/*/identificationId"],
  ]);
  const patched = await doors.ask("PATCH", path, { actor, body: { title: "Countess" } });
  expect(patched.body.individualIdentification[0].identificationId).toBe("•••••47");
  const whole = await doors.ask("GET", path);
  expect(whole.body.individualIdentification[0].identificationId).toBe("C01X00T47");
});

test("a customer reaches its own person alone, and changes what is its own affair", async () => {
  const [own, foreign] = [await doors.makePerson(ada), await doors.makePerson(ada)];
  const { id: customerId } = await doors.makeCustomer(own);
  await doors.makeCustomer(foreign);
  const actor = actorOf("self-care", { customerId });
  const ask = (method: string, id: string, body?: object) =>
    doors.ask(method, `${individual}/${id}`, { actor, body });
  const got = await ask("GET", own.id);
  expect(got.body.individualIdentification[0].identificationId).toBe("C01X00T47");
  expect((await ask("GET", foreign.id)).status).toBe(404);
  expect((await ask("PATCH", foreign.id, { title: "x" })).status).toBe(404);
  expect((await ask("DELETE", foreign.id)).status).toBe(404);
  const { body: listed } = await doors.ask("GET", `${individual}?limit=100`, { actor });
  expect(listed.map(({ id }: { id: string }) => id)).toEqual([own.id]);
  expect((await ask("PATCH", own.id, { title: "x" })).status).toBe(200);
  const renamed = await ask("PATCH", own.id, { familyName: "Byron", status: "validated" });
  expect([renamed.status, pointersOf(renamed.body).toSorted()]).toEqual([
    ...[403, ["/familyName", "/status"]],
  ]);
  const made = await doors.ask("POST", individual, { actor, body: ada });
  expect(made.status).toBe(403);
});

const childOf = (id: string) => ({
  organizationParentRelationship: { relationshipType: "group", organization: { id } },
});

test("no organisation is above itself, whoever closes the circle at the same time", async () => {
  const make = (name: string) => doors.make(organization, { tradingName: name });
  const all = await Promise.all(["a", "b", "c"].map(make));
  const ids = all.map(({ id }) => id);
  const answers = await Promise.all(
    ids.map((id, index) =>
      doors.ask("PATCH", `${organization}/${id}`, { body: childOf(ids[(index + 1) % 3]) }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 422]);
  const self = await doors.ask("PATCH", `${organization}/${ids[0]}`, { body: childOf(ids[0]) });
  expect(self.status).toBe(422);
});

test("organisations are no deeper than their bound, from above and from below", async () => {
  let top = await doors.make(organization, { tradingName: "top" });
  const bottom = top;
  for (let depth = 0; depth < limits.organizationDepthMax; depth++) {
    const above = await doors.make(organization, { tradingName: `above ${depth}` });
    const { status } = await doors.ask("PATCH", `${organization}/${top.id}`, {
      body: childOf(above.id),
    });
    expect(status).toBe(200);
    top = above;
  }
  const above = await doors.make(organization, { tradingName: "one more" });
  const higher = await doors.ask("PATCH", `${organization}/${top.id}`, { body: childOf(above.id) });
  expect(higher.status).toBe(422);
  const lower = await doors.ask("POST", organization, {
    body: { tradingName: "below", ...childOf(bottom.id) },
  });
  expect(lower.status).toBe(422);
  const children = await doors.ask(
    "GET",
    `${organization}?organizationParentRelationship.organization.id=${top.id}`,
  );
  expect(children.body).toHaveLength(1);
});
