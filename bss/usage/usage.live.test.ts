// Usage as the API shows it against what the ledger has, of a small operator that has charged.

import { beforeEach, expect, onTestFinished, test } from "vitest";
import { actorOf, type Doors, openDoors } from "../../scripts/testing/doors-of-test.ts";
import { accountIds, ledgeredOperatorOfFile } from "../../scripts/testing/ledgered-operator.ts";
import { expectConforms } from "../../scripts/testing/tmf/conforms.ts";
import { type AccountOwners, usageRoutes } from "./index.ts";

const operator = ledgeredOperatorOfFile();
const usage = "/tmf-api/usageManagement/v4/usage";
const consumption = "/tmf-api/usageConsumption/v4/queryUsageConsumption";

/** The first three accounts are Anna's, the fourth is Bruno's. */
const customers = new Map(accountIds.slice(0, 4).map((id, at) => [id, at < 3 ? "anna" : "bruno"]));
const owners: AccountOwners = {
  accountsOf: async (_, customer) =>
    [...customers].filter(([, owner]) => owner === customer).map(([id]) => id),
  ownersOf: async (_, ids) => new Map([...customers].filter(([id]) => ids.includes(id))),
};

let doors: Doors;
beforeEach(async () => {
  await operator.commit();
  doors = await openDoors(operator.database.url, () => usageRoutes(owners), {
    onEnd: onTestFinished,
  });
});

type Amount = { readonly unit: string; readonly value: number };
type UsageDocument = {
  readonly id: string;
  readonly usageCharacteristic: readonly { readonly name: string; readonly value: unknown }[];
  readonly ratedProductUsage: readonly {
    readonly usageRatingTag: string;
    readonly bucketValueConvertedInAmount: Amount;
  }[];
};

const accountOf = ({ usageCharacteristic }: UsageDocument) =>
  usageCharacteristic.find(({ name }) => name === "account")?.value;

/** All pages, one after the other. */
const readAll = async (query: string, actor = actorOf("auditor")) => {
  const documents: UsageDocument[] = [];
  for (let path: string | undefined = `${usage}?${query}`; path !== undefined; ) {
    const answer = await doors.ask("GET", path, { actor });
    expect([200, 206], answer.text).toContain(answer.status);
    for (const document of answer.body) expectConforms(635, "Usage", document);
    documents.push(...answer.body);
    path = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return documents;
};

test("all pages together are what the ledger debited by use, of each bucket", async () => {
  const [small, large] = [await readAll("limit=7"), await readAll("limit=1000")];
  expect(small.map(({ id }) => id)).toEqual(large.map(({ id }) => id));
  expect(new Set(small.map(({ id }) => id)).size).toBe(small.length);
  const sums: Record<string, number> = {};
  for (const document of small) {
    for (const { usageRatingTag, bucketValueConvertedInAmount } of document.ratedProductUsage) {
      const key = `${accountOf(document)} ${usageRatingTag}`;
      const { unit, value } = bucketValueConvertedInAmount;
      sums[key] = (sums[key] ?? 0) + (unit === "EUR" ? Math.round(value * 1_000_000) : value);
    }
  }
  const rows = await operator.database.sql`
    SELECT p.account_id || ' ' || b.bucket_id AS key, sum(p.debited)::int8 AS debited
    FROM ledger_postings p JOIN ledger_buckets b USING (account_id, slot)
    WHERE p.verb IN (1, 2, 3, 4) AND b.bucket_id IS NOT NULL
    GROUP BY 1 HAVING sum(p.debited) > 0`;
  expect(rows.length).toBeGreaterThan(5);
  expect(sums).toEqual(Object.fromEntries(rows.map(({ key, debited }) => [key, Number(debited)])));
});

test("a list is held to its account, its customer and its time", async () => {
  const all = await readAll("limit=1000");
  const [account] = accountIds;
  const ofAccount = await readAll(`usageCharacteristic.account=${account}&limit=2`);
  expect(ofAccount).toEqual(all.filter((one) => accountOf(one) === account));
  const ofAnna = await readAll("relatedParty.id=anna&limit=3");
  expect(ofAnna).toEqual(all.filter((one) => customers.get(String(accountOf(one))) === "anna"));
  expect(ofAnna.length).toBeGreaterThan(ofAccount.length);
  const later = new Date(operator.clock.now + 3_600_000).toISOString();
  expect(await readAll(`usageDate.gte=${encodeURIComponent(later)}`)).toEqual([]);
  expect(await readAll(`usageDate.lt=2020-01-01T00:00:00Z`)).toEqual([]);
});

test("a customer finds its own, by no way another's", async () => {
  const all = await readAll("limit=1000");
  const anna = actorOf("self-care", { customerId: "anna" });
  const own = await readAll("limit=1000", anna);
  expect(own.map(accountOf).every((id) => customers.get(String(id)) === "anna")).toBe(true);
  expect(await readAll("relatedParty.id=bruno", anna)).toEqual([]);
  expect(await readAll(`usageCharacteristic.account=${accountIds[3]}`, anna)).toEqual([]);
  const foreign = all.find((one) => accountOf(one) === accountIds[3])!;
  expect((await doors.ask("GET", `${usage}/${foreign.id}`, { actor: anna })).status).toBe(404);
  const found = await doors.ask("GET", `${usage}/${own[0]!.id}`, { actor: anna });
  expect(found.body).toEqual(own[0]);
  const summary = await doors.ask("POST", consumption, {
    actor: anna,
    body: { searchCriteria: { relatedParty: [{ id: "bruno", "@referredType": "Customer" }] } },
  });
  expect(summary.status).toBe(403);
});

test("consumption is what the ledger debited in the period", async () => {
  const { status, body } = await doors.ask("POST", consumption, {
    body: {
      searchCriteria: { relatedParty: [{ id: "anna", "@referredType": "Customer" }] },
      relatedParty: [{ id: "anna", "@referredType": "Customer" }],
    },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  expectConforms(677, "QueryUsageConsumption", body);
  const [{ bucketRefOrValue }] = body.usageConsumption;
  const rows = await operator.database.sql`
    SELECT p.account_id || ':' || b.bucket_id AS id, sum(p.debited)::int8 AS debited
    FROM ledger_postings p JOIN ledger_buckets b USING (account_id, slot)
    WHERE p.account_id IN ('account-0', 'account-1', 'account-2') AND b.bucket_id IS NOT NULL
    GROUP BY 1 ORDER BY 1`;
  type Bucket = {
    readonly id: string;
    readonly bucketCounter: readonly [{ readonly value: { amount: number; units: string } }];
  };
  const told = (bucketRefOrValue as readonly Bucket[]).map(({ id, bucketCounter: [{ value }] }) => [
    id,
    value.units === "EUR" ? Math.round(value.amount * 1_000_000) : value.amount,
  ]);
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(rows.map(({ id, debited }) => [id, Number(debited)])),
  );
  const nobody = await doors.ask("POST", consumption, { body: { searchCriteria: {} } });
  expect(nobody.status).toBe(422);
});

test.each([
  ["nonsense", 404],
  ["0-99999999999999-0-0", 404],
  ["0-1-0-0", 404],
])("usage %s is not there", async (id, status) => {
  expect((await doors.ask("GET", `${usage}/${id}`)).status).toBe(status);
});

test("times beyond all that a ledger has are times", async () => {
  const all = await readAll("limit=1000");
  const far = encodeURIComponent("9999-12-31T23:59:59Z");
  expect(await readAll(`usageDate.lt=${far}&limit=1000`)).toEqual(all);
  expect(await readAll(`usageDate.gte=${far}`)).toEqual([]);
  expect(await readAll(`usageDate.gte=${encodeURIComponent("0001-01-01T00:00:00Z")}`)).not.toEqual(
    [],
  );
  for (const [startDateTime, status] of [
    ["1970-01-01T00:00:00Z", 201],
    ["0001-01-01T00:00:00Z", 201],
  ] as const) {
    const { status: told, text } = await doors.ask("POST", consumption, {
      body: {
        searchCriteria: {
          relatedParty: [{ id: "anna", "@referredType": "Customer" }],
          validPeriod: { startDateTime, endDateTime: "9999-12-31T23:59:59Z" },
        },
        relatedParty: [{ id: "anna", "@referredType": "Customer" }],
      },
    });
    expect(told, text).toBe(status);
  }
});

test("what would be a walk through the whole ledger is refused", async () => {
  for (const query of ["status=rated", "offset=5", "after=x", "limit=0", "usageDate.gte=now"]) {
    expect((await doors.ask("GET", `${usage}?${query}`)).status, query).toBe(400);
  }
});
