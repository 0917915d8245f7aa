// Whatever dies between Postgres and the engine, and whoever asks again: what was credited through
// the doors is what the engine has, to the micro.

import fc from "fast-check";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import {
  asker,
  type BalancesOfTest,
  balancesOfTest,
} from "../../scripts/testing/balances-of-test.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest, until } from "../../scripts/testing/engine.ts";
import { ledgerOfTest } from "../../scripts/testing/ledger-of-test.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { accountOf } from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import {
  type BalanceWorkerTools,
  releaseExpired,
  runAutoTopUps,
  settleLeftovers,
  startBalanceWorker,
} from "./balance-worker.ts";
import { openAccounts } from "./open-accounts.ts";
import { orderTopUp } from "./order-top-up.ts";
import { settleAction } from "./settle-action.ts";

const file = databaseOfFile();
const redis = redisOfFile();
const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const log = { warn: () => undefined };
let balances: BalancesOfTest;
let worker: BalanceWorkerTools;

beforeEach(async () => {
  balances = await balancesOfTest(redis, file.url);
  const made = balances;
  onTestFinished(() => made.close());
  worker = { ...balances.tools, timeZone: "Europe/Berlin", log };
});

const base = "/tmf-api/prepayBalanceManagement/v4";
const euro = 1_000_000;
const orderOf = (account: string, amount = 1) => ({
  ...{ amount: { amount, units: "EUR" }, bucket: { id: `${account}:main` } },
  ...{ usageType: "monetary" as const, partyAccount: { id: account } },
});
const ask = (method: string, path: string, body?: object, headers = {}) =>
  balances.doors.ask(method, `${base}${path}`, { body, headers });
const topUp = (account: string, key?: string) =>
  ask(
    "POST",
    "/topupBalance",
    orderOf(account),
    key === undefined ? {} : { "idempotency-key": key },
  );

/** The clock stands beyond the patience of the worker. */
const later = (ms = limits.balanceRetryMsMax + 1) => {
  balances.clock.now += ms;
};

test("fifty at once, ten times each by its key, are fifty", async () => {
  await balances.open("many");
  const keys = Array.from({ length: 50 }, (_, index) => `many-${index}`);
  const answers = await Promise.all(
    keys.flatMap((key) => Array.from({ length: 10 }, () => topUp("many", key))),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.status))).toEqual(new Set(["completed"]));
  expect(await balances.remaining("many")).toBe(150 * euro);
});

/** As a process that dies leaves it: committed, and nobody there to ask the engine. */
const orderOnly = async (account: string, amount = 1) => {
  const ordered = await balances.doors.transact(asker, (context) =>
    orderTopUp(context, { asked: orderOf(account, amount), reach: "all" }),
  );
  return ordered.isOk ? ordered.value.id : "";
};

test("what was committed when the process died is done by the worker, once", async () => {
  await balances.open("died-1");
  const id = await orderOnly("died-1");
  expect(await settleLeftovers(worker)).toBe(0);
  expect(await balances.remaining("died-1")).toBe(100 * euro);
  later();
  expect(await settleLeftovers(worker)).toBe(1);
  expect(await settleLeftovers(worker)).toBe(0);
  expect(await balances.remaining("died-1")).toBe(101 * euro);
  expect((await ask("GET", `/topupBalance/${id}`)).body).toMatchObject({ status: "completed" });
});

test("what the engine did when the process died is written down, and not done again", async () => {
  await balances.open("died-2");
  const id = await orderOnly("died-2");
  const dying = async () => {
    throw new Error("the process dies before it writes");
  };
  const died = Object.assign(dying, { read: balances.tools.transact.read }) as never;
  const settling = { engine: balances.tools.engine, transact: died };
  await expect(settleAction(settling, asker, "topup", id)).rejects.toThrow("dies");
  expect(await balances.remaining("died-2")).toBe(101 * euro);
  expect((await ask("GET", `/topupBalance/${id}`)).body).toMatchObject({ status: "created" });
  later();
  const both = [settleLeftovers(worker), settleAction(balances.tools, asker, "topup", id)];
  await Promise.all(both);
  expect((await ask("GET", `/topupBalance/${id}`)).body).toMatchObject({ status: "completed" });
  expect(await balances.remaining("died-2")).toBe(101 * euro);
});

test("without an engine it is taken all the same, and done when the engine is back", async () => {
  await balances.open("away");
  await balances.stopEngine();
  const taken = await topUp("away", "away-key");
  expect([taken.status, taken.body.status]).toEqual([201, "created"]);
  expect((await ask("GET", "/bucket/away:main")).status).toBe(503);
  await balances.startEngine();
  let again = taken;
  await until("the engine is found again", async () => {
    again = await topUp("away", "away-key");
    return again.body.status === "completed";
  });
  expect(again.body.id).toBe(taken.body.id);
  expect(await balances.remaining("away")).toBe(101 * euro);
}, 30_000);

test("after a day only the ledger says whether it was carried out", async () => {
  await balances.open("late-1");
  await balances.open("late-2");
  const [done, never] = [await orderOnly("late-1"), await orderOnly("late-2")];
  const dying = Object.assign(() => Promise.reject(new Error("dies")), {
    read: balances.tools.transact.read,
  }) as never;
  const settling = { engine: balances.tools.engine, transact: dying };
  await expect(settleAction(settling, asker, "topup", done)).rejects.toThrow("dies");
  const ledger = ledgerOfTest(cleanUpOfTest(), { redisUrl: redis.url, databaseUrl: file.url });
  await until("the ledger has it", async () => {
    const rows = await file.sql`SELECT 1 FROM ledger_records WHERE operation_id = ${done}`;
    return rows.length > 0;
  });
  await ledger.stop();
  later(24 * 3_600_000);
  expect(await settleLeftovers(worker)).toBe(1);
  expect((await ask("GET", `/topupBalance/${done}`)).body).toMatchObject({ status: "completed" });
  expect((await ask("GET", `/topupBalance/${never}`)).body).toMatchObject({ status: "created" });
  later(25 * 3_600_000);
  expect(await settleLeftovers(worker)).toBe(1);
  expect((await ask("GET", `/topupBalance/${never}`)).body).toMatchObject({
    ...{ status: "failed", statusReason: "EVENT_TOO_OLD" },
  });
  expect(await balances.remaining("late-1")).toBe(101 * euro);
  expect(await balances.remaining("late-2")).toBe(100 * euro);
});

test("a reservation of which nobody is heard is given back, once", async () => {
  await balances.open("held");
  const { body } = await ask("POST", "/reserveBalance", orderOf("held", 30));
  expect(await balances.remaining("held")).toBe(70 * euro);
  await releaseExpired(worker);
  expect(await balances.remaining("held")).toBe(70 * euro);
  later(limits.balanceHoldMsDefault);
  await Promise.all([releaseExpired(worker), releaseExpired(worker)]);
  expect(await balances.remaining("held")).toBe(100 * euro);
  expect((await ask("GET", `/reserveBalance/${body.id}`)).body.status).toBe("cancelled");
});

test("of many who deduct from one reservation, or cancel it, one does", async () => {
  await balances.open("race");
  for (let round = 0; round < 5; round++) {
    const before = await balances.remaining("race");
    const { body } = await ask("POST", "/reserveBalance", orderOf("race", 10));
    const reserveBalance = { id: body.id };
    const deduct = () => ask("POST", "/deductBalance", { ...orderOf("race", 4), reserveBalance });
    const cancel = () => ask("DELETE", `/reserveBalance/${body.id}`);
    const answers = await Promise.all([deduct(), cancel(), deduct(), cancel(), deduct()]);
    const done = answers.filter(({ status }) => status < 300);
    expect(done.map(({ status }) => status)).toHaveLength(1);
    const taken = done[0]?.status === 201 ? 4 * euro : 0;
    expect(await balances.remaining("race")).toBe(before - taken);
    expect(await file.sql`SELECT * FROM balance_holds`).toEqual([]);
  }
});

test("an account that is opened again is not credited again, nor after a day", async () => {
  const account = { profile: accountOf("twice"), opening: [{ bucketId: "main", amount: euro }] };
  const open = () => openAccounts(balances.tools, asker, [account]);
  await Promise.all([open(), open(), open()]);
  expect(await balances.remaining("twice")).toBe(euro);
  await file.sql`UPDATE balance_accounts SET state = 'opening' WHERE account_id = 'twice'`;
  later(24 * 3_600_000);
  const late = await open();
  expect(late).toMatchObject({ value: [{ refusal: { code: "UNPROCESSABLE" } }] });
  expect(await balances.remaining("twice")).toBe(euro);
});

test("a thousand accounts with their balances are opened in one call, fast", async () => {
  const accounts = Array.from({ length: 1_000 }, (_, index) => ({
    profile: accountOf(`bulk-${index}`),
    owner: `customer-${index}`,
    opening: [{ bucketId: "main", amount: euro }],
  }));
  const opened = await openAccounts(balances.tools, asker, accounts);
  expect(opened.isOk && opened.value.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  expect(await balances.remaining("bulk-999")).toBe(euro);
  const [row] = await file.sql`SELECT count(*)::int AS n FROM balance_accounts
    WHERE state = 'open' AND account_id LIKE 'bulk-%'`;
  expect(row).toEqual({ n: 1_000 });
});

test("a monthly top-up comes on its days, missed ones too, and then ends", async () => {
  await balances.open("month");
  balances.clock.now = Date.parse("2027-01-31T09:00:00Z");
  const rule = { ...orderOf("month"), recurringPeriod: "monthly", numberOfPeriods: 4 };
  const { body } = await ask("POST", "/topupBalance", rule);
  expect(body).toMatchObject({ status: "created", recurringPeriod: "monthly" });
  const at = async (when: string) => {
    balances.clock.now = Date.parse(when);
    await Promise.all([runAutoTopUps(worker), runAutoTopUps(worker)]);
    await runAutoTopUps(worker);
    return (await balances.remaining("month")) / euro;
  };
  expect(await at("2027-01-31T09:00:00Z")).toBe(101);
  expect(await at("2027-02-28T08:59:59Z")).toBe(101);
  expect(await at("2027-02-28T09:00:00Z")).toBe(102);
  expect(await at("2027-03-31T07:59:59Z")).toBe(102);
  // Summer time has begun there: at the same hour of the clocks.
  expect(await at("2027-03-31T08:00:00Z")).toBe(103);
  expect(await at("2028-03-31T08:00:00Z")).toBe(104);
  expect((await ask("GET", `/topupBalance/${body.id}`)).body.status).toBe("completed");
  const { body: made } = await ask("GET", `/topupBalance?balanceTopup.id=${body.id}`);
  expect(made.map((one: { status: string }) => one.status)).toEqual(Array(4).fill("completed"));
});

test("below its threshold a bucket is topped up, up to so often in a month", async () => {
  await balances.open("low");
  const rule = {
    ...{ bucketId: "low:main", amount: { amount: 10, units: "EUR" }, monthlyMax: 2 },
    threshold: { amount: 100, units: "EUR" },
  };
  const made = await balances.doors.ask("POST", "/api/auto-top-ups", { body: rule });
  expect(made.status).toBe(201);
  const run = async () => {
    later(limits.autoTopUpLookMs);
    await Promise.all([runAutoTopUps(worker), runAutoTopUps(worker)]);
    return (await balances.remaining("low")) / euro;
  };
  const debit = (amount: number) =>
    ask("POST", "/adjustBalance", {
      ...orderOf("low", -amount),
      partyAccount: undefined,
      reason: "x",
    });
  expect(await run()).toBe(100);
  await debit(1);
  expect(await run()).toBe(109);
  expect(await run()).toBe(109);
  await debit(20);
  expect(await run()).toBe(99);
  expect(await run()).toBe(99);
  later(32 * 24 * 3_600_000);
  expect(await run()).toBe(109);
  expect((await balances.doors.ask("DELETE", made.body.href)).status).toBe(204);
  await debit(50);
  expect(await run()).toBe(59);
});

test("the worker ends what others left, and ends in order itself", async () => {
  await balances.open("worked");
  const id = await orderOnly("worked");
  later();
  const working = startBalanceWorker(worker);
  await until("it is done", async () => {
    return (await ask("GET", `/topupBalance/${id}`)).body.status === "completed";
  });
  await working.stop();
  expect(await balances.remaining("worked")).toBe(101 * euro);
});

type Command =
  | { readonly what: "topUp" | "debit" | "credit" | "reserve"; of: number; amount: number }
  | { readonly what: "transfer"; of: number; to: number; amount: number }
  | { readonly what: "deduct" | "cancel"; nth: number; amount: number }
  | { readonly what: "dies"; of: number; amount: number }
  | { readonly what: "expire" | "leftovers" };

const account = fc.integer({ min: 0, max: 2 });
const amount = fc.integer({ min: 1, max: 60 });
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    what: fc.constantFrom("topUp", "debit", "credit", "reserve"),
    ...{ of: account, amount },
  }),
  fc.record({ what: fc.constant("transfer" as const), of: account, to: account, amount }),
  fc.record({ what: fc.constantFrom("deduct", "cancel"), nth: fc.nat(3), amount }),
  fc.record({ what: fc.constant("dies" as const), of: account, amount }),
  fc.record({ what: fc.constantFrom("expire", "leftovers") }),
) as fc.Arbitrary<Command>;

type Held = { readonly of: number; readonly amount: number; readonly id: string };
type Model = {
  readonly left: number[];
  readonly holds: Held[];
  /** Ordered, and nobody there to ask the engine for it. */
  readonly pending: { readonly of: number; readonly amount: number }[];
};

/** A naive one: what each has, and what is held of it. */
const carryOut = async (model: Model, ids: readonly string[], one: Command): Promise<void> => {
  const { left, holds } = model;
  const id = (of: number) => ids[of] as string;
  const adjust = (of: number, amount: number) =>
    ask("POST", "/adjustBalance", {
      ...orderOf(id(of), amount),
      partyAccount: undefined,
      reason: "x",
    });
  const take = (of: number, wanted: number): boolean => {
    if ((left[of] as number) < wanted) return false;
    left[of] = (left[of] as number) - wanted;
    return true;
  };
  const give = (of: number, got: number) => {
    left[of] = (left[of] as number) + got;
  };
  const status = ({ body }: { body: { status: unknown } }) => body.status;
  const saidOf = (isDone: boolean) => (isDone ? "completed" : "failed");
  if (one.what === "topUp") {
    expect(status(await ask("POST", "/topupBalance", orderOf(id(one.of), one.amount)))).toBe(
      "completed",
    );
    give(one.of, one.amount);
  } else if (one.what === "credit") {
    expect(status(await adjust(one.of, one.amount))).toBe("completed");
    give(one.of, one.amount);
  } else if (one.what === "debit") {
    expect(status(await adjust(one.of, -one.amount))).toBe(saidOf(take(one.of, one.amount)));
  } else if (one.what === "transfer") {
    if (one.of === one.to) return;
    const sent = await ask("POST", "/transferBalance", {
      ...orderOf(id(one.of), one.amount),
      ...{ partyAccount: undefined, receiverBucket: { id: `${id(one.to)}:main` }, reason: "x" },
      ...{ receiverBucketUsageType: "monetary", channel: { id: "app" } },
      logicalResource: [{ id: id(one.of) }],
      receiverLogicalResource: { id: id(one.to) },
    });
    const isDone = take(one.of, one.amount);
    expect(status(sent)).toBe(saidOf(isDone));
    if (isDone) give(one.to, one.amount);
  } else if (one.what === "reserve") {
    const made = await ask("POST", "/reserveBalance", orderOf(id(one.of), one.amount));
    const isDone = take(one.of, one.amount);
    expect(status(made)).toBe(saidOf(isDone));
    if (isDone) holds.push({ of: one.of, amount: one.amount, id: made.body.id });
  } else if (one.what === "deduct" || one.what === "cancel") {
    const hold = holds[one.nth];
    if (hold === undefined) return;
    const body = { ...orderOf(id(hold.of), one.amount), reserveBalance: { id: hold.id } };
    const answer =
      one.what === "deduct"
        ? await ask("POST", "/deductBalance", body)
        : await ask("DELETE", `/reserveBalance/${hold.id}`);
    const isTooMuch = one.what === "deduct" && one.amount > hold.amount;
    expect(answer.status < 300).toBe(!isTooMuch);
    if (isTooMuch) return;
    give(hold.of, one.what === "deduct" ? hold.amount - one.amount : hold.amount);
    holds.splice(one.nth, 1);
  } else if (one.what === "expire") {
    later(limits.balanceHoldMsDefault);
    await releaseExpired(worker);
    for (const { of, amount: back } of holds.splice(0)) give(of, back);
  } else if (one.what === "dies") {
    await orderOnly(id(one.of), one.amount);
    model.pending.push(one);
  } else {
    later();
    await settleLeftovers(worker);
    for (const { of, amount: late } of model.pending.splice(0)) give(of, late);
  }
};

test(`any sequence of orders comes to what it adds up to (seed ${seed})`, async () => {
  let run = 0;
  const property = fc.asyncProperty(
    fc.array(command, { minLength: 5, maxLength: 25 }),
    async (commands) => {
      run += 1;
      const ids = [0, 1, 2].map((index) => `model-${run}-${index}`);
      for (const id of ids) await balances.open(id);
      const model: Model = { left: [100, 100, 100], holds: [], pending: [] };
      for (const one of commands) await carryOut(model, ids, one);
      await carryOut(model, ids, { what: "leftovers" });
      const left = await Promise.all(ids.map((id) => balances.remaining(id)));
      expect(left.map((micros) => micros / euro)).toEqual(model.left);
      const held = await file.sql`SELECT coalesce(sum(amount), 0)::bigint::text AS n
      FROM balance_holds WHERE account_id = ANY(${ids})`;
      const heldSum = model.holds.reduce((sum, hold) => sum + hold.amount, 0);
      expect(held).toEqual([{ n: String(heldSum * euro) }]);
      expect(await file.sql`SELECT * FROM balance_steps`).toEqual([]);
    },
  );
  await fc.assert(property, { seed, numRuns: 15 });
}, 120_000);
