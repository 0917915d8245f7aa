// A preview of a draft over a real ledger: what a real engine has charged, rated by the prices of
// the draft, exact to the micro, whoever dies on the way.

import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import type { AnyRequest } from "../../../engine/simulation/direct-engine.ts";
import { checkInstallation } from "../../../engine/store/installation.ts";
import { databaseOfFile } from "../../../scripts/testing/database-of-file.ts";
import { directClient } from "../../../scripts/testing/direct-client.ts";
import { actorOf, type Doors, openDoors } from "../../../scripts/testing/doors-of-test.ts";
import { cleanUpOfTest, until } from "../../../scripts/testing/engine.ts";
import { fillCatalogue, smallCatalogue } from "../../../scripts/testing/filled-catalogue.ts";
import { ledgerOfTest, untilCommitted } from "../../../scripts/testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest } from "../../../scripts/testing/redis-of-file.ts";
import { accountOf, mebi, openAccount } from "../../../scripts/testing/subscribers.ts";
import { type JobWorkerOptions, startJobWorker } from "../jobs/job-worker.ts";
import { basePath } from "../kind-names.ts";
import { publicationRoutes } from "../publications/publication-routes.ts";
import { startPublicationWorker } from "../publications/publication-worker.ts";
import { resourceRoutesOfCatalogue } from "../routes.ts";
import { previewRoutes } from "./preview-routes.ts";

const file = databaseOfFile();
const redis = emptyRedisOfFile();
const path = "/api/catalogue/previews";
const silent = { warn: () => undefined };
const period = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  until: new Date(Date.now() + 3_600_000).toISOString(),
});

beforeEach(async () => {
  await file.sql.plain(`TRUNCATE catalogue_jobs, catalogue_job_errors, catalogue_published_versions,
    catalogue_tariffs, catalogue_publications, catalog, category, product_specification,
    product_offering, product_offering_price, ledger_shards, ledger_entries, ledger_records,
    ledger_postings, ledger_buckets CASCADE`);
});

/** Accounts in turn own the cheap and the dear offering, and use a MiB with each event. */
const operator = async ({ accounts, events }: { accounts: number; events: number }) => {
  const clock = { now: Date.now() };
  const engine = await engineOfTest(redis, clock);
  await checkInstallation(engine.store, 1);
  const client = directClient(engine);
  const routes = () => [
    ...resourceRoutesOfCatalogue(),
    ...publicationRoutes(async () => undefined),
    ...previewRoutes(),
  ];
  const doors = await openDoors(file.url, routes);
  await fillCatalogue(doors.transact, smallCatalogue);
  const publisher = startPublicationWorker({ ...doors, engine: client, log: silent });
  const { body: begun } = await doors.ask("POST", "/api/catalogue/publications", { body: {} });
  const get = async () => (await doors.ask("GET", `/api/catalogue/publications/${begun.id}`)).body;
  await until("the catalogue is published", async () => (await get()).state === "published");
  await publisher.stop();
  await pause(Math.max(0, Date.parse((await get()).effectiveAt) - Date.now()));
  clock.now = Date.now();
  for (let n = 0; n < accounts; n++) {
    const account = accountOf(`a${n}`, { buckets: [accountOf("x").buckets[1]!] });
    const tariffId = n % 2 === 0 ? "data:1.0" : "data-plus:1.0";
    const products = [{ ...account.products[0]!, tariffId }];
    await openAccount(client, { ...account, products }, { main: 10 ** 12 });
  }
  for (let done = 0; done < events; done += 1_000) {
    clock.now = Date.now();
    const requests = Array.from({ length: Math.min(1_000, events - done) }, (_, n): AnyRequest => {
      const accountId = `a${(done + n) % accounts}`;
      return {
        operation: "event",
        request: {
          ...{ requestId: `e${done + n}`, subscriberIdentifier: `msisdn-${accountId}` },
          ...{ eventTimestamp: clock.now, serviceInformation: null },
          usedUnits: [{ ratingGroup: 10, usedUnit: mebi }],
        },
      };
    });
    await engine.handle(requests);
  }
  const ledger = ledgerOfTest(cleanUpOfTest(), { redisUrl: redis.url, databaseUrl: file.url });
  await untilCommitted(redis.client, file, 1, 60);
  await ledger.stop();
  return doors;
};

const work = (doors: Doors, rest: Partial<JobWorkerOptions> = {}) =>
  startJobWorker({ ...doors, now: Date.now, log: silent, ...rest });

const draft = async (doors: Doors, value: number) => {
  const at = `${basePath}/productOfferingPrice/cheap`;
  const { body, status } = await doors.ask("PATCH", at, { body: { price: { value } } });
  expect([status, body.lifecycleStatus]).toEqual([200, "In design"]);
};

const settled = async (doors: Doors, id: string, query = "") => {
  const get = async () => (await doors.ask("GET", `${path}/${id}${query}`)).body;
  await until("the preview is done", async () => (await get()).state === "done", {
    secondsMax: 60,
  });
  return get();
};

test("a dearer draft shows who would pay how much more, and changes nothing", async () => {
  const doors = await operator({ accounts: 10, events: 400 });
  await draft(doors, 0.03);
  const worker = cleanUpOfTest().add(
    work(doors, {
      customersOf: async (_, ids) => new Map(ids.map((id) => [id, `customer-of-${id}`])),
    }),
  );
  const { body: begun, status } = await doors.ask("POST", path, { body: period() });
  expect(status).toBe(202);
  const done = await settled(doors, begun.id, "?top=2");
  expect(done).toMatchObject({ state: "done", share: 1, strangers: 0 });
  expect(done.result.total).toMatchObject({
    ...{ uses: 400, charged: 12, before: 12, after: 16, difference: 4, unpriced: 0 },
  });
  expect(done.result.offerings).toMatchObject([
    { offeringId: "data", customers: 5, before: 2, after: 6, difference: 4 },
    { offeringId: "data-plus", customers: 5, before: 10, after: 10, difference: 0 },
  ]);
  expect(done.result.customers).toEqual({ all: 10, changed: 5 });
  expect(done.result.topCustomers).toMatchObject([
    { customerId: "customer-of-a0", difference: 0.8 },
    { customerId: "customer-of-a2", difference: 0.8 },
  ]);
  await worker.stop();
});

test("one that dies in its middle comes to the same as one that does not", async () => {
  const doors = await operator({ accounts: 10, events: 2_000 });
  await draft(doors, 0.02);
  const ask = () => doors.ask("POST", path, { body: period() });
  const { body: begun } = await ask();
  const dying = work(doors, { previewStepRecords: 1 });
  const isBegun = async () => (await doors.ask("GET", `${path}/${begun.id}`)).body.done > 200;
  await until("it is in its middle", isBegun, { everyMs: 1 });
  await file.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  await dying.stop();
  const half = (await doors.ask("GET", `${path}/${begun.id}`)).body;
  expect([half.state, half.done < 2_000]).toEqual(["running", true]);
  expect((await doors.ask("POST", `${path}/${begun.id}/stop`)).body.state).toBe("stopped");
  expect((await doors.ask("POST", `${path}/${begun.id}/resume`)).body.state).toBe("waiting");
  cleanUpOfTest().add(work(doors, { previewStepRecords: 500 }));
  const done = await settled(doors, begun.id);
  expect(done.result.total).toMatchObject({ uses: 2_000, before: 60, after: 70 });
  const whole = await settled(doors, (await ask()).body.id);
  expect(whole.result).toEqual(done.result);
});

test("a preview that cannot be is refused, and others than managers begin none", async () => {
  const doors = await openDoors(file.url, () => previewRoutes());
  const ask = (body: object, actor = actorOf("catalogue-manager")) =>
    doors.ask("POST", path, { body, actor });
  expect((await ask(period())).status).toBe(409);
  const { from, until: end } = period();
  expect((await ask({ from: end, until: from })).body.errors[0].pointer).toBe("/until");
  expect((await ask({ from: "yesterday", until: end })).status).toBe(400);
  expect((await ask(period(), actorOf("care-agent"))).status).toBe(403);
  expect((await doors.ask("GET", `${path}/none`)).status).toBe(404);
});

test("it is measured: records of the ledger a second", async () => {
  const events = 60_000;
  const doors = await operator({ accounts: 200, events });
  await draft(doors, 0.02);
  cleanUpOfTest().add(work(doors));
  const begun = performance.now();
  const { body } = await doors.ask("POST", path, { body: period() });
  const done = await settled(doors, body.id);
  const seconds = (performance.now() - begun) / 1_000;
  expect(done.result.total).toMatchObject({ uses: events, before: 1_800, after: 2_100 });
  process.stdout.write(`previewed ${Math.round(events / seconds)} records/s\n`);
}, 120_000);
