// Events in the outbox: with their transaction or not at all, in order, and bounded.

import { beforeEach, expect, onTestFinished, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import type { DomainEvent } from "../context.ts";
import { openDatabase } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { appendEvents } from "./index.ts";

const file = databaseOfFile();
beforeEach(async () => {
  await file.sql`TRUNCATE events, events_unspread`;
});

const eventOf = (resourceId: string, resource: unknown = { id: resourceId }): DomainEvent => ({
  eventType: "ProductOfferingCreateEvent",
  domain: "productCatalogManagement",
  resourceName: "productOffering",
  resourceId,
  resource,
});

const open = () => {
  const options = { url: file.url, name: "test", onError: () => undefined };
  const database = openDatabase(options);
  onTestFinished(database.close);
  return database;
};
const stamp = { now: 1_800_000_000_000, requestId: "request-1" };

test("events of a write are in the outbox in their order, each waiting to be spread", async () => {
  const events = Array.from({ length: 100 }, (_, at) =>
    eventOf(`${at}`, { id: `${at}`, name: "é\0" }),
  );
  await open().transact((client) => appendEvents(client, stamp, events));
  const rows = await file.sql`SELECT * FROM events JOIN events_unspread USING (position)
    ORDER BY position`;
  expect(rows.map((row) => row["resource_id"])).toEqual(events.map((one) => one.resourceId));
  expect(rows.map((row) => row["id"])).toEqual(rows.map((row) => row["id"]).sort());
  expect(rows[7]).toMatchObject({
    at: String(stamp.now),
    correlation_id: "request-1",
    event_type: "ProductOfferingCreateEvent",
    domain: "productCatalogManagement",
    resource_name: "productOffering",
    resource: JSON.stringify({ id: "7", name: "é\0" }),
  });
});

test("no event is told of what was not committed", async () => {
  const failed = open().transact(async (client) => {
    await appendEvents(client, stamp, [eventOf("1")]);
    throw new Error("the write fails");
  });
  await expect(failed).rejects.toThrow("the write fails");
  expect(await file.sql`SELECT * FROM events`).toEqual([]);
  expect(await file.sql`SELECT * FROM events_unspread`).toEqual([]);
});

test("of a resource that is too large its id and address are told", async () => {
  const name = "é".repeat(limits.eventBytesMax / 2);
  await appendEvents(open().statements, stamp, [
    eventOf("1", { id: "1", href: "/offering/1", name }),
    eventOf("2", { id: "2", href: 7, name }),
    eventOf("3", null),
  ]);
  const rows = await file.sql`SELECT resource FROM events ORDER BY position`;
  expect(rows.map((row) => JSON.parse(row["resource"] as string))).toEqual([
    { id: "1", href: "/offering/1" },
    { id: "2" },
    null,
  ]);
});
