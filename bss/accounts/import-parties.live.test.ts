// Many subscribers at once are as those that were made one by one, and a row that is wrong harms no
// other.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf } from "../../scripts/testing/doors-of-test.ts";
import { mutationsOf } from "../../scripts/testing/mutations-of.ts";
import {
  openPartyDoors,
  type PartyDoors,
  partyPaths,
} from "../../scripts/testing/parties-of-test.ts";
import { expectConforms } from "../../scripts/testing/tmf/conforms.ts";
import { systemActor } from "../context.ts";
import { Customer_Create } from "../customers/index.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { Individual_Create } from "../parties/index.ts";
import type { ImportedParties, PartyRow } from "./index.ts";
import { BillingAccount_Create } from "./tmf666.generated.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const file = databaseOfFile();
let doors: PartyDoors;
let cycleId: string;

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openPartyDoors(file.url, {
    onEnd: (end) => {
      close = end;
    },
  });
  const path = "/tmf-api/accountManagement/v4/billingCycleSpecification";
  cycleId = (await doors.make(path, { name: "monthly", frequency: "monthly" })).id;
  return () => close();
});

const rowOf = (n: number, rest: Partial<PartyRow> = {}): PartyRow => ({
  individual: {
    ...{ givenName: "Ada", familyName: `Lovelace ${n}`, birthDate: "1985-12-10T00:00:00Z" },
    contactMedium: [
      {
        mediumType: "mobile",
        characteristic: { phoneNumber: `+49151${String(10_000_000 + n)}` },
      },
      { mediumType: "email", characteristic: { emailAddress: `ada${n}@example.org` } },
    ],
  },
  billingAccount: {
    creditLimit: { unit: "EUR", value: 50 },
    billStructure: { cycleSpecification: { id: cycleId, isRef: true, name: "monthly" } },
  },
  ...rest,
});

const importRows = async (rows: readonly PartyRow[]): Promise<ImportedParties> => {
  const asker = { actor: systemActor("import"), requestId: "import-1" };
  const done = await doors.transact(asker, (context) => doors.parties.importParties(context, rows));
  if (!done.isOk) throw new Error(done.error.detail);
  return done.value;
};

test("each row is a person, a customer and an account that refer to each other", async () => {
  const { imported, refused } = await importRows([rowOf(1), rowOf(2)]);
  expect([imported.length, refused]).toEqual([2, []]);
  const [{ individualId, customerId, billingAccountId }] = imported as [(typeof imported)[0]];
  const get = async (path: string, id: string) => (await doors.ask("GET", `${path}/${id}`)).body;
  const person = await get(partyPaths.individual, individualId);
  const customer = await get(partyPaths.customer, customerId);
  const account = await get(partyPaths.billingAccount, billingAccountId);
  expectConforms(632, "Individual", person);
  expectConforms(629, "Customer", customer);
  expectConforms(666, "BillingAccount", account);
  const byHand = await doors.makeAccount(
    await doors.makeCustomer(await doors.makePerson(rowOf(1).individual)),
    rowOf(1).billingAccount,
  );
  expect(Object.keys(account).toSorted()).toEqual(Object.keys(byHand).toSorted());
  expect(customer).toMatchObject({ status: "Active", name: "Ada Lovelace 1" });
  expect(customer.engagedParty).toMatchObject({ id: individualId, href: person.href });
  expect(account.relatedParty[0]).toMatchObject({ id: customerId, href: customer.href });
  const actor = actorOf("self-care", { customerId });
  for (const { href } of [person, customer, account]) {
    expect((await doors.ask("GET", href, { actor })).status).toBe(200);
  }
  const found = await doors.ask("GET", `${partyPaths.individual}?familyName=lovelace%202`);
  expect(found.body.map(({ id }: { id: string }) => id)).toEqual([imported[1]?.individualId]);
  expect((await doors.ask("DELETE", person.href)).status).toBe(409);
  const ids = [individualId, customerId, billingAccountId];
  const audit = await file.sql`SELECT 1 FROM audit_entries WHERE entity_id = ANY(${ids})`;
  const events = await file.sql`SELECT 1 FROM events WHERE resource_id = ANY(${ids})`;
  expect([audit.length, events.length]).toEqual([3, 3]);
});

test("a row that is wrong is refused with its places, and the others are written", async () => {
  const cycle = { cycleSpecification: { id: "none", isRef: true, name: "x" } };
  const { imported, refused } = await importRows([
    rowOf(10),
    rowOf(11, { individual: { givenName: "x" } }),
    rowOf(12, { billingAccount: { creditLimit: { unit: "XXY", value: 1 } } }),
    rowOf(13, { customer: { status: "Closed" } }),
    rowOf(14, { billingAccount: { billStructure: cycle } }),
    rowOf(15, { individual: { ...rowOf(15).individual, nmae: "x" } }),
    rowOf(16),
    rowOf(17, { billingAccount: { financialAccount: { id: "\0" } } }),
    rowOf(18, { billingAccount: { relatedParty: "nobody" } }),
  ]);
  expect(imported.map(({ row }) => row)).toEqual([0, 6]);
  const places = refused.map(({ row, refusal }) => [row, refusal.errors?.[0]?.pointer]);
  expect(places).toEqual([
    [1, "/individual/familyName"],
    [2, "/billingAccount/creditLimit/unit"],
    [3, "/customer/status"],
    [4, "/billingAccount/billStructure/cycleSpecification/id"],
    [5, "/individual/nmae"],
    [7, "/billingAccount/financialAccount/id"],
    [8, "/billingAccount/relatedParty/1"],
  ]);
});

test(`whatever a row is, it harms no other (seed ${seed})`, async () => {
  const spoiltBy = (shape: z.ZodType) =>
    fc
      .sample(mutationsOf(shape), { seed, numRuns: 60 })
      .map(({ document }) => document as Document);
  const people = spoiltBy(Individual_Create).map((individual, n) => rowOf(n, { individual }));
  const customers = spoiltBy(Customer_Create).map((customer, n) => rowOf(n, { customer }));
  const accounts = spoiltBy(BillingAccount_Create).map((billingAccount, n) =>
    rowOf(n, { billingAccount }),
  );
  for (const rows of [people, customers, accounts]) {
    const { imported, refused } = await importRows([...rows, rowOf(1)]);
    expect(imported.length + refused.length).toBe(rows.length + 1);
    expect(imported.at(-1)?.row).toBe(rows.length);
    expect(refused.length).toBeGreaterThan(0);
  }
});

test("counts are right after thousands, and nothing of them is in the clear", async () => {
  const count = async () => {
    const { headers } = await doors.ask("GET", `${partyPaths.customer}?limit=1`);
    return Number(headers.get("x-total-count"));
  };
  const before = await count();
  const size = 500;
  for (let page = 0; page < 4; page++) {
    const rows = Array.from({ length: size }, (_, n) => rowOf(1_000 + page * size + n));
    const { imported } = await importRows(rows);
    expect(imported).toHaveLength(size);
  }
  expect(await count()).toBe(before + 4 * size);
  const clear = await file.sql`SELECT 1 FROM individual
    WHERE document::text ~ 'Lovelace|@example' LIMIT 1`;
  expect(clear).toEqual([]);
});
