// Vouchers, over a real engine: made, printed, redeemed once, and not to be guessed.

import { parse } from "csv-parse/sync";
import { beforeAll, expect, test } from "vitest";
import {
  asker,
  type BalancesOfTest,
  balancesOfTest,
} from "../../scripts/testing/balances-of-test.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf } from "../../scripts/testing/doors-of-test.ts";
import { until } from "../../scripts/testing/engine.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { createCipher, keyRingOf, newKeys } from "../privacy/index.ts";
import { hashOfCode } from "./batches.ts";
import { makeVouchers } from "./make-vouchers.ts";
import { voucherRoutes } from "./routes.ts";
import { withCheckDigit } from "./voucher-code.ts";
import { startVoucherWorker } from "./voucher-worker.ts";

const file = databaseOfFile();
const redis = redisOfFile();
const euro = 1_000_000;
const cipher = createCipher(keyRingOf(newKeys()));
let balances: BalancesOfTest;

beforeAll(async () => {
  balances = await balancesOfTest(redis, file.url, {
    routes: (tools) => voucherRoutes({ ...tools, cipher }),
  });
  return () => balances.close();
});

const ask = (method: string, path: string, body?: object, rest: object = {}) =>
  balances.doors.ask(method, `/api${path}`, { body, ...rest });
const make = () => makeVouchers(balances.tools.transact, asker, cipher);
const orderOf = (count: number, rest: object = {}) => ({
  ...{ name: "=summer", count, bucketId: "main", unit: "money" },
  amount: { amount: 5, units: "EUR" },
  validFor: { startDateTime: "2020-01-01T00:00:00Z", endDateTime: "2040-01-01T00:00:00Z" },
  ...rest,
});

/** Sold already; its codes. */
const sell = async (count: number, rest: object = {}) => {
  const { body } = await ask("POST", "/voucher-batches", orderOf(count, rest));
  while (await make());
  const csv = await ask("POST", `/voucher-batches/${body.id}/export`);
  await ask("POST", `/voucher-batches/${body.id}/printed`);
  await ask("POST", `/voucher-batches/${body.id}/activate`);
  const rows = parse(csv.text, { columns: true }) as { number: string; code: string }[];
  return { id: body.id as string, codes: rows.map(({ code }) => code) };
};
const redeem = (code: string | undefined, accountId: string, rest: object = {}) =>
  ask("POST", "/vouchers/redeem", { code, accountId }, rest);
/** With its check digit, and in no batch. */
const wrong = (n: number) => withCheckDigit(String(n).padStart(15, "0"));

test("a batch is made in pages, printed once, and active only then", async () => {
  const count = limits.voucherPageMax + 3;
  const made = await ask("POST", "/voucher-batches", orderOf(count));
  expect([made.status, made.body.state, made.body.made]).toEqual([201, "making", 0]);
  const path = `/voucher-batches/${made.body.id}`;
  expect((await ask("POST", `${path}/export`)).status).toBe(409);
  await make();
  expect((await ask("GET", path)).body).toMatchObject({ made: limits.voucherPageMax });
  await Promise.all([make(), make()]);
  expect((await ask("GET", path)).body).toMatchObject({ made: count, state: "made" });
  expect((await ask("POST", `${path}/activate`)).status).toBe(409);
  const csv = await ask("POST", `${path}/export`);
  expect(csv.headers.get("content-type")).toContain("text/csv");
  const rows = parse(csv.text, { columns: true }) as Record<string, string>[];
  expect(new Set(rows.map(({ code }) => code)).size).toBe(count);
  expect(rows[0]).toMatchObject({ amount: "5", units: "EUR", batch: "'=summer" });
  expect((await ask("POST", `${path}/export`)).text).toBe(csv.text);
  expect((await ask("POST", `${path}/printed`)).body).toMatchObject({ isPrinted: true });
  expect((await ask("POST", `${path}/export`)).status).toBe(409);
  expect((await ask("POST", `${path}/activate`)).body).toMatchObject({ state: "active" });
  const audit = await file.sql`SELECT after FROM audit_entries WHERE entity_id = ${made.body.id}`;
  expect(JSON.stringify(audit)).not.toContain(rows[0]?.["code"]);
});

test("no code is anywhere in the database, neither before nor after it is redeemed", async () => {
  await balances.open("secret");
  const { codes } = await sell(1);
  const answer = await redeem(codes[0], "secret");
  expect([answer.status, answer.body.status]).toEqual([201, "completed"]);
  const tables = ["vouchers", "voucher_batches", "topup_balance", "audit_entries", "events"];
  for (const table of [...tables, "http_requests", "balance_steps", "voucher_guards"]) {
    const [row] = await file.sql.plain(
      `SELECT count(*)::int AS n FROM ${table} AS t WHERE t::text LIKE '%${codes[0]}%'`,
    );
    expect([table, row]).toEqual([table, { n: 0 }]);
  }
});

test("a code that is there by chance is drawn anew, and exported as it is", async () => {
  const first = await ask("POST", "/voucher-batches", orderOf(3));
  await make();
  const csv = await ask("POST", `/voucher-batches/${first.body.id}/export`);
  const [row] = parse(csv.text, { columns: true }) as { code: string }[];
  const second = await ask("POST", "/voucher-batches", orderOf(3));
  // The same seed gives the same codes.
  await file.sql`UPDATE voucher_batches SET sealed_seed =
    (SELECT sealed_seed FROM voucher_batches WHERE id = ${first.body.id})
    WHERE id = ${second.body.id}`;
  await make();
  const other = await ask("POST", `/voucher-batches/${second.body.id}/export`);
  const codes = (parse(other.text, { columns: true }) as { code: string }[]).map(
    ({ code }) => code,
  );
  expect(codes).not.toContain(row?.code);
  const hashes = codes.map((code) => hashOfCode(cipher, code));
  const found = await file.sql`SELECT serial FROM vouchers WHERE code_hash = ANY(${hashes})`;
  expect(found).toHaveLength(3);
});

test("of fifty who redeem the same voucher at once one is credited", async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => balances.open(`fifty-${index}`)));
  const { codes, id } = await sell(1);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => redeem(codes[0], `fifty-${index}`)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(49);
  const left = await Promise.all(
    Array.from({ length: 50 }, (_, index) => balances.remaining(`fifty-${index}`)),
  );
  expect(left.reduce((sum, one) => sum + one, 0)).toBe(50 * 100 * euro + 5 * euro);
  const { body } = await ask("GET", `/voucher-batches/${id}`);
  expect(body.statistics).toEqual({ redeemed: 1, left: 0, misses: 49 });
});

test("a repetition by its key gets the same answer, and nothing twice", async () => {
  await balances.open("again");
  const { codes } = await sell(1);
  const rest = { headers: { "idempotency-key": "redeem-1" } };
  const answers = [await redeem(codes[0], "again", rest), await redeem(codes[0], "again", rest)];
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[1]?.body).toEqual(answers[0]?.body);
  expect(await balances.remaining("again")).toBe(105 * euro);
});

test("what the engine refuses for good leaves the voucher worth what it was", async () => {
  await balances.open("full");
  await balances.open("other");
  const { codes } = await sell(1, {
    unit: "octets",
    bucketId: "allowance",
    amount: { amount: 2 ** 53 - 1, units: "octets" },
  });
  const refused = await redeem(codes[0], "full");
  expect([refused.status, refused.body.status]).toEqual([201, "failed"]);
  await balances.open("empty", undefined, { opening: [] });
  expect((await redeem(codes[0], "empty")).body).toMatchObject({ status: "completed" });
  expect((await redeem(codes[0], "other")).status).toBe(422);
});

test("blocked, expired, not begun, mistyped and wrong ones are refused", async () => {
  await balances.open("none");
  const { codes, id } = await sell(3);
  const where = `/voucher-batches/${id}/vouchers/1`;
  expect((await ask("POST", `${where}/block`)).body).toMatchObject({ state: "blocked" });
  const details = new Set<string>();
  const refuse = async (code: string | undefined) => {
    const { status, body } = await redeem(code, "none");
    details.add(`${status} ${body.code} ${body.detail}`);
  };
  await refuse(codes[0]);
  await ask("POST", `/voucher-batches/${id}/block`);
  await refuse(codes[1]);
  await refuse(wrong(1));
  await ask("POST", `/voucher-batches/${id}/activate`);
  await file.sql`UPDATE voucher_batches SET valid_until = ${balances.clock.now} WHERE id = ${id}`;
  await refuse(codes[2]);
  expect([...details]).toEqual(["422 UNPROCESSABLE this code cannot be redeemed"]);
  const typo = `${codes[2]?.slice(0, -1)}${(Number(codes[2]?.at(-1)) + 1) % 10}`;
  expect((await redeem(typo, "none")).body.errors).toMatchObject([{ pointer: "/code" }]);
  expect((await redeem(codes[2], "nobody")).body.errors).toMatchObject([{ pointer: "/accountId" }]);
});

test("who guesses is locked out, for longer each time, and others are not", async () => {
  await balances.open("guessed", "eve");
  await balances.open("honest", "anna");
  const { codes } = await sell(4);
  const as = (id: string) => ({ actor: actorOf("self-care", { id, customerId: id }) });
  const guesses = await Promise.all(
    Array.from({ length: 40 }, (_, n) => redeem(wrong(1_000 + n), "guessed", as("eve"))),
  );
  const told = guesses.filter(({ status }) => status === 422);
  expect(told).toHaveLength(limits.voucherWrongMax);
  const locked = await redeem(codes[0], "guessed", as("eve"));
  expect([locked.status, locked.headers.get("retry-after")]).toEqual([
    429,
    String(limits.voucherLockMsMin / 1_000),
  ]);
  expect((await redeem(codes[1], "honest", as("anna"))).status).toBe(201);
  expect((await redeem(codes[1], "guessed", as("anna"))).status).toBe(422);
  balances.clock.now += limits.voucherLockMsMin;
  for (let n = 0; n < limits.voucherWrongMax; n++) {
    expect((await redeem(wrong(2_000 + n), "guessed", as("eve"))).status).toBe(422);
  }
  balances.clock.now += limits.voucherLockMsMin;
  expect((await redeem(codes[2], "guessed", as("eve"))).status).toBe(429);
  balances.clock.now += limits.voucherLockMsMin;
  expect((await redeem(codes[2], "guessed", as("eve"))).status).toBe(201);
});

test("without an engine a voucher is taken, and credited when the engine is back", async () => {
  await balances.open("later");
  const { codes } = await sell(1);
  await balances.stopEngine();
  const rest = { headers: { "idempotency-key": "later-1" } };
  const taken = await redeem(codes[0], "later", rest);
  expect([taken.status, taken.body.status]).toEqual([201, "created"]);
  await balances.startEngine();
  await until("the engine is found again", async () => {
    return (await redeem(codes[0], "later", rest)).body.status === "completed";
  });
  expect(await balances.remaining("later")).toBe(105 * euro);
}, 30_000);

test("the worker makes what is ordered, and ends in order", async () => {
  const { transact } = balances.tools;
  const worker = startVoucherWorker({ transact, cipher, log: { warn: () => undefined } });
  const { body } = await ask("POST", "/voucher-batches", orderOf(100));
  await until("they are made", async () => {
    return (await ask("GET", `/voucher-batches/${body.id}`)).body.state === "made";
  });
  await worker.stop();
});

test("who may redeem makes no vouchers", async () => {
  const actor = actorOf("self-care", { customerId: "eve" });
  expect((await ask("POST", "/voucher-batches", orderOf(1), { actor })).status).toBe(403);
});
