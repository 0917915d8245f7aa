// Everything between the doors and Redis, put together: store, tariffs, profiles, shards, dispatch.

import type { Config } from "../config.ts";
import { metrics } from "../metrics.ts";
import { openStore } from "../store/connection.ts";
import { checkInstallation } from "../store/installation.ts";
import type { WaitingNotice } from "../store/notice-bytes.ts";
import { createProfiles } from "../store/profiles.ts";
import { createShard, type Shard } from "../store/shard.ts";
import { openTariffs } from "../store/tariffs.ts";
import { createDispatch, type Dispatch } from "./dispatch.ts";
import { openPushing } from "./pushing.ts";
import { checkClock } from "./readiness.ts";
import { startTending } from "./tending.ts";

export type Charging = Awaited<ReturnType<typeof openCharging>>;

export type ChargingOptions = {
  readonly config: Pick<Config, "redisUrl" | "isRedisCluster" | "shards">;
  readonly now: () => number;
  readonly onFault: (error: unknown, what: string) => void;
  /** Names of network elements that may connect. */
  readonly peers: readonly string[];
  readonly onGivenUp: (notice: WaitingNotice) => void;
};

/** Rejects with a one-line error for the operator. */
export const openCharging = async (options: ChargingOptions) => {
  const { config, now, onFault } = options;
  const store = await openStore({
    url: config.redisUrl,
    isCluster: config.isRedisCluster,
    onError: (error) => onFault(error, "the connection to Redis failed"),
  });
  const installation = await checkInstallation(store, config.shards);
  if (!installation.isOk) {
    await store.close();
    throw new Error(installation.error);
  }
  await store.load();
  const tariffs = await openTariffs(store);
  const profiles = createProfiles(store, config.shards);
  const onBatchFault = (error: unknown, operations: number) =>
    onFault(error, `Redis did not carry out ${operations} operations`);
  const shards: readonly Shard[] = Array.from({ length: config.shards }, (_, number) =>
    createShard({
      number,
      store,
      tariffs,
      now,
      onFault: onBatchFault,
      onStaleProfile: (task) => dispatch.reload(task),
    }),
  );
  const dispatch: Dispatch = createDispatch({
    store,
    profiles,
    tariffs,
    shards,
    now,
    onFault: onBatchFault,
  });
  const pushing = await openPushing({
    store,
    shards: config.shards,
    now,
    peers: options.peers,
    onGivenUp: options.onGivenUp,
    onFault: (error) => onFault(error, "notices could not be sent; they are tried again"),
  });
  const batchesInFlight = () => shards.reduce((sum, shard) => sum + shard.batchesInFlight(), 0);
  metrics.watch({
    batchesInFlight,
    noticesWaiting: pushing.waiting,
    queueDepth: (priority) => shards.reduce((sum, shard) => sum + shard.queueDepth(priority), 0),
  });
  const onTendingFault = (error: unknown) => onFault(error, "the sweep failed; it goes on");
  const onUnsettled = (error: unknown) =>
    onFault(error, "an account that nobody meets could not be settled");
  const tending = startTending({
    ...{ store, tariffs, shards, pushing, now, onFault: onTendingFault },
    finishTransfers: dispatch.finishTransfers,
    patrol: () => dispatch.patrol(onUnsettled),
    isClockRight: async () => (await checkClock(store, now)).isOk,
  });
  return {
    store,
    dispatch,
    pushing,
    /** Something was taken in and not answered yet. */
    isBusy: () => dispatch.waiting() > 0 || batchesInFlight() > 0,
    close: async () => {
      await tending.stop();
      await store.close();
    },
  };
};
