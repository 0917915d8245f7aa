// Events from a write to subscribers on real sockets, however these behave.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { makeCertificates } from "../../scripts/testing/certificates.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { openDoors } from "../../scripts/testing/doors-of-test.ts";
import { answering, startEventReceiver } from "../../scripts/testing/event-receiver.ts";
import { testCipher, testPolicy } from "../../scripts/testing/event-settings.ts";
import {
  clearEvents,
  publishOfferings,
  startTestEvents,
} from "../../scripts/testing/events-of-test.ts";
import { limits } from "../limits.ts";
import { webhookRoutes } from "./index.ts";

const file = databaseOfFile();
beforeEach(() => clearEvents(file.sql));

const tools = { cipher: testCipher, policy: testPolicy };
const open = () => openDoors(file.url, () => webhookRoutes(tools));
const until = <T>(expectation: () => T | Promise<T>, timeout = 15_000) =>
  vi.waitFor(expectation, { timeout, interval: 50 });
const idsOf = (received: readonly { readonly body: { event: Record<string, { id: string }> } }[]) =>
  received.map(({ body }) => body.event["productOffering"]!.id);

const subscribe = async (url: string, rest: object = {}): Promise<string> => {
  const made = await (await open()).ask("POST", "/api/webhooks", { body: { url, ...rest } });
  expect(made.text).toContain("whsec_");
  return made.body.id;
};
const deliveries = () => file.sql`SELECT * FROM event_deliveries ORDER BY subscription, position`;

test("an event arrives within a second, once", async () => {
  const receiver = await startEventReceiver();
  await subscribe(receiver.url);
  startTestEvents(file.url);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = Date.now();
  await publishOfferings(file.url, [{ id: "1" }, { id: "2" }]);
  await until(() => expect(idsOf(receiver.received).sort()).toEqual(["1", "2"]));
  expect(Date.now() - before).toBeLessThan(1_000);
  await until(async () => {
    const rows = await deliveries();
    expect(rows.map((row) => row["state"])).toEqual(["delivered", "delivered"]);
  });
  expect(receiver.received).toHaveLength(2);
});

test("a resource's events arrive in their order, though half of the answers fail", async () => {
  let asked = 0;
  const receiver = await startEventReceiver((received, response) => {
    answering(asked++ % 2 === 1 ? 200 : 500)(received, response);
  });
  await subscribe(receiver.url);
  // Everything that is due later is due now. It waits for no row: a worker whose write ended in a
  // deadlock with it would make its deliveries again.
  const hurry = setInterval(() => {
    void file.sql`UPDATE event_deliveries SET due_at = 0 WHERE ctid IN (
      SELECT ctid FROM event_deliveries WHERE state = 'pending' FOR UPDATE SKIP LOCKED)`.catch(
      () => 0,
    );
    void file.sql`UPDATE event_subscriptions SET paused_until = 0`.catch(() => 0);
  }, 100);
  onTestFinished(() => clearInterval(hurry));
  startTestEvents(file.url);
  for (let at = 0; at < 2; at++) {
    const page = Array.from({ length: 20 }, (_, n) => ({ id: `${n % 4}`, version: at * 20 + n }));
    await publishOfferings(file.url, page);
  }
  await until(async () => {
    const rows = await deliveries();
    expect(rows.filter((row) => row["state"] === "delivered")).toHaveLength(40);
  }, 40_000);
  // By the first time that each was seen: what failed comes again, what follows waits for it.
  for (const id of ["0", "1", "2", "3"]) {
    const versions = receiver.received
      .map(({ body }) => body.event.productOffering)
      .filter((offering) => offering.id === id)
      .map(({ version }) => version as number);
    expect([...new Set(versions)]).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  }
});

test("who hangs holds up nobody, and is given up after its time", async () => {
  const hanging = await startEventReceiver(() => undefined);
  const quick = await startEventReceiver();
  await subscribe(hanging.url, { concurrency: 2 });
  await subscribe(quick.url);
  startTestEvents(file.url);
  const offerings = Array.from({ length: 300 }, (_, at) => ({ id: `${at}` }));
  await publishOfferings(file.url, offerings);
  await until(() => expect(new Set(idsOf(quick.received)).size).toBe(300), 8_000);
  expect(hanging.atOnceMax()).toBe(2);
  await until(async () => {
    const failed = (await deliveries()).filter((row) => row["attempts"] > 0 && row["excerpt"]);
    expect(failed.map((row) => row["excerpt"])).toContain("no answer in time");
  }, limits.callbackMsMax + 5_000);
});

test.each([
  [
    "a reset",
    undefined,
    (_: unknown, response: { socket: { resetAndDestroy(): void } }) =>
      response.socket.resetAndDestroy(),
  ],
  ["500", 500, answering(500, {}, "it is\0 broken")],
  ["a redirect", 302, answering(302, { location: "http://127.0.0.1:1/" })],
  ["304", 304, answering(304)],
] as const)("%s is a failure that is tried again", async (_, code, behave) => {
  const receiver = await startEventReceiver(behave as Parameters<typeof startEventReceiver>[0]);
  await subscribe(receiver.url);
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(async () => {
    const [row] = await deliveries();
    expect(row).toMatchObject({ state: "pending", attempts: 1, response_code: code ?? null });
    const waits = Number(row?.["due_at"]) - Number(row?.["attempted_at"]);
    expect(waits).toBeGreaterThanOrEqual(4_000);
    expect(waits).toBeLessThan(7_000);
  });
  if (code === 500) expect((await deliveries())[0]?.["excerpt"]).toBe("it is  broken");
  receiver.behave(answering(200));
  await until(async () => expect((await deliveries())[0]).toMatchObject({ state: "delivered" }));
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
});

test("of an answer without an end 4 KiB are read, and its status counts", async () => {
  let written = 0;
  const receiver = await startEventReceiver((_, response) => {
    response.writeHead(200);
    const more = setInterval(() => {
      written += 16_384;
      response.write("x".repeat(16_384));
    }, 1);
    response.on("close", () => clearInterval(more));
  });
  await subscribe(receiver.url);
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(async () => {
    const [row] = await deliveries();
    expect(row).toMatchObject({ state: "delivered", response_code: 200 });
    expect(row?.["excerpt"]).toHaveLength(limits.callbackExcerptCharactersMax);
  });
  expect(written).toBeLessThan(10_000_000);
});

test("410 disables at once, with an event; nothing is sent any more", async () => {
  const gone = await startEventReceiver(answering(410));
  const other = await startEventReceiver();
  const id = await subscribe(gone.url);
  await subscribe(other.url, { eventTypes: ["SubscriptionDisabledEvent"] });
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(() => expect(other.received).toHaveLength(1));
  expect(other.received[0]?.body).toMatchObject({
    domain: "eventManagement",
    event: { subscription: { id, state: "disabled", stateReason: "it answered 410 Gone" } },
  });
  await publishOfferings(file.url, [{ id: "2" }]);
  const doors = await open();
  expect((await doors.ask("GET", `/api/webhooks/${id}`)).body.state).toBe("disabled");
  expect(gone.received).toHaveLength(1);
  const [entry] = await file.sql`SELECT * FROM audit_entries WHERE entity_id = ${id}
    AND action = 'update'`;
  expect(entry).toMatchObject({ actor_name: "events", entity: "webhook" });
});

test("who fails again and again pauses, is asked one at a time, then gets everything", async () => {
  const receiver = await startEventReceiver(answering(503));
  await subscribe(receiver.url);
  startTestEvents(file.url);
  const offerings = Array.from({ length: 100 }, (_, at) => ({ id: `${at}` }));
  await publishOfferings(file.url, offerings);
  await until(async () => {
    const [row] = await file.sql`SELECT * FROM event_subscriptions`;
    expect(Number(row?.["paused_until"])).toBeGreaterThan(Date.now());
  });
  // Those that were under way at once, and no more.
  expect(receiver.received.length).toBeLessThanOrEqual(limits.concurrencyDefault + 4);
  receiver.behave(answering(200));
  await until(async () => {
    expect((await deliveries()).every((row) => row["state"] === "delivered")).toBe(true);
  }, 30_000);
});

test("Retry-After pauses the whole subscription for as long as it asks", async () => {
  const receiver = await startEventReceiver(answering(429, { "retry-after": "60" }));
  await subscribe(receiver.url, { concurrency: 1 });
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }, { id: "2" }]);
  await until(async () => {
    const [row] = await file.sql`SELECT * FROM event_subscriptions`;
    const left = Number(row?.["paused_until"]) - Date.now();
    expect(left).toBeGreaterThan(50_000);
  });
  expect(receiver.received).toHaveLength(1);
});

test("a name that leads to a private address, too, is not called", async () => {
  const receiver = await startEventReceiver();
  const { port } = new URL(receiver.url);
  await subscribe(`http://rebound.example:${port}/`);
  const resolve = async () => [
    { address: "127.0.0.1", family: 4 },
    { address: "10.0.0.1", family: 4 },
  ];
  startTestEvents(file.url, { resolve });
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(async () => {
    const [row] = await deliveries();
    expect(row).toMatchObject({ state: "pending", attempts: 1, response_code: null });
    expect(row?.["excerpt"]).toBe("the name leads to an address that is not called");
  });
  expect(receiver.received).toEqual([]);
});

test("a name is called at the address that was judged", async () => {
  const receiver = await startEventReceiver();
  const { port } = new URL(receiver.url);
  await subscribe(`http://receiver.example:${port}/`);
  let asked = 0;
  // The second answer would be another one: nobody asks a second time.
  const resolve = async () => [{ address: asked++ === 0 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
  startTestEvents(file.url, { resolve });
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(() => expect(receiver.received).toHaveLength(1));
  expect(asked).toBe(1);
});

test("a certificate that nobody vouches for gets no event", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-events-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { server: files } = makeCertificates(folder);
  let asked = 0;
  const options = { key: readFileSync(files.keyFile), cert: readFileSync(files.certificateFile) };
  const server = createServer(options, (_, response) => {
    asked++;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  await subscribe(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(async () => {
    const [row] = await deliveries();
    expect(row).toMatchObject({ state: "pending", attempts: 1, response_code: null });
    expect(row?.["excerpt"]).toContain("certificate");
  });
  expect(asked).toBe(0);
});
