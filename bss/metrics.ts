// Every metric of the business side, declared here and nowhere else.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "./clock/index.ts";
import type { AttemptOutcome, EventsWorker } from "./events/index.ts";
import type { HttpObserver } from "./http/server.ts";
import type { LedgerWorker } from "./ledger/index.ts";

const milliseconds = 0.001;

export type Metrics = ReturnType<typeof createMetrics>;

export const createMetrics = (
  ledger: () => LedgerWorker | undefined,
  clock?: Pick<Clock, "standing">,
  events: () => EventsWorker | undefined = () => undefined,
  engineConnections: () => number = () => 0,
) => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const committed = new Counter({
    name: "tollgate_ledger_committed_total",
    help: "What this worker has committed to the ledger: entries of journals, and records in them.",
    labelNames: ["of"] as const,
    registers,
  });
  new Gauge({
    name: "tollgate_clock_offset_seconds",
    help: "How far the installation's time is ahead of the machine's: 0 unless it is for tests.",
    registers,
    collect() {
      this.set((clock?.standing().offsetMs ?? 0) * milliseconds);
    },
  });
  new Gauge({
    name: "tollgate_ledger_lag_seconds",
    help: "Age of the oldest journal entry that is not in the ledger, by shard that is followed.",
    labelNames: ["shard"] as const,
    registers,
    collect() {
      this.reset();
      for (const { shard, lagMs } of ledger()?.status() ?? []) {
        this.set({ shard }, lagMs * milliseconds);
      }
    },
  });
  new Gauge({
    name: "tollgate_ledger_shards",
    help: "Shards of this worker, by whether it can follow them.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      const status = ledger()?.status() ?? [];
      const stuck = status.filter(({ problem }) => problem !== undefined).length;
      this.set({ state: "followed" }, status.length - stuck);
      this.set({ state: "stuck" }, stuck);
    },
  });
  new Gauge({
    name: "tollgate_engine_connections",
    help: "Connections to engines that are up; 0: nothing can be published or moved.",
    registers,
    collect() {
      this.set(engineConnections());
    },
  });
  const requests = new Histogram({
    name: "tollgate_http_request_seconds",
    help: "Requests of the API, by their route as it is declared.",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const observeRequest: HttpObserver = ({ method, route, status, seconds }) => {
    requests.observe({ method, route, status: String(status) }, seconds);
  };
  const eventsMetrics = createEventsMetrics(registry, events);
  return {
    observeRequest,
    countCommitted: (entries: number, records: number) => {
      committed.inc({ of: "entries" }, entries);
      committed.inc({ of: "records" }, records);
    },
    ...eventsMetrics,
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
};

const createEventsMetrics = (registry: Registry, events: () => EventsWorker | undefined) => {
  const registers = [registry];
  const spread = new Counter({
    name: "tollgate_events_spread_total",
    help: "What this worker has spread: events, and deliveries that were made of them.",
    labelNames: ["of"] as const,
    registers,
  });
  const attempts = new Counter({
    name: "tollgate_event_attempts_total",
    help: "Attempts to deliver an event, by outcome; what failed is tried again, what is dead not.",
    labelNames: ["outcome"] as const,
    registers,
  });
  new Gauge({
    name: "tollgate_events_age_seconds",
    help: "For how long events wait to be spread, and the oldest next delivery of this worker.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      const status = events()?.status();
      this.set({ state: "unspread" }, (status?.unspreadMs ?? 0) * milliseconds);
      this.set({ state: "undelivered" }, (status?.undeliveredMs ?? 0) * milliseconds);
    },
  });
  new Gauge({
    name: "tollgate_event_subscriptions",
    help: "Subscriptions that this worker delivers to.",
    registers,
    collect() {
      this.set(events()?.status().claimed ?? 0);
    },
  });
  return {
    countSpread: (spreadEvents: number, deliveries: number) => {
      spread.inc({ of: "events" }, spreadEvents);
      spread.inc({ of: "deliveries" }, deliveries);
    },
    countAttempt: (outcome: AttemptOutcome) => attempts.inc({ outcome }),
  };
};
