// The engine, put together: store, tariffs, shards, dispatch, listener, operations port, sweep; and
// taken apart again without losing an answer. Tests start it in their own process, main.ts in one
// of its own.

import type { Config } from "../config.ts";
import { limits } from "../limits.ts";
import { type Log, rateLimited } from "../log.ts";
import { metrics } from "../metrics.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { openStore } from "../store/connection.ts";
import { checkInstallation } from "../store/installation.ts";
import { createProfiles } from "../store/profiles.ts";
import { createShard } from "../store/shard.ts";
import { sweepShard } from "../store/sweep.ts";
import { openTariffs } from "../store/tariffs.ts";
import type { Task } from "../store/task.ts";
import { openPeers } from "./authentication.ts";
import { createDispatch, type Dispatch } from "./dispatch.ts";
import { createFrames } from "./frames.ts";
import { listen } from "./listener.ts";
import { openOperationsPort } from "./operations-port.ts";
import { readinessChecks } from "./readiness.ts";

export type Engine = Awaited<ReturnType<typeof startEngine>>;

/** Rejects with a one-line error for the operator. `now` is the one clock, ms since 1970. */
export const startEngine = async (config: Config, log: Log, now: () => number) => {
  const peers = openPeers(config.peersFile);
  if (!peers.isOk) throw new Error(peers.error.join("\n"));
  const faults = rateLimited(log, limits.rejectsLoggedPerSecondMax);
  const onFault = (error: unknown, operations: number) => {
    faults({ err: error, operations }, "Redis did not carry out a batch");
  };
  const store = await openStore({
    url: config.redisUrl,
    isCluster: config.isRedisCluster,
    onError: (error) => faults({ err: error }, "the connection to Redis failed"),
  });
  const installation = await checkInstallation(store, config.shards);
  if (!installation.isOk) throw new Error(installation.error);
  await store.load();
  const tariffs = await openTariffs(store);
  const profiles = createProfiles(store, config.shards);
  const reload: { stale: (task: Task) => void } = { stale: () => undefined };
  const shards = Array.from({ length: config.shards }, (_, number) =>
    createShard({ number, store, tariffs, now, onFault, onStaleProfile: (t) => reload.stale(t) }),
  );
  const dispatch: Dispatch = createDispatch({ store, profiles, tariffs, shards, now, onFault });
  reload.stale = dispatch.reload;
  const batchesInFlight = () => shards.reduce((sum, shard) => sum + shard.batchesInFlight(), 0);
  metrics.watch({
    batchesInFlight,
    queueDepth: (priority) => shards.reduce((sum, shard) => sum + shard.queueDepth(priority), 0),
  });

  const frames = createFrames(dispatch);
  const listener = await listen({
    host: config.host,
    port: config.port,
    tls: config.tls,
    peers: peers.value,
    handlers: frames,
    implementation: config.listener,
    log,
  });
  const operationsPort = await openOperationsPort({
    host: config.host,
    port: config.operationsPort,
    checks: readinessChecks({ store, now, isDraining: dispatch.isDraining }),
    log,
  });

  /** Every second: what is over ends, what was published is known, what hangs is given up. */
  const tend = async () => {
    if (shards.some((shard) => shard.oldestMs() > limits.batchTimeoutMs)) store.reset();
    if (!store.isReady()) return;
    await tariffs.refresh();
    for (let shard = 0; shard < shards.length; shard++) {
      metrics.countExpiredSessions(await sweepShard(store, shard, now()));
    }
  };
  let tending: Promise<void> = Promise.resolve();
  let isTending = false;
  const timer = setInterval(() => {
    if (isTending) return;
    isTending = true;
    tending = tend()
      .catch((error: unknown) => faults({ err: error }, "the sweep failed; it goes on"))
      .finally(() => {
        isTending = false;
      });
  }, limits.sweepIntervalMs);

  /** No new sessions, every request in flight answered, then 1001. */
  const stop = async () => {
    dispatch.drain();
    listener.stopListening();
    for (const { attachment } of frames.connections) {
      attachment?.notify("SHUTTING_DOWN", "no new sessions here; use another endpoint");
    }
    const end = performance.now() + limits.drainMsMax;
    const isBusy = () => dispatch.waiting() > 0 || batchesInFlight() > 0;
    do await sleep(limits.drainPollMs);
    while (isBusy() && performance.now() < end);
    clearInterval(timer);
    await listener.close(closeCodes.GOING_AWAY.number, "draining");
    await operationsPort.close();
    await tending;
    await store.close();
  };

  return {
    port: listener.port,
    operationsPort: operationsPort.port,
    listener: listener.kind,
    /** SIGHUP: the peers file was changed. */
    reloadPeers: () => {
      const outcome = peers.value.reload();
      if (!outcome.isOk) log.error({ problems: outcome.error }, "the peers stay as they were");
      else log.info({ peers: outcome.value, closed: listener.closeWithdrawn() }, "peers reloaded");
    },
    stop,
  };
};

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
