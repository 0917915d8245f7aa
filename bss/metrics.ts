// Every metric of the business side, declared here and nowhere else.

import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { LedgerWorker } from "./ledger/index.ts";

const milliseconds = 0.001;

export type Metrics = ReturnType<typeof createMetrics>;

export const createMetrics = (ledger: () => LedgerWorker | undefined) => {
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
  return {
    countCommitted: (entries: number, records: number) => {
      committed.inc({ of: "entries" }, entries);
      committed.inc({ of: "records" }, records);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
};
