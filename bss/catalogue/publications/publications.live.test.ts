// Publishing over HTTP, a real Postgres and a real engine: what is charged when, and what becomes
// of a publication that cannot go on.

import { beforeEach, expect, test } from "vitest";
import type { Client } from "../../../engine/protocol/client/client.ts";
import { refusal } from "../../../engine/protocol/result-codes.ts";
import { keys } from "../../../engine/store/keys.ts";
import { err } from "../../../engine/values/result.ts";
import { databaseOfFile } from "../../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../../scripts/testing/doors-of-test.ts";
import {
  businessClient,
  type CleanUp,
  cleanUpOfTest,
  networkClient,
  startEngineHere,
  until,
} from "../../../scripts/testing/engine.ts";
import {
  type Documents,
  dataOffering,
  dataPrice,
  fillCatalogue,
  smallCatalogue,
} from "../../../scripts/testing/filled-catalogue.ts";
import { emptyRedisOfFile } from "../../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  eventOf,
  mebi,
  openAccount,
} from "../../../scripts/testing/subscribers.ts";
import { limits } from "../../limits.ts";
import { basePath } from "../kind-names.ts";
import { resourceRoutesOfCatalogue } from "../routes.ts";
import type { TariffSender } from "./carry-on.ts";
import { publicationRoutes } from "./publication-routes.ts";
import { startPublicationWorker } from "./publication-worker.ts";
import type { Owners } from "./treatments.ts";

const file = databaseOfFile();
const redis = emptyRedisOfFile();
const lead = limits.publicationLeadMs;

const everything = `catalogue_published_versions, catalogue_tariffs, catalogue_publications,
  catalog, category, product_specification, product_offering, product_offering_price`;

beforeEach(async () => {
  await file.sql.plain(`TRUNCATE ${everything}`);
});

const open = async (documents: Documents = smallCatalogue, owners?: Owners) => {
  const cleanUp = cleanUpOfTest();
  const clock = { now: Date.parse("2026-11-01T00:00:00Z") };
  const now = () => clock.now;
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, now }));
  const business = cleanUp.add(businessClient([engine]));
  const routes = () => [...resourceRoutesOfCatalogue(), ...publicationRoutes(async () => owners)];
  const doors = await openDoors(file.url, routes, { now });
  await fillCatalogue(doors.transact, documents);
  return { cleanUp, clock, engine, business, doors };
};

const work = (cleanUp: CleanUp, { transact }: Doors, engine: TariffSender) =>
  cleanUp.add(startPublicationWorker({ transact, engine, log: { warn: () => undefined } }));

const path = "/api/catalogue/publications";
const publish = (doors: Doors, body: object = {}) => doors.ask("POST", path, { body });
const stateOf = async (doors: Doors, id: string) => (await doors.ask("GET", `${path}/${id}`)).body;
const settled = async (doors: Doors, id: string, state: string) => {
  const isThere = async () => (await stateOf(doors, id)).state === state;
  await until(`the publication is ${state}`, isThere);
  return stateOf(doors, id);
};
const patch = async (doors: Doors, kind: string, id: string, body: object) => {
  const answer = await doors.ask("PATCH", `${basePath}/${kind}/${id}`, { body });
  expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
  return answer.body;
};
const published = async (doors: Doors, body: object = {}) => {
  const { body: begun, status } = await publish(doors, body);
  expect([status, begun.detail, begun.errors]).toEqual([202, undefined, undefined]);
  return settled(doors, begun.id, "published");
};

/** What engines hold, as another publication of the same would show. */
const tariffsInEngine = async () => Object.values(await redis.client.hgetall(keys.tariffs));

const priceOfMebi = async (network: Client, account: string, id: string, at: number) => {
  const event = {
    ...eventOf(account, id, { ratingGroup: 10, usedUnit: mebi }),
    eventTimestamp: at,
  };
  const { cost } = answered(await network.event(event)) as unknown as { cost: number };
  return cost;
};

test("what is published is charged at its price, the next version at its own", async () => {
  const { business, cleanUp, clock, doors, engine } = await open();
  const network = cleanUp.add(networkClient([engine]));
  work(cleanUp, doors, business);
  const first = await published(doors);
  expect(first).toMatchObject({ version: 1, tariffs: 2, sent: 2 });
  clock.now += lead;
  const own = (accountId: string, tariffId: string) =>
    openAccount(
      business,
      {
        ...accountOf(accountId),
        products: [{ ...accountOf(accountId).products[0]!, tariffId }],
      },
      { main: 1_000_000 },
    );
  await own("anna", "data:1.0");
  expect(await priceOfMebi(network, "anna", "e1", clock.now)).toBe(10_000);

  await patch(doors, "productOffering", "data", {
    productOfferingPrice: [{ id: "dear" }],
    lifecycleStatus: "Active",
  });
  const unsaid = await publish(doors);
  expect(unsaid.status).toBe(422);
  expect(unsaid.body.errors).toEqual([
    { pointer: "/treatments", detail: expect.stringContaining("data, version 1.0: it is ended") },
  ]);
  const keep = { offeringId: "data", version: "1.0", treatment: "keep" };
  await published(doors, { treatments: [keep] });
  clock.now += lead;
  await own("bruno", "data:2.0");
  expect(await priceOfMebi(network, "anna", "e2", clock.now)).toBe(10_000);
  expect(await priceOfMebi(network, "bruno", "e3", clock.now)).toBe(50_000);

  const versions = await doors.ask("GET", "/api/catalogue/offerings/data/versions");
  expect(versions.body).toMatchObject([
    { version: "1.0", isInForce: true, isOnSale: false, treatment: "keep", owners: null },
    { version: "2.0", isInForce: true, isOnSale: true },
  ]);
  const before = await doors.ask("GET", "/api/catalogue/in-force?at=2026-11-01T00:00:03Z");
  expect(before.body).toMatchObject({ version: 1 });
  expect((await doors.ask("GET", "/api/catalogue/in-force?at=2026-01-01T00:00:00Z")).status).toBe(
    404,
  );
});

test("a catalogue that contradicts itself is not published, and each place is told", async () => {
  const { business, cleanUp, doors } = await open({
    ...smallCatalogue,
    productOfferingPrice: [
      ...smallCatalogue.productOfferingPrice!,
      { ...dataPrice("odd", 0.01), price: { value: 1 } },
    ],
    productOffering: [
      dataOffering("data", "cheap"),
      { ...dataOffering("both", "odd"), isBundle: true },
    ],
  });
  work(cleanUp, doors, business);
  const refused = await publish(doors);
  expect([refused.status, refused.body.code]).toEqual([422, "UNPROCESSABLE"]);
  const pointers = refused.body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.length).toBeGreaterThan(1);
  for (const one of pointers) expect(one).toMatch(/^\/tmf-api\/.*\/(odd|both):\(version=1.0\)#/);
  const checked = await doors.ask("POST", "/api/catalogue/checks", { body: {} });
  expect(checked.body.findings.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
    pointers,
  );
  expect((await doors.ask("GET", path)).body).toEqual([]);
  expect(await tariffsInEngine()).toEqual([]);
});

test("a new price within a version is told, and kept from nobody who has it", async () => {
  const { business, cleanUp, clock, doors } = await open();
  work(cleanUp, doors, business);
  await published(doors);
  clock.now += lead;
  const price = { unit: "EUR", value: 0.02 };
  await patch(doors, "productOfferingPrice", "cheap", { price, lifecycleStatus: "Active" });
  const checked = await doors.ask("POST", "/api/catalogue/checks", { body: {} });
  expect(checked.body).toMatchObject({
    findings: [],
    affected: [{ offeringId: "data", what: "changed" }],
    tariffs: 1,
  });
  const data = { offeringId: "data", version: "1.0" };
  const kept = await publish(doors, { treatments: [{ ...data, treatment: "keep" }] });
  expect([kept.status, kept.body.errors[0].pointer]).toEqual([422, "/treatments/0"]);
  const other = { offeringId: "data-plus", version: "1.0", treatment: "migrate" };
  const idle = await publish(doors, { treatments: [{ ...data, treatment: "migrate" }, other] });
  expect([idle.status, idle.body.errors[0].pointer]).toEqual([422, "/treatments/1"]);
  const done = await published(doors, { treatments: [{ ...data, treatment: "migrate" }] });
  expect(done).toMatchObject({ version: 2, tariffs: 1 });
});

test("what nobody owns needs no treatment where owners are known", async () => {
  const owners = new Map([["data-plus:1.0", 3]]);
  const { business, cleanUp, clock, doors } = await open(smallCatalogue, owners);
  work(cleanUp, doors, business);
  await published(doors);
  clock.now += lead;
  await patch(doors, "productOffering", "data", { lifecycleStatus: "Retired" });
  await published(doors);
  const listed = await doors.ask("GET", "/api/catalogue/offerings/data-plus/versions");
  expect(listed.body).toMatchObject([{ owners: 3 }]);
});

test("one at a time, and nothing of a published version is deleted", async () => {
  const { business, cleanUp, doors } = await open();
  const answers = await Promise.all([1, 2, 3, 4].map(() => publish(doors)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409, 409]);
  work(cleanUp, doors, business);
  const begun = answers.find(({ status }) => status === 202)!.body;
  await settled(doors, begun.id, "published");
  const removed = await doors.ask("DELETE", `${basePath}/productOffering/data`);
  expect([removed.status, removed.body.detail]).toEqual([
    409,
    expect.stringContaining("published"),
  ]);
});

test("who may not publish does not", async () => {
  const { doors } = await open();
  for (const role of ["billing", "care-agent", "auditor"] as const) {
    const answer = await doors.ask("POST", path, { actor: actorOf(role), body: {} });
    expect(answer.status).toBe(403);
  }
});

test("without an engine it waits, says so, and takes effect later but whole", async () => {
  const { business, cleanUp, clock, doors } = await open();
  const gone = async () => err(refusal("UNREACHABLE", "nobody there"));
  const away = startPublicationWorker({
    ...{ transact: doors.transact, log: { warn: () => undefined } },
    engine: { publishTariff: gone },
  });
  const { body: begun } = await publish(doors);
  const isTold = async () => (await stateOf(doors, begun.id)).problem?.includes("UNREACHABLE");
  await until("it says why it waits", isTold);
  await away.stop();
  clock.now += 10 * lead;
  work(cleanUp, doors, business);
  const done = await settled(doors, begun.id, "published");
  expect(Date.parse(done.effectiveAt)).toBe(clock.now + lead);
  for (const document of await tariffsInEngine()) {
    expect(JSON.parse(document)["effectiveFrom"]).toBe(done.effectiveAt);
  }
});

test("a process that dies in mid-publication leaves it to the next one, each once", async () => {
  const { business, cleanUp, doors } = await open();
  let sent = 0;
  let release = (): void => undefined;
  const dying: TariffSender = {
    publishTariff: async (request) => {
      const outcome = await business.publishTariff(request);
      sent += 1;
      // The engine has it, and whoever sent it never comes to write that down.
      if (sent === 2) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return outcome;
    },
  };
  const crashed = startPublicationWorker({
    ...{ transact: doors.transact, log: { warn: () => undefined } },
    engine: dying,
  });
  const { body: begun } = await publish(doors);
  await until("the second document is with the engine", () => sent === 2);
  expect(await stateOf(doors, begun.id)).toMatchObject({ state: "publishing", sent: 1 });
  await file.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction'`;
  work(cleanUp, doors, business);
  expect(await settled(doors, begun.id, "published")).toMatchObject({ sent: 2 });
  expect(await tariffsInEngine()).toHaveLength(2);
  release();
  await crashed.stop();
});

test("what engines refuse for good is undone, and the version before stays in force", async () => {
  const { business, cleanUp, clock, doors } = await open();
  const worker = startPublicationWorker({
    ...{ transact: doors.transact, engine: business, log: { warn: () => undefined } },
  });
  await published(doors);
  await worker.stop();
  clock.now += lead;
  const price = (value: number) => ({ price: { unit: "EUR", value }, lifecycleStatus: "Active" });
  await patch(doors, "productOfferingPrice", "cheap", price(0.03));
  await patch(doors, "productOfferingPrice", "dear", price(0.07));
  let sent = 0;
  work(cleanUp, doors, {
    publishTariff: async (request) => {
      sent += 1;
      return sent === 2 ? err(refusal("TARIFF_INVALID", "no")) : business.publishTariff(request);
    },
  });
  const treatments = ["data", "data-plus"].map((offeringId) => {
    return { offeringId, version: "1.0", treatment: "migrate" };
  });
  const { body: begun } = await publish(doors, { treatments });
  const failed = await settled(doors, begun.id, "failed");
  expect(failed.problem).toContain("TARIFF_INVALID");
  clock.now += lead;
  const inForce = await doors.ask("GET", "/api/catalogue/in-force");
  expect(inForce.body.version).toBe(1);
  const documents = (await tariffsInEngine()).map((text) => JSON.parse(text));
  const last = (tariffId: string) =>
    documents.filter((one) => one.tariffId === tariffId).at(-1).ratingGroups[0].blockPrice;
  expect([last("data:1.0"), last("data-plus:1.0")].map(Number)).toEqual([0.01, 0.05]);
});

test("what is to hold later can be withdrawn until then", async () => {
  const { business, cleanUp, clock, doors } = await open();
  work(cleanUp, doors, business);
  await published(doors);
  clock.now += lead;
  const price = { unit: "EUR", value: 0.02 };
  await patch(doors, "productOfferingPrice", "cheap", { price, lifecycleStatus: "Active" });
  const treatments = [{ offeringId: "data", version: "1.0", treatment: "migrate" }];
  const effectiveAt = "2027-01-01T00:00:00Z";
  const later = await published(doors, { treatments, effectiveAt });
  const now = await publish(doors, { treatments });
  expect([now.status, now.body.detail]).toEqual([409, expect.stringContaining("2027-01-01")]);
  expect((await doors.ask("DELETE", `${path}/${later.id}`)).status).toBe(202);
  await settled(doors, later.id, "withdrawn");
  expect((await doors.ask("DELETE", `${path}/${later.id}`)).status).toBe(409);
  expect((await doors.ask("DELETE", `${path}/none`)).status).toBe(404);
  expect((await publish(doors, { effectiveAt: "2020-01-01T00:00:00Z" })).status).toBe(422);
  await published(doors, { treatments });
});
