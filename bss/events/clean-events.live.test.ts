// What is old goes, and nothing that somebody still waits for; and when a delivery or subscription
// is given up.

import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { answering, startEventReceiver } from "../../scripts/testing/event-receiver.ts";
import { testCipher } from "../../scripts/testing/event-settings.ts";
import {
  clearEvents,
  publishOfferings,
  startTestEvents,
} from "../../scripts/testing/events-of-test.ts";
import { openDatabase } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { secretPurpose } from "./cipher.ts";
import { cleanEventsOnce } from "./clean-events.ts";
import { makeSecret } from "./signatures.ts";
import { spreadEvents } from "./spread-events.ts";

const file = databaseOfFile();
beforeEach(() => clearEvents(file.sql));

const open = () => {
  const database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  onTestFinished(database.close);
  return database;
};
const subscribe = async (callback = "http://127.0.0.1:9/"): Promise<number> => {
  const secret = testCipher.seal(makeSecret(), secretPurpose);
  const [row] = await file.sql`INSERT INTO event_subscriptions (id, kind, callback, description,
      domains, query, owner, state, secret, concurrency, created_at, updated_at, failures,
      paused_until)
    VALUES (gen_random_uuid(), 'webhook', ${callback}, '', '{productCatalogManagement}', '',
      'user:x', 'active', ${secret}, 8, 0, 0, 0, 0) RETURNING number`;
  return row?.["number"];
};
const until = <T>(expectation: () => T | Promise<T>) =>
  vi.waitFor(expectation, { timeout: 15_000, interval: 50 });
const idsLeft = async () =>
  (await file.sql`SELECT resource_id AS id FROM events ORDER BY position`).map(({ id }) => id);
const later = Date.now() + limits.eventsKeptMs + 60_000;

test("old events go with their deliveries, except what is unspread or pending", async () => {
  const database = open();
  await publishOfferings(file.url, [{ id: "nobody's" }]);
  await spreadEvents(database, Date.now());
  await subscribe();
  await publishOfferings(file.url, [{ id: "delivered" }, { id: "pending" }]);
  await spreadEvents(database, Date.now());
  await file.sql`UPDATE event_deliveries SET state = 'delivered' WHERE position =
    (SELECT position FROM events WHERE resource_id = 'delivered')`;
  await publishOfferings(file.url, [{ id: "unspread" }]);
  expect(await cleanEventsOnce(database, Date.now())).toBe(0);
  expect(await cleanEventsOnce(database, later)).toBe(3);
  expect(await idsLeft()).toEqual(["pending", "unspread"]);
  expect(await file.sql`SELECT state FROM event_deliveries`).toEqual([{ state: "pending" }]);
});

test("a deleted subscription goes with all that it had, a step at a time", async () => {
  const database = open();
  const number = await subscribe();
  const many = Array.from({ length: limits.cleaningRowsMax + 1 }, (_, at) => ({ id: `${at}` }));
  await publishOfferings(file.url, many);
  while ((await spreadEvents(database, Date.now()))?.isFull) expect(number).toBeGreaterThan(0);
  await file.sql`UPDATE event_subscriptions SET state = 'deleted'`;
  expect(await cleanEventsOnce(database, Date.now())).toBe(limits.cleaningRowsMax);
  expect(await file.sql`SELECT number FROM event_subscriptions`).toEqual([{ number }]);
  expect(await cleanEventsOnce(database, Date.now())).toBe(1);
  expect(await file.sql`SELECT * FROM event_subscriptions`).toEqual([]);
  expect((await idsLeft()).length).toBe(many.length);
});

test("after its last attempt a delivery is dead, and what waited behind it comes", async () => {
  const receiver = await startEventReceiver(({ body }, response) => {
    answering(body.event.productOffering.version === 1 ? 500 : 200)(body, response);
  });
  await subscribe(receiver.url);
  await publishOfferings(file.url, [
    { id: "1", version: 1 },
    { id: "1", version: 2 },
  ]);
  await spreadEvents(open(), Date.now());
  await file.sql`UPDATE event_deliveries SET attempts = 9 WHERE position =
    (SELECT min(position) FROM events)`;
  startTestEvents(file.url);
  await until(async () => {
    const rows = await file.sql`SELECT state, attempts FROM event_deliveries ORDER BY position`;
    expect(rows).toEqual([
      { state: "dead", attempts: 10 },
      { state: "delivered", attempts: 1 },
    ]);
  });
});

test("a subscription of which every attempt has failed for five days is disabled", async () => {
  const receiver = await startEventReceiver(answering(500));
  await subscribe(receiver.url);
  const since = Date.now() - limits.subscriptionFailingMsMax - 1_000;
  await file.sql`UPDATE event_subscriptions SET failures = 7, failing_since = ${since}`;
  await publishOfferings(file.url, [{ id: "1" }]);
  startTestEvents(file.url);
  await until(async () => {
    const [row] = await file.sql`SELECT state, state_reason FROM event_subscriptions`;
    expect(row?.["state"]).toBe("disabled");
    expect(row?.["state_reason"]).toContain("every attempt has failed since");
  });
  const [told] = await file.sql`SELECT * FROM events WHERE domain = 'eventManagement'`;
  expect(told).toMatchObject({ event_type: "SubscriptionDisabledEvent" });
});
