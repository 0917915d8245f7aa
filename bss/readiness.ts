// What a process of the business side needs to do its work, each as a check of /readyz.

import { sql } from "drizzle-orm";
import type { Clock } from "./clock/index.ts";
import type { Database } from "./db/connection.ts";
import type { EventsWorker } from "./events/index.ts";
import type { LedgerWorker } from "./ledger/index.ts";
import { limits } from "./limits.ts";
import type { Check } from "./operations-port.ts";

export const databaseCheck = ({ tables }: Database): Check => ({
  name: "database",
  check: async () => {
    const { rows } = await tables.execute(sql`SELECT pg_is_in_recovery() AS is_standby`);
    return rows[0]?.["is_standby"] === true
      ? { isOk: false, detail: "it is a standby: nothing can be written" }
      : { isOk: true, detail: "it answers" };
  },
});

/** Where it can be moved: whether it is known how far; where not: whether somebody did. */
export const clockCheck = (clock: Clock): Check => ({
  name: "clock",
  check: async () => {
    const problem = await clock.problem();
    const { offsetMs } = clock.standing();
    return { isOk: problem === undefined, detail: problem ?? `ahead by ${offsetMs / 1_000} s` };
  },
});

/** Whether what was changed is sealed. */
export const auditCheck = ({ problem }: { problem(): string | undefined }): Check => ({
  name: "audit",
  check: () => ({ isOk: problem() === undefined, detail: problem() ?? "it is sealed" }),
});

/** Behind, stuck, or kept from working at all. */
export const ledgerCheck = (ledger: LedgerWorker): Check => ({
  name: "ledger",
  check: () => {
    const problem = ledger.problem() ?? ledger.status().find((one) => one.problem)?.problem;
    if (problem !== undefined) return { isOk: false, detail: problem };
    const lagMs = Math.max(0, ...ledger.status().map((one) => one.lagMs));
    const isOk = lagMs <= 1_000 * limits.ledgerLagSecondsMax;
    return { isOk, detail: `${(lagMs / 1_000).toFixed(1)} s behind the journal` };
  },
});

/** What is not spread is this side's fault; what is not delivered, mostly the subscriber's. */
export const eventsCheck = (events: EventsWorker): Check => ({
  name: "events",
  check: () => {
    const problem = events.problem();
    if (problem !== undefined) return { isOk: false, detail: problem };
    const { undeliveredMs, unspreadMs } = events.status();
    const isOk = unspreadMs <= limits.eventsUnspreadMsMax;
    const ages = [unspreadMs, undeliveredMs].map((ms) => `${(ms / 1_000).toFixed(1)} s`);
    return { isOk, detail: `not spread for ${ages[0]}, the oldest not delivered for ${ages[1]}` };
  },
});
