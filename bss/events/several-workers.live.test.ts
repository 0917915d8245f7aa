// Several processes at the same outbox, and one of them killed in the middle of its work.

import { once } from "node:events";
import { beforeEach, expect, test, vi } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { openDoors } from "../../scripts/testing/doors-of-test.ts";
import { startEventReceiver } from "../../scripts/testing/event-receiver.ts";
import { testCipher, testPolicy } from "../../scripts/testing/event-settings.ts";
import {
  clearEvents,
  publishOfferings,
  startEventsProcess,
  startTestEvents,
} from "../../scripts/testing/events-of-test.ts";
import { webhookRoutes } from "./index.ts";

const file = databaseOfFile();
beforeEach(() => clearEvents(file.sql));

const until = <T>(expectation: () => T | Promise<T>, timeout = 20_000) =>
  vi.waitFor(expectation, { timeout, interval: 50 });
const subscribe = async (...urls: readonly string[]) => {
  const routes = webhookRoutes({ cipher: testCipher, policy: testPolicy });
  const doors = await openDoors(file.url, () => routes);
  for (const url of urls) await doors.ask("POST", "/api/webhooks", { body: { url } });
};
const versionsOf = (
  received: readonly { readonly body: { event: Record<string, { version: number }> } }[],
) => received.map(({ body }) => body.event["productOffering"]!.version);

test("two share the subscriptions; each event arrives once at each, in its order", async () => {
  const receivers = await Promise.all([1, 2, 3, 4].map(() => startEventReceiver()));
  await subscribe(...receivers.map(({ url }) => url));
  const workers = [startTestEvents(file.url), startTestEvents(file.url)];
  await until(() => expect(workers.map((one) => one.status().claimed)).toEqual([2, 2]));
  for (let page = 0; page < 10; page++) {
    const all = Array.from({ length: 30 }, (_, at) => ({ id: "one", version: page * 30 + at }));
    await publishOfferings(file.url, all);
  }
  const expected = Array.from({ length: 300 }, (_, at) => at);
  for (const { received } of receivers) {
    await until(() => expect(versionsOf(received)).toEqual(expected));
  }
});

test("what one leaves the other takes up, without an event lost or sent once more", async () => {
  const receivers = await Promise.all([1, 2].map(() => startEventReceiver()));
  await subscribe(...receivers.map(({ url }) => url));
  const workers = [startTestEvents(file.url), startTestEvents(file.url)] as const;
  await until(() => expect(workers.map((one) => one.status().claimed)).toEqual([1, 1]));
  await workers[0].stop();
  await publishOfferings(file.url, [{ id: "1", version: 1 }]);
  await until(() => {
    expect(receivers.map(({ received }) => versionsOf(received))).toEqual([[1], [1]]);
  });
});

test("what a killed process had under way is delivered again, with the same id", async () => {
  let isDeaf = true;
  const receiver = await startEventReceiver((_, response) => {
    if (!isDeaf) response.writeHead(204).end();
  });
  await subscribe(receiver.url);
  const process = await startEventsProcess(file.url);
  await publishOfferings(file.url, [
    { id: "1", version: 1 },
    { id: "1", version: 2 },
    { id: "2", version: 3 },
  ]);
  await until(() => expect(versionsOf(receiver.received).sort()).toEqual([1, 3]));
  const exited = once(process, "exit");
  process.kill("SIGKILL");
  await exited;
  isDeaf = false;
  startTestEvents(file.url);
  await until(() => {
    expect(versionsOf(receiver.received.slice(2)).sort()).toEqual([1, 2, 3]);
  });
  const ids = receiver.received.map(({ id }) => id);
  expect(new Set(ids).size).toBe(3);
  await until(async () => {
    const rows = await file.sql`SELECT DISTINCT state FROM event_deliveries`;
    expect(rows).toEqual([{ state: "delivered" }]);
  });
});

test("what is stopped in order is made again, and counted as no failure", async () => {
  const receiver = await startEventReceiver(() => undefined);
  await subscribe(receiver.url);
  const first = startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1", version: 1 }]);
  await until(() => expect(receiver.received).toHaveLength(1));
  const before = Date.now();
  await first.stop();
  expect(Date.now() - before).toBeLessThan(2_000);
  const [row] = await file.sql`SELECT * FROM event_deliveries`;
  expect(row).toMatchObject({ state: "pending", attempts: 0 });
});

test("the worker goes on when its connections are ended", async () => {
  const receiver = await startEventReceiver();
  await subscribe(receiver.url);
  const worker = startTestEvents(file.url);
  await until(() => expect(worker.status().claimed).toBe(1));
  await file.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND application_name LIKE '%event%'`;
  await publishOfferings(file.url, [{ id: "1", version: 1 }]);
  await until(() => expect(versionsOf(receiver.received)).toEqual([1]));
});
