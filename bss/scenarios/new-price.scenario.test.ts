// A price is raised. It is drafted, previewed on what was really used, published, sold and charged;
// who has the old version keeps it because somebody said so, and a session that is open goes on at
// the price that it began with. All of it through the doors, with a real engine and ledger.

import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { openStore } from "../../engine/store/connection.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../scripts/testing/doors-of-test.ts";
import {
  businessToken,
  cleanUpOfTest,
  endpointOf,
  networkClient,
  startEngineHere,
  until,
} from "../../scripts/testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../../scripts/testing/ledger-of-test.ts";
import { openClockOfTest, partsOfTest } from "../../scripts/testing/parts-of-test.ts";
import { emptyRedisOfFile } from "../../scripts/testing/redis-of-file.ts";
import {
  answered,
  bucketOf,
  mebi,
  sessionMessage,
  usageOf,
} from "../../scripts/testing/subscribers.ts";
import { openAccounts } from "../balances/index.ts";
import {
  catalogueInForce,
  productTerms,
  profileOf,
  startCatalogueWorkers,
} from "../catalogue/index.ts";
import { systemActor } from "../context.ts";
import { openEngineConnection } from "../engine-connection.ts";
import { type RouteParts, routesOf } from "../routes.ts";

const file = databaseOfFile();
const redis = emptyRedisOfFile();
const silent = { info: () => undefined, warn: () => undefined };
const manager = actorOf("catalogue-manager");
const tmf620 = "/tmf-api/productCatalogManagement/v4";
const asker = { actor: systemActor("story"), requestId: "story" };
const data = 10;

const value = (name: string, ...values: readonly unknown[]) => ({
  name,
  productSpecCharacteristicValue: values.map((one) => ({ value: one })),
});

const specification = {
  ...{ name: "Mobile line", lifecycleStatus: "Launched" },
  productSpecCharacteristic: [
    value("ratingGroup", {
      ...{ ratingGroup: data, name: "data", unit: "octets" },
      ...{ quotaUnits: 5 * mebi, validityTimeSeconds: 3_600 },
    }),
  ],
};

const dataPrice = (euros: number) => ({
  ...{ name: `Data at ${euros}`, lifecycleStatus: "Launched", priceType: "usage" },
  price: { unit: "EUR", value: euros },
  unitOfMeasure: { amount: 1, units: "MiB" },
  prodSpecCharValueUse: [value("ratingGroup", data)],
});

const openOperator = async () => {
  const cleanUp = cleanUpOfTest();
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const store = await openStore({ url: redis.url, isCluster: false, onError: () => undefined });
  await checkInstallation(store, 1);
  await store.close();
  const network = cleanUp.add(networkClient([engine]));
  const charging = cleanUp.add(
    openEngineConnection({ url: endpointOf(engine), token: businessToken, log: silent }),
  );
  let parts: RouteParts | undefined;
  const doors = await openDoors(file.url, async (given) => {
    const clock = await openClockOfTest(given.database, redis.url);
    parts = partsOfTest(given, { clock, engine: charging.engine });
    return routesOf(parts).routes;
  });
  const workers = { ...doors, engine: charging.engine, now: Date.now, log: silent };
  cleanUp.add(startCatalogueWorkers(workers));
  return { doors, network, engine, balances: parts!.balances, cleanUp };
};

const make = async (doors: Doors, kind: string, body: object): Promise<string> => {
  const made = await doors.ask("POST", `${tmf620}/${kind}`, { actor: manager, body });
  expect([made.status, made.body.detail]).toEqual([201, undefined]);
  return made.body.id;
};

const settled = async (doors: Doors, path: string, state: string) => {
  const get = async () => (await doors.ask("GET", path, { actor: manager })).body;
  await until(`${path} is ${state}`, async () => (await get()).state === state);
  return get();
};

/** And until it is in effect. */
const publish = async (doors: Doors, treatments: readonly object[] = []) => {
  const path = "/api/catalogue/publications";
  const begun = await doors.ask("POST", path, { actor: manager, body: { treatments } });
  expect([begun.status, begun.body.errors]).toEqual([202, undefined]);
  const published = await settled(doors, `${path}/${begun.body.id}`, "published");
  await pause(Math.max(0, Date.parse(published.effectiveAt) - Date.now()) + 50);
};

test("a new price is previewed, published, sold and charged; owners keep the old", async () => {
  const { doors, network, balances, cleanUp } = await openOperator();
  const line = await make(doors, "productSpecification", specification);
  const price = await make(doors, "productOfferingPrice", dataPrice(0.01));
  const offering = await make(doors, "productOffering", {
    ...{ name: "Nordlicht Data", lifecycleStatus: "Launched" },
    productSpecification: { id: line },
    productOfferingPrice: [{ id: price }],
  });
  await publish(doors);

  /** Buys what is on sale now: the account as the catalogue has it, with ten euros. */
  const sell = async (accountId: string, owner: string) => {
    const inForce = await doors.transact.read(asker, (context) =>
      catalogueInForce(context, Date.now()),
    );
    const bought = productTerms(
      { ...inForce!, tariffs: [] },
      {
        ...{ offeringId: offering, productId: `product-${accountId}`, at: Date.now() },
        ...{ timeZone: "Europe/Berlin", subscribers: [`msisdn-${accountId}`] },
      },
    );
    if (!bought.isOk) throw new Error(bought.error[0]?.message);
    const profile = profileOf({
      ...{ accountId, currency: "EUR", timeZone: "Europe/Berlin" },
      ...{ subscriberIdentifiers: [`msisdn-${accountId}`], products: [bought.value] },
    });
    if (!profile.isOk) throw new Error(profile.error[0]?.what);
    // The line that pays by use brings no bucket of its own: the wallet is the account's.
    const withWallet = { ...profile.value, buckets: [bucketOf("main", "money")] };
    const opening = [{ bucketId: "main", amount: 10_000_000 }];
    const opened = await openAccounts(balances, asker, [{ profile: withWallet, owner, opening }]);
    expect(opened.isOk && opened.value[0]?.refusal).toBeUndefined();
  };
  /** What so many MiB of a session cost, in cents. */
  const use = async (accountId: string, sequence: number, mebis: number) => {
    const used = usageOf(data, mebi, sequence === 0 ? null : mebis * mebi);
    const message = sessionMessage(accountId, `session-${accountId}`, sequence, used);
    const answer = answered(
      await (sequence === 0 ? network.initiate(message) : network.update(message)),
    );
    return (answer as unknown as { cost: number }).cost / 10_000;
  };

  await sell("anna", "customer-anna");
  await use("anna", 0, 0);
  expect(await use("anna", 1, 3)).toBe(3);

  const drafted = await doors.ask("PATCH", `${tmf620}/productOfferingPrice/${price}`, {
    ...{ actor: manager, body: { price: { unit: "EUR", value: 0.05 } } },
  });
  expect([drafted.status, drafted.body.lifecycleStatus]).toEqual([200, "In design"]);
  const ledger = ledgerOfTest(cleanUp, { redisUrl: redis.url, databaseUrl: file.url });
  await untilCommitted(redis.client, file, 1);
  await ledger.stop();
  const span = {
    from: new Date(Date.now() - 3_600_000).toISOString(),
    until: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const previewed = await doors.ask("POST", "/api/catalogue/previews", {
    actor: manager,
    body: span,
  });
  const preview = await settled(doors, `/api/catalogue/previews/${previewed.body.id}`, "done");
  expect(preview.result.total).toMatchObject({ charged: 0.03, after: 0.15, difference: 0.12 });

  // Those who have it would pay it at once: not meant. The price stays, and the offering gets
  // a version with a price of its own.
  const rejected = await doors.ask("PATCH", drafted.body.href, {
    ...{ actor: manager, body: { lifecycleStatus: "Rejected" } },
  });
  expect(rejected.status, rejected.text).toBe(200);
  const dearer = await make(doors, "productOfferingPrice", dataPrice(0.05));
  const next = await doors.ask("PATCH", `${tmf620}/productOffering/${offering}`, {
    actor: manager,
    body: { lifecycleStatus: "Active", productOfferingPrice: [{ id: dearer }] },
  });
  expect(next.status, next.text).toBe(200);
  const unsaid = await doors.ask("POST", "/api/catalogue/publications", {
    actor: manager,
    body: {},
  });
  expect([unsaid.status, unsaid.body.errors[0].pointer]).toEqual([422, "/treatments"]);
  await publish(doors, [{ offeringId: offering, version: "1.0", treatment: "keep" }]);

  await sell("bruno", "customer-bruno");
  await use("bruno", 0, 0);
  expect(await use("bruno", 1, 3)).toBe(15);
  expect(await use("anna", 2, 3)).toBe(3);
  const seen = await doors.ask("GET", "/tmf-api/usageManagement/v4/usage", {
    actor: actorOf("self-care", { customerId: "customer-anna" }),
  });
  const owners = (seen.body as readonly { relatedParty: readonly { id: string }[] }[]).map(
    ({ relatedParty: [party] }) => party?.id,
  );
  expect(new Set(owners)).toEqual(new Set(["customer-anna"]));
});
