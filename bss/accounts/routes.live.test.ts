// Accounts through the doors: all seven resources as TM Forum defines them, and what makes an
// account one that can be billed.

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
let customer: { readonly id: string };

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openPartyDoors(file.url, {
    onEnd: (end) => {
      close = end;
    },
  });
  customer = await doors.makeCustomer(await doors.makePerson());
  return () => close();
});

const base = "/tmf-api/accountManagement/v4";
const { billingAccount } = partyPaths;
const pointersOf = (body: { errors: { pointer: string }[] }) =>
  body.errors.map(({ pointer }) => pointer);
const owner = () => [{ id: customer.id, name: "Ada", "@referredType": "Customer" }];
const always = { startDateTime: "2026-01-01T00:00:00Z" };

test("TMF666 has every operation of its definition", () => {
  const routes = doors.parties.routes.map(({ method, path }) => `${method} ${path}`);
  const wanted = pathsOf(666).filter(({ path }) => !path.includes("/hub"));
  expect(wanted).toHaveLength(35);
  for (const { method, path } of wanted) expect(routes).toContain(`${method} ${path}`);
});

test.each([
  ["PartyAccount", () => ({ name: "x", relatedParty: owner() })],
  ["BillingAccount", () => ({ name: "x", relatedParty: owner() })],
  ["SettlementAccount", () => ({ name: "x", relatedParty: owner() })],
  ["FinancialAccount", () => ({ name: "x" })],
  ["BillingCycleSpecification", () => ({ name: "x", frequency: "monthly" })],
  ["BillFormat", () => ({ name: "x" })],
  ["BillPresentationMedia", () => ({ name: "x" })],
] as const)("a %s answers as its definition has it, by every method", async (type, body) => {
  const path = `${base}/${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const made = await doors.make(path, body());
  expectConforms(666, type, made);
  expect((await doors.ask("GET", `${path}/${made.id}`)).body).toEqual(made);
  const patched = await doors.ask("PATCH", `${path}/${made.id}`, { body: { description: "y" } });
  expect(patched.body).toMatchObject({ id: made.id, description: "y" });
  expectConforms(666, type, patched.body);
  const { body: listed } = await doors.ask("GET", `${path}?description=y`);
  expect(listed).toEqual([patched.body]);
  expect((await doors.ask("DELETE", `${path}/${made.id}`)).status).toBe(204);
  expect((await doors.ask("GET", `${path}/${made.id}`)).status).toBe(404);
});

test("a billing account is kept with the addresses of all that it refers to", async () => {
  const cycle = await doors.make(`${base}/billingCycleSpecification`, {
    ...{ name: "first of the month", frequency: "monthly", billingPeriod: "monthly" },
    ...{ billingDateShift: 0, mailingDateOffset: 2, paymentDueDateOffset: 14 },
  });
  const format = await doors.make(`${base}/billFormat`, { name: "detailed" });
  const media = await doors.make(`${base}/billPresentationMedia`, { name: "PDF" });
  const financial = await doors.make(`${base}/financialAccount`, { name: "receivables" });
  const made = await doors.makeAccount(customer, {
    creditLimit: { unit: "EUR", value: 99.999999 },
    defaultPaymentMethod: { id: "card-1" },
    financialAccount: { id: financial.id },
    billStructure: {
      cycleSpecification: { id: cycle.id, isRef: true, name: "cycle" },
      format: { id: format.id, isRef: true, name: "format" },
      presentationMedia: [{ id: media.id, isRef: true, name: "media" }],
    },
  });
  expectConforms(666, "BillingAccount", made);
  expect(made).toMatchObject({
    state: "Active",
    creditLimit: { unit: "EUR", value: 99.999999 },
    financialAccount: { href: financial.href, name: "receivables" },
    billStructure: { cycleSpecification: { href: cycle.href } },
  });
  for (const { href } of [cycle, format, media, financial]) {
    expect((await doors.ask("DELETE", href)).status).toBe(409);
  }
  const path = `${partyPaths.customer}/${customer.id}`;
  expect((await doors.ask("DELETE", path)).status).toBe(409);
  expect((await doors.ask("DELETE", made.href)).status).toBe(204);
  expect((await doors.ask("DELETE", cycle.href)).status).toBe(204);
});

test.each([
  ["/creditLimit/unit", { creditLimit: { unit: "ZZZ", value: 1 } }],
  ["/creditLimit/value", { creditLimit: { unit: "EUR", value: -1 } }],
  ["/creditLimit/value", { creditLimit: { unit: "EUR" } }],
  [
    "/accountBalance/0/amount/unit",
    {
      creditLimit: { unit: "EUR", value: 1 },
      accountBalance: [
        { amount: { unit: "USD", value: 1 }, balanceType: "deposit", validFor: always },
      ],
    },
  ],
  ["/paymentPlan/0/numberOfPayments", { paymentPlan: [{ numberOfPayments: 0 }] }],
  [
    "/billStructure/cycleSpecification/frequency",
    { billStructure: { cycleSpecification: { isRef: false, name: "x", frequency: "at times" } } },
  ],
  [
    "/billStructure/cycleSpecification/id",
    { billStructure: { cycleSpecification: { isRef: true, name: "x", id: "none" } } },
  ],
  ["/financialAccount/id", { financialAccount: { id: "none" } }],
  [
    "/contact/0/contactMedium/0/characteristic/phoneNumber",
    {
      contact: [
        {
          ...{ contactType: "x", validFor: always },
          contactMedium: [{ mediumType: "phone", characteristic: { phoneNumber: "12" } }],
        },
      ],
    },
  ],
  ["/state", { state: "Closed" }],
])("an account is refused at %s", async (pointer, rest) => {
  const body = { name: "x", relatedParty: owner(), ...rest };
  const { status, body: refused } = await doors.ask("POST", billingAccount, { body });
  expect([status, pointersOf(refused)]).toEqual([422, [pointer]]);
});

test("nobody is billed but a customer", async () => {
  const { id } = await doors.makePerson();
  const relatedParty = [{ id, name: "Ada", "@referredType": "Individual", role: "owner" }];
  const { status, body } = await doors.ask("POST", billingAccount, {
    body: { name: "x", relatedParty },
  });
  expect([status, pointersOf(body)]).toEqual([422, ["/relatedParty"]]);
});

test("an amount of more than six decimals is refused before anything else", async () => {
  const body = { name: "x", relatedParty: owner(), creditLimit: { unit: "EUR", value: 0.1234567 } };
  const { status, body: refused } = await doors.ask("POST", billingAccount, { body });
  expect([status, pointersOf(refused)]).toEqual([400, ["/creditLimit/value"]]);
});

test("the currency of an account stays, and its state follows the one before", async () => {
  const made = await doors.makeAccount(customer, { creditLimit: { unit: "EUR", value: 1 } });
  const patch = async (body: object) => (await doors.ask("PATCH", made.href, { body })).status;
  expect(await patch({ creditLimit: { unit: "USD" } })).toBe(422);
  expect(await patch({ creditLimit: { value: 2 } })).toBe(200);
  expect(await patch({ state: "Suspended" })).toBe(200);
  expect(await patch({ state: "Closed" })).toBe(200);
  expect(await patch({ state: "Active" })).toBe(422);
});

test.each([
  ["/frequency", { frequency: "hourly" }],
  ["/billingPeriod", { billingPeriod: "yearly" }],
  ["/billingDateShift", { billingDateShift: 31 }],
  ["/billingDateShift", { billingDateShift: -1 }],
  ["/paymentDueDateOffset", { paymentDueDateOffset: 1, mailingDateOffset: 2 }],
  ["/validFor/endDateTime", { validFor: { ...always, endDateTime: "2025-01-01T00:00:00Z" } }],
])("a cycle is refused at %s", async (pointer, rest) => {
  const body = { name: "x", frequency: "monthly", ...rest };
  const path = `${base}/billingCycleSpecification`;
  const { status, body: refused } = await doors.ask("POST", path, { body });
  expect([status, pointersOf(refused)]).toEqual([422, [pointer]]);
});

test("self-care reaches its own accounts, and what everybody's bills look like", async () => {
  const other = await doors.makeCustomer(await doors.makePerson());
  const [own, foreign] = [await doors.makeAccount(customer), await doors.makeAccount(other)];
  const format = await doors.make(`${base}/billFormat`, { name: "short" });
  const actor = actorOf("self-care", { customerId: customer.id });
  const ask = async (method: string, path: string, body?: object) =>
    (await doors.ask(method, path, { actor, body })).status;
  expect(await ask("GET", own.href)).toBe(200);
  expect(await ask("GET", foreign.href)).toBe(404);
  expect(await ask("PATCH", own.href, { name: "y" })).toBe(403);
  expect(await ask("GET", format.href)).toBe(200);
  const { body } = await doors.ask("GET", `${billingAccount}?limit=100`, { actor });
  const ids = body.map(({ id }: { id: string }) => id);
  expect([ids.includes(own.id), ids.includes(foreign.id)]).toEqual([true, false]);
  const masked = await doors.ask("GET", own.href, { actor: actorOf("auditor") });
  expect([masked.body.name, masked.body.relatedParty[0].name]).toEqual(["a••••• h•••••", "A•••••"]);
});
