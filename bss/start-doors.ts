// The doors of the business side, opened: who comes in, all routes on one port, and the workers
// that they need in this process.

import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { createApp } from "./app.ts";
import { startSealing } from "./audit/index.ts";
import { identifierKeyOf, ownersOf, startBalanceWorker } from "./balances/index.ts";
import { startCatalogueWorkers } from "./catalogue/index.ts";
import type { Clock } from "./clock/index.ts";
import type { Config } from "./config.ts";
import { systemActor } from "./context.ts";
import type { Database } from "./db/connection.ts";
import { uuidV7 } from "./db/uuid-v7.ts";
import type { EngineConnection } from "./engine-connection.ts";
import { callbackPolicy, type EventsWorker, startEvents } from "./events/index.ts";
import type { AnswerSeal } from "./http/idempotency.ts";
import type { DoorTls } from "./http/server.ts";
import { startForgetting } from "./http/start-forgetting.ts";
import {
  certificateOf,
  createAuthenticate,
  createIdentity,
  type FirstPassword,
  firstAdministrator,
  sweepIdentity,
} from "./identity/index.ts";
import { limits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Cipher } from "./privacy/index.ts";
import { routesOf } from "./routes.ts";
import { createTransact } from "./transact.ts";
import { startVoucherWorker } from "./vouchers/index.ts";

const microsPerUnit = 1_000_000;

export type DoorParts = {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly cipher: Cipher;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly machineNow: () => number;
  readonly engine: EngineConnection["engine"];
  readonly tls: DoorTls | undefined;
};

export type Doors = {
  readonly port: number;
  readonly events: EventsWorker;
  /** Of an installation that had no user yet: to be told once. */
  readonly firstPassword: FirstPassword | undefined;
  /** Why something is not done that ought to be; undefined: all is. */
  problem(): string | undefined;
  /** What is under way is answered. */
  close(): Promise<void>;
};

/** Rejects with a one-line error when the port cannot be had. */
export const startDoors = async (parts: DoorParts): Promise<Doors> => {
  const { config, database, clock, cipher, engine, log, machineNow, metrics } = parts;
  const { now } = clock;
  const transact = createTransact(database, now);
  const identity = createIdentity({
    ...{ database, transact, cipher, publicUrl: config.publicUrl },
    ticks: () => performance.now(),
  });
  const authenticate = createAuthenticate({ ...identity, now });
  const policy = callbackPolicy(config.isWebhookHttpAllowed, config.webhookPrivateNetworks);
  const webhooks = { policy, cipher };
  const balances = {
    ...{ engine, transact, identifierKey: identifierKeyOf(cipher) },
    adjustAloneMicrosMax: config.adjustAloneMax * microsPerUnit || undefined,
  };
  const server = await createApp({
    ...{ transact, now, log, observe: metrics.observeRequest },
    tls: parts.tls,
    routes: routesOf({ identity, clock, cipher, webhooks, balances }).routes,
    answerSeal: answerSealOf(cipher),
    authenticate: ({ headers, socket }) =>
      authenticate({ headers, certificate: certificateOf(socket) }),
  });
  const start = { actor: systemActor("start"), requestId: uuidV7(now()) };
  const first = await transact(start, (context) => firstAdministrator(context, identity));
  const sealing = startSealing({ database, now, log });
  const sweeping = startSweeping(database, now, log);
  const { port } = await server.listen(config);
  const events = startEvents({
    ...{ ...webhooks, database, databaseUrl: config.databaseUrl, log, now },
    // Retries and signatures are the world's business, wherever the clock was moved.
    wallNow: machineNow,
    onSpread: metrics.countSpread,
    onAttempt: metrics.countAttempt,
  });
  const catalogue = startCatalogueWorkers({
    ...{ database, transact, engine, now, log, customersOf: ownersOf },
  });
  const forgetting = startForgetting({ statements: database.statements, now, log });
  const moving = startBalanceWorker({ ...balances, timeZone: config.timeZone, log });
  const vouchers = startVoucherWorker({ transact, cipher, log });
  const workers = [events, sealing, sweeping, forgetting, catalogue, moving, vouchers];
  return {
    ...{ port, events },
    firstPassword: first.isOk ? first.value : undefined,
    problem: sealing.problem,
    close: async () => {
      await server.close();
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
};

/** For a day at the most: no change of keys waits for them. */
const answersPurpose = "http_requests.body";

export const answerSealOf = (cipher: Cipher): AnswerSeal => ({
  seal: (text) => cipher.seal(text, answersPurpose),
  open: (sealed) => {
    const opened = cipher.open(sealed, answersPurpose);
    return opened.isOk ? opened.value : undefined;
  },
});

/** What is over is put away, now and then. */
const startSweeping = ({ statements }: Database, now: () => number, log: Log) => {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      const swept = await sweepIdentity(statements, now()).catch((error: Error) => {
        log.debug({ err: error }, "sessions could not be swept; it is tried again");
        return 0;
      });
      const isMore = swept >= limits.sweepRowsMax;
      const { signal } = stopping;
      await pause(isMore ? 0 : limits.sweepMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
