// The clock through the API, over a real Redis, Postgres and engines: who may move it, that engines
// and business side go together, and that nobody's move is lost.

import fc from "fast-check";
import { expect, onTestFinished, test as testOf } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../scripts/testing/doors-of-test.ts";
import {
  askOperations,
  businessClient,
  cleanUpOfTest,
  startEngineHere,
  until,
} from "../../scripts/testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../../scripts/testing/ledger-of-test.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { emptyRedisOfFile } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  bucketOf,
  openAccount,
  tariffDocument,
} from "../../scripts/testing/subscribers.ts";
import { openDatabase } from "../db/connection.ts";
import { type Clock, openClock } from "./movable-clock.ts";
import { clockRoutes } from "./routes.ts";
import { openStoredClock } from "./stored-clock.ts";

const hour = 3_600_000;
const redis = emptyRedisOfFile();
const file = databaseOfFile();

const tryClock = (isMovable: boolean) => {
  const database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  onTestFinished(() => database.close());
  const stored = openStoredClock({ url: redis.url, isCluster: false, onError: () => undefined });
  return openClock({
    ...{ database, stored, isMovable, machineNow: Date.now },
    onFault: (error) => expect(error).toBeUndefined(),
  });
};

const open = async (isMovable = true): Promise<{ clock: Clock; doors: Doors }> => {
  const clock = await tryClock(isMovable);
  if (!clock.isOk) throw new Error(clock.error);
  onTestFinished(() => clock.value.stop());
  const doors = await openDoors(file.url, () => clockRoutes(clock.value), { now: clock.value.now });
  return { clock: clock.value, doors };
};
const startEngine = async () =>
  cleanUpOfTest().add(await startEngineHere({ redisUrl: redis.url, isClockMovable: true }));

/** Where nothing was ever moved. */
const test = (title: string, run: () => Promise<void>) =>
  testOf(title, { timeout: 60_000 }, async () => {
    await file.sql`TRUNCATE clock_goals`;
    await run();
  });

const goalOf = async () => {
  const [row] = await file.sql`SELECT offset_ms FROM clock_goals`;
  return Number(row?.["offset_ms"] ?? 0);
};

test("it is moved by a duration, engines and every business side go with it", async () => {
  const engines = [await startEngine(), await startEngine()];
  const [one, other] = [await open(), await open()];
  const asked = { body: { by: "P1M" }, headers: { "x-reason": "month end" } };
  const moved = await one.doors.ask("POST", "/api/clock/advance", asked);
  expect(moved.status).toBe(202);
  const goal = Date.parse(moved.body.goal);
  const inAMonth = new Date();
  inAMonth.setUTCMonth(inAMonth.getUTCMonth() + 1);
  expect(Math.abs(goal - inAMonth.getTime())).toBeLessThan(3 * 24 * hour);
  await until("both are there", async () => {
    const seen = await Promise.all([one, other].map(({ doors }) => doors.ask("GET", "/api/clock")));
    return seen.every(({ body }) => body.goal === null && body.offsetMs > 27 * 24 * hour);
  });
  for (const engine of engines) {
    const { now } = JSON.parse((await askOperations(engine, "/clock")).text);
    expect(Math.abs(Date.parse(now) - other.clock.now())).toBeLessThan(500);
  }
  const [entry] = await file.sql`SELECT * FROM audit_entries WHERE entity = 'clock'`;
  expect(entry).toMatchObject({ action: "update", reason: "month end" });
  expect(entry!["before"]).toMatchObject({ offsetMs: 0 });
  expect(entry!["after"]).toMatchObject({ goal: moved.body.goal });
});

test("the ledger has what came of a year, and nothing has drifted", async () => {
  const engine = await startEngine();
  const { doors, clock } = await open();
  const business = cleanUpOfTest().add(businessClient([engine]));
  answered(await business.publishTariff({ document: tariffDocument() }));
  const period = { unit: "month", anchorDay: 15, count: 1 } as const;
  const renewal = { period, amount: 100, rollover: null };
  const buckets = [{ ...bucketOf("data", "octets"), renewal }, bucketOf("main", "money")];
  await openAccount(business, accountOf("anna", { buckets, timeZone: "UTC" }), { main: 5 });
  ledgerOfTest(cleanUpOfTest(), { redisUrl: redis.url, databaseUrl: file.url });
  await doors.ask("POST", "/api/clock/advance", { body: { by: "P1Y" } });
  const year = 365 * 24 * hour;
  await until("it is there", () => clock.standing().offsetMs >= year, { secondsMax: 50 });
  await untilCommitted(redis.client, file, 1);
  const rows = await file.sql`SELECT renewed, at FROM ledger_postings
    JOIN ledger_records USING (shard, entry, place) WHERE renewed > 0 ORDER BY at`;
  // The one of when it was opened, and twelve.
  expect(rows.map(({ renewed }) => Number(renewed))).toEqual(new Array(13).fill(100));
  for (const { at } of rows.slice(1)) {
    expect(new Date(Number(at)).toISOString()).toMatch(/-15T00:00:0/);
  }
  await expectNoDrift(redis.url);
});

test("it is set to a moment, and never back", async () => {
  await startEngine();
  const { doors, clock } = await open();
  const put = (now: string) => doors.ask("PUT", "/api/clock", { body: { now } });
  const to = new Date(Date.now() + 48 * hour).toISOString();
  expect(await put(to)).toMatchObject({ status: 202, body: { goal: to } });
  // Also before it is there.
  const back = await put(new Date(Date.now() + 47 * hour).toISOString());
  expect(back).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  expect(back.body.detail).toContain("time only goes forward");
  await until("it is there", () => clock.now() >= Date.parse(to));
  expect((await put(new Date().toISOString())).status).toBe(409);
  expect(clock.now()).toBeGreaterThanOrEqual(Date.parse(to));
});

test("advances at once are all made, whoever makes them", async () => {
  await startEngine();
  const sides = [await open(), await open()];
  const advance = ({ doors }: { doors: Doors }) =>
    doors.ask("POST", "/api/clock/advance", { body: { by: "PT1H" } });
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => advance(sides[i % 2]!)));
  expect(answers.map(({ status }) => status)).toEqual(new Array(10).fill(202));
  expect(await goalOf()).toBe(10 * hour);
  await until("it is there", () =>
    sides.every(({ clock }) => {
      return clock.standing().offsetMs === 10 * hour;
    }),
  );
});

test("without an engine it waits for one, and a wiped Redis is told where it was", async () => {
  const { doors, clock } = await open();
  await doors.ask("POST", "/api/clock/advance", { body: { by: "P2D" } });
  await until("it is handed on", () => clock.standing().goalOffsetMs === 48 * hour);
  expect(clock.standing().offsetMs).toBe(0);
  await startEngine();
  await until("it is there", () => clock.standing().offsetMs === 48 * hour);
  await redis.client.del("{0}:clock");
  const late = await open();
  await until("it is there once more", () => late.clock.standing().offsetMs === 48 * hour);
});

test("where it is fixed it is the machine's, and a move says what to do", async () => {
  const { doors } = await open(false);
  const { status, body } = await doors.ask("GET", "/api/clock");
  expect([status, body]).toMatchObject([200, { isMovable: false, offsetMs: 0, goal: null }]);
  const moves = [
    doors.ask("PUT", "/api/clock", { body: { now: "2039-01-01T00:00:00Z" } }),
    doors.ask("POST", "/api/clock/advance", { body: { by: "P1D" } }),
  ];
  for (const refused of await Promise.all(moves)) {
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain("CLOCK_MOVABLE=yes");
  }
  expect(await goalOf()).toBe(0);
});

test("where it is fixed a clock that was moved keeps the process from starting", async () => {
  const fixed = await open(false);
  expect(await fixed.clock.problem()).toBeUndefined();
  const { doors, clock } = await open();
  await doors.ask("POST", "/api/clock/advance", { body: { by: "P1D" } });
  await until("it is handed on", () => clock.standing().goalOffsetMs > 0);
  const refused = await tryClock(false);
  expect(refused.isOk || refused.error).toContain("start it with CLOCK_MOVABLE=yes");
  expect(await fixed.clock.problem()).toContain("start it with CLOCK_MOVABLE=yes");
});

test("everybody who is known may ask what time it is, an administrator moves it", async () => {
  const { doors } = await open();
  const actor = actorOf("self-care", { customerId: "c1" });
  expect((await doors.ask("GET", "/api/clock", { actor })).status).toBe(200);
  for (const role of ["billing", "auditor", "network", "self-care"] as const) {
    const asked = { actor: actorOf(role, { customerId: "c1" }), body: { by: "P1D" } };
    expect((await doors.ask("POST", "/api/clock/advance", asked)).status).toBe(403);
  }
  const nobody = { kind: "anonymous", id: "-", name: "-", roles: [] } as const;
  expect((await doors.ask("GET", "/api/clock", { actor: nobody })).status).toBe(401);
});

const refusedDurations = ["", "1 year", "P", "PT", "-P1D", "PT0S", "P1000Y", "P1D1", "p1x"];
const refusedMoments = [
  "",
  "2027-02-30T00:00:00Z",
  "2027-01-01",
  "2027-01-01T00:00:00",
  "9".repeat(99),
];

const seed = 20_261_122;
testOf(`nothing but a duration or a moment moves it (seed ${seed})`, async () => {
  await file.sql`TRUNCATE clock_goals`;
  const { doors } = await open();
  const ask = async (body: unknown, path: string, method: string) => {
    const { status } = await doors.ask(method, path, {
      body: JSON.stringify(body),
      type: "application/json",
    });
    expect([status, body]).toEqual([400, body]);
  };
  for (const by of refusedDurations) await ask({ by }, "/api/clock/advance", "POST");
  for (const now of refusedMoments) await ask({ now }, "/api/clock", "PUT");
  const anything = fc.oneof(fc.string(), fc.jsonValue(), fc.integer());
  await fc.assert(
    fc.asyncProperty(anything, async (by) => {
      await ask({ by, more: 1 }, "/api/clock/advance", "POST");
      await ask(by, "/api/clock", "PUT");
    }),
    { seed, numRuns: 50 },
  );
  const far = await doors.ask("PUT", "/api/clock", { body: { now: "9999-01-01T00:00:00Z" } });
  expect([far.status, far.body.code]).toEqual([422, "UNPROCESSABLE"]);
  expect(await goalOf()).toBe(0);
});
