// Webhooks and hubs through the doors: who may, what is shown, secrets, the log, replay, tests.

import { Webhook } from "standardwebhooks";
import { beforeEach, expect, test, vi } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf, openDoors } from "../../scripts/testing/doors-of-test.ts";
import {
  answering,
  type Received,
  startEventReceiver,
} from "../../scripts/testing/event-receiver.ts";
import { testCipher, testPolicy } from "../../scripts/testing/event-settings.ts";
import {
  clearEvents,
  publishOfferings,
  startTestEvents,
} from "../../scripts/testing/events-of-test.ts";
import { limits } from "../limits.ts";
import { callbackPolicy, hubRoutes, webhookRoutes } from "./index.ts";

const file = databaseOfFile();
beforeEach(() => clearEvents(file.sql));

const catalogue = {
  basePath: "/tmf-api/productCatalogManagement/v4",
  domain: "productCatalogManagement",
  tag: "Product catalog",
  eventTypes: ["ProductOfferingCreateEvent", "ProductOfferingDeleteEvent", "CatalogCreateEvent"],
};
const customers = {
  ...{ basePath: "/tmf-api/customerManagement/v4", domain: "customer", tag: "Customer" },
  eventTypes: ["CustomerCreateEvent"],
};
const open = (policy = testPolicy) =>
  openDoors(file.url, () => [
    ...webhookRoutes({ cipher: testCipher, policy }),
    ...hubRoutes(catalogue, policy),
    ...hubRoutes(customers, policy),
  ]);
const until = <T>(expectation: () => T | Promise<T>, timeout = 15_000) =>
  vi.waitFor(expectation, { timeout, interval: 50 });
const verify = (secret: string, { headers, text }: Received) =>
  new Webhook(secret).verify(text, headers as Record<string, string>);
const hub = `${catalogue.basePath}/hub`;

test("a webhook is signed with its secret, which is shown once and sealed at rest", async () => {
  const receiver = await startEventReceiver();
  const doors = await open();
  const made = await doors.ask("POST", "/api/webhooks", { body: { url: receiver.url } });
  const { id, secret } = made.body;
  expect([made.status, made.headers.get("location")]).toEqual([201, `/api/webhooks/${id}`]);
  const got = await doors.ask("GET", `/api/webhooks/${id}`);
  expect(got.body).toMatchObject({ id, url: receiver.url, state: "active", concurrency: 8 });
  expect(got.text + (await doors.ask("GET", "/api/webhooks")).text).not.toContain("whsec_");
  const rows = await file.sql`SELECT secret::text, (SELECT json_agg(audit_entries)::text
    FROM audit_entries) AS audit FROM event_subscriptions`;
  expect(JSON.stringify(rows)).not.toContain(secret);
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1", name: "é" }]);
  await until(() => expect(receiver.received).toHaveLength(1));
  const [received] = receiver.received;
  expect(verify(secret, received!)).toMatchObject({
    ...{ eventType: "ProductOfferingCreateEvent", domain: "productCatalogManagement" },
    ...{ eventId: received!.id, correlationId: "request-1" },
    event: { productOffering: { id: "1", name: "é" } },
  });
});

test("after a rotation both secrets verify for as long as was said, then the new one", async () => {
  const receiver = await startEventReceiver();
  const doors = await open();
  const made = await doors.ask("POST", "/api/webhooks", { body: { url: receiver.url } });
  const { id, secret } = made.body;
  const rotate = (seconds: number) =>
    doors.ask("POST", `/api/webhooks/${id}/rotate`, { body: { previousValidSeconds: seconds } });
  const rotated = (await rotate(3_600)).body.secret;
  const worker = startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(() => expect(receiver.received).toHaveLength(1));
  const [first] = receiver.received;
  expect(String(first!.headers["webhook-signature"]).split(" ")).toHaveLength(2);
  verify(secret, first!);
  verify(rotated, first!);
  await worker.stop();
  // An hour later.
  startTestEvents(file.url, { now: () => Date.now() + 3_601_000 });
  await publishOfferings(file.url, [{ id: "2" }]);
  await until(() => expect(receiver.received).toHaveLength(2));
  verify(rotated, receiver.received[1]!);
  expect(() => verify(secret, receiver.received[1]!)).toThrow("No matching signature");
});

test("the log pages through deliveries; one or a span is replayed with its id", async () => {
  const receiver = await startEventReceiver();
  const doors = await open();
  const { id } = (await doors.ask("POST", "/api/webhooks", { body: { url: receiver.url } })).body;
  startTestEvents(file.url);
  const from = new Date(Date.now() - 1_000).toISOString();
  await publishOfferings(
    file.url,
    Array.from({ length: 5 }, (_, at) => ({ id: `${at}` })),
  );
  const log = async (query: string) =>
    (await doors.ask("GET", `/api/webhooks/${id}/deliveries?${query}`)).body;
  await until(async () => expect((await log("state=delivered")).items).toHaveLength(5));
  const first = await log("limit=3");
  const second = await log(`limit=3&cursor=${first.next}`);
  const all = [...first.items, ...second.items];
  expect(all.map(({ resourceId }) => resourceId)).toEqual(["4", "3", "2", "1", "0"]);
  expect(second.next).toBeUndefined();
  expect(all[0]).toMatchObject({ state: "delivered", attempts: 1, responseCode: 204 });

  const one = await doors.ask("POST", `/api/webhooks/${id}/deliveries/${all[1].id}/replay`);
  expect(one.status).toBe(202);
  await until(() => expect(receiver.received).toHaveLength(6));
  expect(receiver.received[5]?.id).toBe(all[1].eventId);
  const to = new Date(Date.now() + 1_000).toISOString();
  const replay = (body: object) => doors.ask("POST", `/api/webhooks/${id}/replay`, { body });
  expect((await replay({ from, to })).body).toEqual({ replayed: 0, isMore: false });
  const delivered = await replay({ from, to, states: ["delivered"] });
  expect(delivered.body).toEqual({ replayed: 5, isMore: false });
  await until(() => expect(receiver.received).toHaveLength(11));
  expect((await replay({ from: to, to: from })).body.replayed).toBe(0);
  const none = await doors.ask("POST", `/api/webhooks/${id}/deliveries/999999/replay`);
  expect(none.status).toBe(404);
});

test("a test event goes to its webhook alone, whatever that has subscribed to", async () => {
  const [asked, other] = await Promise.all([startEventReceiver(), startEventReceiver()]);
  const doors = await open();
  const body = { url: asked.url, eventTypes: ["ProductOfferingDeleteEvent"] };
  const { id } = (await doors.ask("POST", "/api/webhooks", { body })).body;
  await doors.ask("POST", "/api/webhooks", { body: { url: other.url } });
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }]);
  expect((await doors.ask("POST", `/api/webhooks/${id}/test`)).status).toBe(202);
  await until(() => expect(asked.received).toHaveLength(1));
  expect(asked.received[0]?.body.eventType).toBe("WebhookTestEvent");
  await until(() => expect(other.received).toHaveLength(1));
  expect(other.received[0]?.body.eventType).toBe("ProductOfferingCreateEvent");
});

test("one that was disabled gets nothing, and what is left once it is active again", async () => {
  const receiver = await startEventReceiver(answering(500));
  const doors = await open();
  const { id } = (await doors.ask("POST", "/api/webhooks", { body: { url: receiver.url } })).body;
  startTestEvents(file.url);
  await publishOfferings(file.url, [{ id: "1" }]);
  await until(() => expect(receiver.received).toHaveLength(1));
  const change = (body: object) => doors.ask("PATCH", `/api/webhooks/${id}`, { body });
  expect((await change({ state: "disabled" })).body.stateReason).toBe("by test");
  expect((await doors.ask("POST", `/api/webhooks/${id}/test`)).status).toBe(409);
  await publishOfferings(file.url, [{ id: "2" }]);
  receiver.behave(answering(200));
  await file.sql`UPDATE event_deliveries SET due_at = 0`;
  await until(async () => expect(await file.sql`SELECT * FROM events_unspread`).toEqual([]));
  expect((await change({ state: "active" })).body).toMatchObject({ state: "active", failures: 0 });
  await until(() => expect(receiver.received).toHaveLength(2));
  expect(receiver.received[1]?.body.event.productOffering.id).toBe("1");
});

test("who may not read something is neither told of it nor shown who is", async () => {
  const doors = await open();
  const manager = actorOf("catalogue-manager");
  const url = "http://127.0.0.1:9/";
  const ask = (body: object) => doors.ask("POST", "/api/webhooks", { body, actor: manager });
  expect((await ask({ url, domains: ["customer"] })).status).toBe(403);
  const own = (await ask({ url })).body;
  expect(own.domains).toEqual(["eventManagement", "productCatalogManagement"]);
  const all = (await doors.ask("POST", "/api/webhooks", { body: { url } })).body;
  const got = await doors.ask("GET", `/api/webhooks/${all.id}`, { actor: manager });
  expect(got.status).toBe(404);
  const seen = await doors.ask("GET", "/api/webhooks", { actor: manager });
  expect(seen.body.items.map(({ id }: { id: string }) => id)).toEqual([own.id]);
  const listener = { callback: url };
  const hubs = [hub, `${customers.basePath}/hub`];
  const statuses = await Promise.all(
    hubs.map((path) => doors.ask("POST", path, { body: listener, actor: manager })),
  );
  expect(statuses.map(({ status }) => status)).toEqual([201, 403]);
  const agent = { actor: actorOf("care-agent") };
  expect((await doors.ask("GET", "/api/webhooks", agent)).status).toBe(403);
  const scoped = actorOf("administrator", { scopes: ["event:subscribe", "party:read"] });
  const key = await doors.ask("POST", "/api/webhooks", { body: { url }, actor: scoped });
  expect(key.body.domains).toEqual(["eventManagement", "party", "partyRole"]);
});

test("a hub's listener gets what its query lets through, unsigned, until it leaves", async () => {
  const receiver = await startEventReceiver();
  const doors = await open();
  const query = "eventType=ProductOfferingCreateEvent&productOffering.lifecycleStatus=Active";
  const body = { callback: receiver.url, query };
  const made = await doors.ask("POST", hub, { body });
  expect([made.status, made.body]).toEqual([201, { id: made.body.id, ...body }]);
  expect(made.headers.get("location")).toBe(`${hub}/${made.body.id}`);
  expect((await doors.ask("GET", `${hub}/${made.body.id}`)).body).toEqual(made.body);
  const elsewhere = await doors.ask("GET", `${customers.basePath}/hub/${made.body.id}`);
  expect(elsewhere.status).toBe(404);
  startTestEvents(file.url);
  const draft = { id: "1", lifecycleStatus: "In design" };
  await publishOfferings(file.url, [draft, { id: "2", lifecycleStatus: "Active" }]);
  await until(() => expect(receiver.received).toHaveLength(1));
  expect(receiver.received[0]?.body.event.productOffering.id).toBe("2");
  expect(receiver.received[0]?.headers).not.toHaveProperty("webhook-signature");
  expect((await doors.ask("DELETE", `${hub}/${made.body.id}`)).status).toBe(204);
  expect((await doors.ask("DELETE", `${hub}/${made.body.id}`)).status).toBe(404);
  await publishOfferings(file.url, [{ id: "3", lifecycleStatus: "Active" }]);
  await until(async () => expect(await file.sql`SELECT * FROM events_unspread`).toEqual([]));
  expect(receiver.received).toHaveLength(1);
});

test.each([
  [{ callback: "http://127.0.0.1:9/", query: "eventType=CustomerCreateEvent" }, "no events"],
  [{ callback: "http://127.0.0.1:9/", query: "customer.id=7" }, "no event is about a customer"],
  [{ callback: "http://127.0.0.1:9/", query: "fields" }, "is no condition"],
  [{ callback: "http://10.0.0.1/" }, "no address of the public internet"],
  [{ callback: "ftp://127.0.0.1/" }, "no https URL"],
  [{ callback: "http://me:word@127.0.0.1/" }, "credentials"],
  [{ callback: 7 }, ""],
  [{ callback: "http://127.0.0.1:9/", other: 1 }, ""],
])("a hub refuses %j", async (body, words) => {
  const refused = await (await open()).ask("POST", hub, { body });
  expect([refused.status, refused.body.errors]).toEqual([400, [expect.anything()]]);
  expect(refused.body.detail).toContain(words);
});

test("without leave for http and private networks neither is taken", async () => {
  const doors = await open(callbackPolicy(false, []));
  const statuses = ["http://example.com/", "https://127.0.0.1/", "https://example.com/"].map(
    async (url) => (await doors.ask("POST", "/api/webhooks", { body: { url } })).status,
  );
  expect(await Promise.all(statuses)).toEqual([400, 400, 201]);
});

test("there are not more subscriptions than spreading can look at", async () => {
  await file.sql`INSERT INTO event_subscriptions (id, kind, callback, description, domains, query,
      owner, state, concurrency, created_at, updated_at, failures, paused_until)
    SELECT gen_random_uuid(), 'hub', 'https://x/', '', '{}', '', 'user:x', 'active', 1, 0, 0, 0, 0
    FROM generate_series(1, ${limits.subscriptionsMax})`;
  const body = { url: "http://127.0.0.1:9/" };
  expect((await (await open()).ask("POST", "/api/webhooks", { body })).status).toBe(422);
});

test("what lets somebody in at a callback is not in the audit, that it changed is", async () => {
  const doors = await open();
  const url = "https://hooks.example/services/s3cr3t?token=t0ken";
  const { body } = await doors.ask("POST", "/api/webhooks", { body: { url } });
  expect(body.url).toBe(url);
  const path = `/api/webhooks/${body.id}`;
  const patch = { type: "application/merge-patch+json", body: { url: `${url}2` } };
  expect((await doors.ask("PATCH", path, patch)).body.url).toBe(`${url}2`);
  expect((await doors.ask("DELETE", path)).status).toBe(204);
  const listener = await doors.ask("POST", hub, { body: { callback: url } });
  expect(listener.status, listener.text).toBe(201);
  expect((await doors.ask("DELETE", `${hub}/${listener.body.id}`)).status).toBe(204);
  const entries = await file.sql`SELECT before, after FROM audit_entries
    WHERE entity_id IN (${body.id}, ${listener.body.id}) ORDER BY id`;
  expect(entries).toHaveLength(5);
  expect(JSON.stringify(entries)).not.toMatch(/s3cr3t|t0ken/);
  const { before, after } = entries[1] as Record<string, { readonly url: string }>;
  expect([before!.url, after!.url].map((one) => one.slice(0, 23))).toEqual(
    Array(2).fill("https://hooks.example/…"),
  );
  expect(before!.url).not.toBe(after!.url);
});
