// Balances at the doors, over a real engine: every route as TM Forum has it, exact amounts, whose
// they are, and what the engine refuses.

import { beforeAll, expect, test } from "vitest";
import { type BalancesOfTest, balancesOfTest } from "../../scripts/testing/balances-of-test.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf } from "../../scripts/testing/doors-of-test.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { expectConforms, pathsOf } from "../../scripts/testing/tmf/conforms.ts";
import { balanceRoutes } from "./index.ts";

const file = databaseOfFile();
const redis = redisOfFile();
let balances: BalancesOfTest;

beforeAll(async () => {
  balances = await balancesOfTest(redis, file.url, { adjustAloneMicrosMax: 50_000_000 });
  return () => balances.close();
});

const base = "/tmf-api/prepayBalanceManagement/v4";
const ask = (method: string, path: string, body?: object, rest: object = {}) =>
  balances.doors.ask(method, `${base}${path}`, { body, ...rest });
const euros = (amount: number) => ({ amount, units: "EUR" });
const main = (account: string) => ({ id: `${account}:main` });
const topUpOf = (account: string, amount: number, rest: object = {}) => ({
  ...{ amount: euros(amount), bucket: main(account), usageType: "monetary" },
  ...{ partyAccount: { id: account }, ...rest },
});
const transferOf = (from: string, to: string, amount: number, rest: object = {}) => ({
  ...{ amount: euros(amount), bucket: main(from), receiverBucket: main(to), reason: "gift" },
  ...{ usageType: "monetary", receiverBucketUsageType: "monetary", channel: { id: "app" } },
  logicalResource: [{ id: `msisdn-${from}` }],
  receiverLogicalResource: { id: `msisdn-${to}` },
  ...rest,
});

test("there is a route for every operation of the definition but the hub's", () => {
  const routes = balanceRoutes(balances.tools).map(({ method, path }) => `${method} ${path}`);
  const wanted = pathsOf(654).filter(({ path }) => !path.includes("/hub"));
  expect(routes).toEqual(
    expect.arrayContaining(wanted.map(({ method, path }) => `${method} ${path}`)),
  );
});

test("buckets are what the engine says, exactly, by whose they are", async () => {
  await balances.open("b1", "anna", { billingAccountId: "bill-1" });
  const found = await ask("GET", "/bucket/b1:main");
  expect(found.status).toBe(200);
  expectConforms(654, "Bucket", found.body);
  expect(found.body).toMatchObject({
    ...{ id: "b1:main", usageType: "monetary", status: "active" },
    ...{ remainingValue: euros(100), reservedValue: euros(0) },
    ...{ relatedParty: [{ id: "anna" }], partyAccount: { id: "bill-1" } },
  });
  for (const filter of [
    "relatedParty.id=anna",
    "partyAccount.id=bill-1",
    "logicalResource.id=msisdn-b1",
    "logicalResource.id=imsi-b1",
    "id=b1:main,b1:allowance",
  ]) {
    const { status, body, headers } = await ask("GET", `/bucket?${filter}`);
    expect([status, headers.get("x-total-count")], filter).toEqual([200, "2"]);
    expect(body.map(({ id }: { id: string }) => id)).toEqual(["b1:allowance", "b1:main"]);
  }
  const data = await ask("GET", "/bucket?relatedParty.id=anna&usageType=data&fields=usageType");
  expect(data.body).toMatchObject([{ id: "b1:allowance", usageType: "data" }]);
  for (const one of data.body) expectConforms(654, "Bucket", one);
  const rich = await ask("GET", "/bucket?relatedParty.id=anna&remainingValue.amount.lt=500");
  expect(rich.body).toMatchObject([{ id: "b1:main" }]);
  const sum = await ask("GET", "/accumulatedBalance/b1:EUR");
  expectConforms(654, "AccumulatedBalance", sum.body);
  expect(sum.body).toMatchObject({ totalBalance: euros(100), bucket: [{ id: "b1:main" }] });
  expect((await ask("GET", "/bucket/b1:none")).status).toBe(404);
  expect((await ask("GET", "/bucket/nobody:main")).status).toBe(404);
  expect((await ask("GET", "/bucket?usageType=data")).status).toBe(422);
});

test.each([
  "/bucket/%2500:main",
  "/bucket/%00",
  "/bucket/:",
  "/bucket/%25:main",
  "/bucket/b1%3Amain%3Amain",
  "/accumulatedBalance/%00:EUR",
  "/topupBalance/%00",
  "/bucket?relatedParty.id=%00",
  "/bucket?id=%2500:main",
  "/bucket?logicalResource.id=%00",
])("GET %s finds nothing, and is no fault", async (path) => {
  const { status } = await ask("GET", path);
  expect([200, 400, 404]).toContain(status);
});

test("all buckets are listed page by page, over accounts", async () => {
  for (const account of ["l1", "l2", "l3"]) await balances.open(account);
  const all = await ask("GET", "/bucket?limit=1000");
  expect(all.status).toBe(200);
  const total = Number(all.headers.get("x-total-count"));
  expect(total).toBe(all.body.length);
  const ids: string[] = [];
  for (let offset = 0; offset < total; offset += 3) {
    const { body, headers } = await ask("GET", `/bucket?limit=3&offset=${offset}`);
    expect(headers.get("x-total-count")).toBe(String(total));
    ids.push(...body.map(({ id }: { id: string }) => id));
  }
  expect(ids).toEqual(all.body.map(({ id }: { id: string }) => id));
  for (const one of all.body) expectConforms(654, "Bucket", one);
  const sums = await ask("GET", "/accumulatedBalance?limit=1&offset=1");
  expectConforms(654, "AccumulatedBalance", sums.body[0]);
  expect([sums.status, sums.headers.get("x-total-count")]).toEqual([206, String(total)]);
});

test("a top-up is credited to the micro, audited, told of, and by its key done once", async () => {
  await balances.open("t1", "anna");
  const headers = { "idempotency-key": "top-up-1" };
  const made = await ask("POST", "/topupBalance", topUpOf("t1", 0.000001), { headers });
  expect(made.status).toBe(201);
  expectConforms(654, "TopupBalance", made.body);
  expect(made.body).toMatchObject({ status: "completed", remainingValue: euros(100.000001) });
  expect(await balances.remaining("t1")).toBe(100_000_001);
  const again = await ask("POST", "/topupBalance", topUpOf("t1", 0.000001), { headers });
  expect([again.status, again.body]).toEqual([201, made.body]);
  expect(await balances.remaining("t1")).toBe(100_000_001);
  const { id } = made.body;
  expect((await ask("GET", `/topupBalance/${id}`)).body).toEqual(made.body);
  const events = await file.sql`SELECT event_type FROM events WHERE resource_id = ${id}`;
  expect(events).toMatchObject([{ event_type: "TopupBalanceCreateEvent" }]);
  const audit = await file.sql`SELECT action FROM audit_entries WHERE entity_id = ${id}
    ORDER BY id`;
  expect(audit.map(({ action }) => action)).toEqual(["create", "update"]);
  const history = await ask("GET", `/balanceActionHistory/${id}`);
  expectConforms(654, "BalanceActionHistory", history.body);
  expect(history.body).toMatchObject({ id, status: "completed" });
  expect(await file.sql`SELECT * FROM balance_steps`).toEqual([]);
});

test.each([
  ["another unit", { amount: { amount: 1, units: "USD" } }, "/amount/units"],
  ["a seventh decimal", { amount: { amount: 1.0000001, units: "EUR" } }, "/amount/amount"],
  ["nothing", { amount: euros(0) }, "/amount/amount"],
  ["less than nothing", { amount: euros(-1) }, "/amount/amount"],
  ["a bucket that is not there", { bucket: { id: "t1:none" } }, "/bucket/id"],
  ["no bucket's id", { bucket: { id: "%" } }, "/bucket/id"],
  ["another account", { partyAccount: { id: "t2" } }, "/partyAccount/id"],
  ["another use", { usageType: "data" }, "/usageType"],
])("a top-up of %s is refused with its place, and leaves nothing", async (_, rest, pointer) => {
  const before = await file.sql`SELECT count(*)::int AS n FROM topup_balance`;
  const { status, body } = await ask("POST", "/topupBalance", topUpOf("t1", 1, rest));
  expect([[400, 422].includes(status), body.errors[0].pointer]).toEqual([true, pointer]);
  expect(await file.sql`SELECT count(*)::int AS n FROM topup_balance`).toEqual(before);
});

test("an adjustment goes both ways, needs a reason, and fails beyond what is there", async () => {
  await balances.open("a1");
  const adjust = (amount: number, reason?: string) =>
    ask("POST", "/adjustBalance", {
      ...{ amount: euros(amount), bucket: main("a1"), usageType: "monetary", reason },
    });
  expect((await adjust(-1)).body.errors[0].pointer).toBe("/reason");
  const debit = await adjust(-1.5, "goodwill 17");
  expectConforms(654, "AdjustBalance", debit.body);
  expect(debit.body).toMatchObject({ status: "completed", remainingValue: euros(98.5) });
  expect((await adjust(0.25, "back")).body).toMatchObject({ remainingValue: euros(98.75) });
  await adjust(-50, "half");
  const beyond = await adjust(-49, "too much");
  expect([beyond.status, beyond.body.status]).toEqual([201, "failed"]);
  expect(beyond.body.statusReason).toBe("CREDIT_LIMIT_REACHED");
  const [event] = await file.sql`SELECT * FROM events WHERE resource_id = ${beyond.body.id}`;
  expect(event).toMatchObject({ event_type: "AdjustBalanceFailureEvent" });
  expect(await balances.remaining("a1")).toBe(48_750_000);
});

test("above an amount another one has to approve, and may as well be told no", async () => {
  await balances.open("a2");
  const asked = {
    ...{ amount: euros(60), bucket: main("a2"), usageType: "monetary", reason: "claim" },
  };
  const anna = { actor: actorOf("billing", { id: "anna" }) };
  const bruno = { actor: actorOf("billing", { id: "bruno" }) };
  const approve = (id: string, rest: object) =>
    balances.doors.ask("POST", `/api/adjustments/${id}/approve`, rest);
  const { body: made } = await ask("POST", "/adjustBalance", asked, anna);
  expect(made).toMatchObject({ status: "created", statusReason: "AWAITS_APPROVAL" });
  expect((await approve(made.id, anna)).status).toBe(403);
  expect(await balances.remaining("a2")).toBe(100_000_000);
  expect((await approve(made.id, bruno)).body).toMatchObject({ status: "completed" });
  expect((await approve(made.id, bruno)).status).toBe(409);
  expect(await balances.remaining("a2")).toBe(160_000_000);
  const { body: other } = await ask("POST", "/adjustBalance", asked, anna);
  expect((await ask("DELETE", `/adjustBalance/${other.id}`, undefined, bruno)).status).toBe(204);
  const gone = await ask("GET", `/adjustBalance/${other.id}`);
  expect(gone.body).toMatchObject({ status: "cancelled" });
  expect((await approve(other.id, bruno)).status).toBe(409);
  expect(await balances.remaining("a2")).toBe(160_000_000);
});

test("a transfer moves with its fee, to the number that was meant", async () => {
  await balances.open("x1", "anna");
  await balances.open("x2", "bruno");
  const fee = { transferCost: { unit: "EUR", value: 0.1 } };
  const made = await ask("POST", "/transferBalance", transferOf("x1", "x2", 10, fee));
  expectConforms(654, "TransferBalance", made.body);
  expect(made.body).toMatchObject({ status: "completed", remainingValue: euros(89.9) });
  expect([await balances.remaining("x1"), await balances.remaining("x2")]).toEqual([
    89_900_000, 110_000_000,
  ]);
  const stored = JSON.stringify(await file.sql`SELECT document FROM transfer_balance`);
  expect(stored).not.toContain("msisdn");
  const astray = transferOf("x1", "x2", 1, { receiverLogicalResource: { id: "msisdn-x3" } });
  const refused = await ask("POST", "/transferBalance", astray);
  expect(refused.body.errors[0].pointer).toBe("/receiverLogicalResource/id");
  const poor = await ask("POST", "/transferBalance", transferOf("x1", "x2", 1_000));
  expect(poor.body).toMatchObject({ status: "failed", statusReason: "CREDIT_LIMIT_REACHED" });
});

test("a reservation is held, deducted in part, cancelled, or over by itself", async () => {
  await balances.open("r1");
  const reserve = async (amount: number, rest: object = {}) =>
    (await ask("POST", "/reserveBalance", topUpOf("r1", amount, rest))).body;
  const standing = async () => {
    const { body } = await ask("GET", "/bucket/r1:main");
    return [body.remainingValue.amount, body.reservedValue.amount];
  };
  const first = await reserve(10);
  expectConforms(654, "ReserveBalance", first);
  expect(first).toMatchObject({ status: "completed", remainingValue: euros(90) });
  expect(await standing()).toEqual([90, 10]);
  const deduct = (amount: number, id?: string) =>
    ask("POST", "/deductBalance", {
      ...topUpOf("r1", amount),
      ...(id === undefined ? {} : { reserveBalance: { id } }),
    });
  expect((await deduct(11, first.id)).status).toBe(422);
  const taken = await deduct(4, first.id);
  expect(taken.body).toMatchObject({ status: "completed", remainingValue: euros(96) });
  expect(await standing()).toEqual([96, 0]);
  expect((await deduct(4, first.id)).status).toBe(422);
  expect((await ask("GET", `/reserveBalance/${first.id}`)).body.statusReason).toBe("DEDUCTED");
  const second = await reserve(6);
  expect((await deduct(6, second.id)).body).toMatchObject({ status: "completed" });
  expect(await standing()).toEqual([90, 0]);
  const third = await reserve(5);
  const cancelled = await ask("PATCH", `/reserveBalance/${third.id}`, { status: "cancelled" });
  expect(cancelled.body).toMatchObject({ status: "cancelled", remainingValue: euros(90) });
  expect((await ask("DELETE", `/reserveBalance/${third.id}`)).status).toBe(409);
  expect((await deduct(0.5)).body).toMatchObject({ remainingValue: euros(89.5) });
  expect(await standing()).toEqual([89.5, 0]);
  const past = { validFor: { endDateTime: "2020-01-01T00:00:00Z" } };
  expect((await ask("POST", "/reserveBalance", topUpOf("r1", 1, past))).status).toBe(422);
});

test("what was ordered is described anew, but not changed nor taken back", async () => {
  await balances.open("p1");
  const { body: made } = await ask("POST", "/topupBalance", topUpOf("p1", 1));
  const patch = (body: object) => ask("PATCH", `/topupBalance/${made.id}`, body);
  const described = await patch({ description: "at the counter" });
  expectConforms(654, "TopupBalance", described.body);
  expect(described.body).toEqual({ ...made, description: "at the counter" });
  expect((await patch({ amount: euros(2) })).status).toBe(409);
  expect((await patch({ status: "cancelled" })).status).toBe(409);
  expect((await patch({ status: "failed" })).status).toBe(409);
  expect((await ask("DELETE", `/topupBalance/${made.id}`)).status).toBe(409);
  expect((await ask("DELETE", "/topupBalance/none")).status).toBe(404);
});

test("who reaches only its own sees nothing of others, and gives only of its own", async () => {
  await balances.open("o1", "olga");
  await balances.open("o2", "oleg");
  const olga = { actor: actorOf("self-care", { customerId: "olga" }) };
  expect((await ask("GET", "/bucket/o1:main", undefined, olga)).status).toBe(200);
  expect((await ask("GET", "/bucket/o2:main", undefined, olga)).status).toBe(404);
  expect((await ask("GET", "/accumulatedBalance/o2:EUR", undefined, olga)).status).toBe(404);
  const foreign = await ask("GET", "/bucket?relatedParty.id=oleg", undefined, olga);
  expect([foreign.status, foreign.body]).toEqual([200, []]);
  const listed = await ask("GET", "/bucket", undefined, olga);
  expect(listed.body.map(({ id }: { id: string }) => id)).toEqual(["o1:allowance", "o1:main"]);
  expect((await ask("POST", "/topupBalance", topUpOf("o1", 1), olga)).status).toBe(403);
  const stolen = await ask("POST", "/transferBalance", transferOf("o2", "o1", 1), olga);
  expect(stolen.status).toBe(422);
  const given = await ask("POST", "/transferBalance", transferOf("o1", "o2", 1), olga);
  expect(given.body).toMatchObject({ status: "completed" });
  const { body: others } = await ask("POST", "/topupBalance", topUpOf("o2", 1));
  for (const path of [`/topupBalance/${others.id}`, `/balanceActionHistory/${others.id}`]) {
    expect((await ask("GET", path, undefined, olga)).status).toBe(404);
  }
  const history = await ask("GET", "/balanceActionHistory", undefined, olga);
  expect(history.body).toMatchObject([{ id: given.body.id }]);
});

test("the history has every kind, each as the definition has it, in their order", async () => {
  const { body, headers } = await ask("GET", "/balanceActionHistory?limit=1000");
  for (const one of body) expectConforms(654, "BalanceActionHistory", one);
  const ids = body.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(ids.toSorted());
  expect(headers.get("x-total-count")).toBe(String(ids.length));
  const types = new Set(body.map((one: { "@type": string }) => one["@type"]));
  expect(types).toEqual(
    new Set(["Topup", "Adjust", "Transfer", "Reserve", "Deduct"].map((one) => `${one}Balance`)),
  );
  for (const kind of ["topup", "adjust", "transfer", "reserve"]) {
    const list = await ask("GET", `/${kind}Balance?status=completed&limit=1`);
    const type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Balance`;
    expectConforms(654, type, list.body[0]);
  }
});
