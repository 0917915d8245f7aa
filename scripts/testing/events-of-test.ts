// Workers of the events in a test's own process and in others, and events for them.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { openDatabase } from "../../bss/db/connection.ts";
import {
  appendEvents,
  type EventsOptions,
  type EventsWorker,
  startEvents,
} from "../../bss/events/index.ts";
import { createLog } from "../../bss/log.ts";
import { testCipher, testPolicy } from "./event-settings.ts";
import type { Sql } from "./sql.ts";

export type TestEvents = EventsWorker & { readonly lines: readonly string[] };

/** Stopped with the test, or before. */
export const startTestEvents = (url: string, rest: Partial<EventsOptions> = {}): TestEvents => {
  const options = { url, name: "test events", onError: () => undefined };
  const database = openDatabase(options);
  const lines: string[] = [];
  const log = createLog("debug", { write: (line: string) => void lines.push(line) });
  const worker = startEvents({
    ...{ database, databaseUrl: url, now: Date.now, wallNow: Date.now, log },
    ...{ cipher: testCipher, policy: testPolicy },
    ...rest,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= worker.stop().then(database.close);
    return stopped;
  };
  onTestFinished(stop);
  return { ...worker, lines, stop };
};

export type TestEvent = { readonly id: string; readonly [name: string]: unknown };

/** As a write of the catalogue publishes them: offerings that were created, all at once. */
export const publishOfferings = async (
  url: string,
  offerings: readonly TestEvent[],
): Promise<void> => {
  const database = openDatabase({ url, name: "test publisher", onError: () => undefined });
  const events = offerings.map((resource) => ({
    ...{ eventType: "ProductOfferingCreateEvent", domain: "productCatalogManagement" },
    ...{ resourceName: "productOffering", resourceId: resource.id, resource },
  }));
  await database.transact((client) =>
    appendEvents(client, { now: Date.now(), requestId: "request-1" }, events),
  );
  await database.close();
};

export const clearEvents = (sql: Sql) => sql`
  TRUNCATE events, events_unspread, event_deliveries, event_subscriptions`;

/** Killed with the test, or before. */
export const startEventsProcess = async (url: string): Promise<ChildProcess> => {
  const program = fileURLToPath(new URL("events-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout!, "data");
  return child;
};
