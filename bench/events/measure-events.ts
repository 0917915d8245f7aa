// Events through each of their steps: written by transactions of their own, spread, delivered to
// one subscriber. Each step begins when the one before has ended, so that each has its own figure.

import type { Database } from "../../bss/db/connection.ts";
import { appendEvents, startEvents } from "../../bss/events/index.ts";
import { spreadEvents } from "../../bss/events/spread-events.ts";
import { createLog } from "../../bss/log.ts";
import { assert } from "../../engine/values/assert.ts";
import { testCipher, testPolicy } from "../../scripts/testing/event-settings.ts";
import type { RunningPostgres } from "../../scripts/testing/postgres-server.ts";
import { postgresMicros } from "../ledger/usage.ts";
import { pidOf } from "../system/bench-redis.ts";
import type { BenchReceiver } from "./start-receiver.ts";

export type Step = {
  readonly events: number;
  readonly seconds: number;
  readonly ownUs: number;
  readonly postgresUs: number;
};

export type EventsPlace = {
  readonly postgres: RunningPostgres;
  readonly database: Database;
  readonly receiver: BenchReceiver;
};

const writersAtOnce = 8;

const measureStep = async (
  { postgres }: EventsPlace,
  events: number,
  step: () => Promise<void>,
): Promise<Step> => {
  const first = pidOf(postgres.process);
  const postgresBefore = postgresMicros(first);
  const before = process.cpuUsage();
  const beganAt = performance.now();
  await step();
  const seconds = (performance.now() - beganAt) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const postgresUs = postgresMicros(first) - postgresBefore;
  return { events, seconds, ownUs: user + system, postgresUs };
};

/** About 600 octets of JSON, of one of a thousand resources. */
const eventOf = (at: number) => ({
  ...{ eventType: "ProductOfferingCreateEvent", domain: "productCatalogManagement" },
  ...{ resourceName: "productOffering", resourceId: String(at % 1_000) },
  resource: {
    ...{ id: String(at % 1_000), version: at, lifecycleStatus: "Active" },
    description: "x".repeat(500),
  },
});

/** `isTold`: with a NOTIFY in each transaction, which is not done (bss/events/README.md). */
export const measureWriting = (
  place: EventsPlace,
  events: number,
  isTold: boolean,
): Promise<Step> =>
  measureStep(place, events, async () => {
    let next = 0;
    const write = async () => {
      for (let at = next++; at < events; at = next++) {
        await place.database.transact(async (client) => {
          await appendEvents(client, { now: Date.now(), requestId: "bench" }, [eventOf(at)]);
          if (isTold) await client.query("SELECT pg_notify('bench', '')");
        });
      }
    };
    await Promise.all(Array.from({ length: writersAtOnce }, write));
  });

/** Of all that is not spread. */
export const measureSpreading = (place: EventsPlace, events: number): Promise<Step> =>
  measureStep(place, events, async () => {
    let spread = 0;
    while (spread < events) {
      const page = await spreadEvents(place.database, Date.now());
      assert(page !== undefined && page.events > 0, "there is something to spread");
      spread += page.events;
    }
  });

/** Of all that is due, to the one subscriber. */
export const measureDelivering = async (place: EventsPlace, events: number): Promise<Step> => {
  const { database, postgres, receiver } = place;
  const step = await measureStep(place, events, async () => {
    let delivered = 0;
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const worker = startEvents({
      ...{ database, databaseUrl: postgres.url, now: Date.now, wallNow: Date.now },
      ...{ log: createLog("silent"), cipher: testCipher, policy: testPolicy },
      onAttempt: (outcome) => {
        assert(outcome === "delivered", "the subscriber answers");
        if (++delivered === events) finish();
      },
    });
    await finished;
    await worker.stop();
  });
  assert((await receiver.received()) === events, "the subscriber has every event once");
  return step;
};
