// Everything between the doors and Redis, put together: store, tariffs, profiles, shards, dispatch.

import type { Config } from "../config.ts";
import { metrics } from "../metrics.ts";
import { type Clock, openClock } from "../store/clock.ts";
import { openStore, type Store } from "../store/connection.ts";
import { checkInstallation } from "../store/installation.ts";
import type { WaitingNotice } from "../store/notice-bytes.ts";
import { createProfiles } from "../store/profiles.ts";
import { createShard, type Shard } from "../store/shard.ts";
import { openTariffs } from "../store/tariffs.ts";
import { createDispatch, type Dispatch } from "./dispatch.ts";
import { createTraveller, type Traveller } from "./journey.ts";
import { openPushing } from "./pushing.ts";
import { checkClock } from "./readiness.ts";
import { startTending } from "./tending.ts";

export type Charging = Awaited<ReturnType<typeof openCharging>>;

export type ChargingOptions = {
  readonly config: Pick<Config, "redisUrl" | "isRedisCluster" | "shards" | "isClockMovable">;
  /** ms since 1970. */
  readonly machineNow: () => number;
  readonly onFault: (error: unknown, what: string) => void;
  /** Names of network elements that may connect. */
  readonly peers: readonly string[];
  readonly onGivenUp: (notice: WaitingNotice) => void;
};

/** Rejects with a one-line error for the operator. */
export const openCharging = async (options: ChargingOptions) => {
  const { config, onFault } = options;
  // What is told before there is a traveller he finds when he is first asked to set out.
  let traveller: Traveller | undefined;
  const { store, clock } = await openInstallation(options, () => traveller?.set());
  const { now } = clock;
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
  const charged = { store, profiles, tariffs, shards, now, onFault: onBatchFault };
  const dispatch: Dispatch = createDispatch(charged);
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
    clockOffsetMs: () => clock.standing().offsetMs,
    batchesInFlight,
    noticesWaiting: pushing.waiting,
    queueDepth: (priority) => shards.reduce((sum, shard) => sum + shard.queueDepth(priority), 0),
  });
  const onUnsettled = (error: unknown) =>
    onFault(error, "an account that nobody meets could not be settled");
  traveller = createTraveller({
    ...{ store, profiles, clock, shards: config.shards },
    lookAt: (accountKeys) => dispatch.lookAt(accountKeys, onUnsettled),
    onFault: (error) => onFault(error, "the clock stands still on its way; it goes on"),
  });
  const tending = startTending({
    ...{ store, clock, traveller, tariffs, shards, pushing },
    onFault: (error) => onFault(error, "the sweep failed; it goes on"),
    finishTransfers: dispatch.finishTransfers,
    patrol: () => dispatch.patrol(onUnsettled),
    isClockRight: async () => (await checkClock(store, clock)).isOk,
  });
  return {
    store,
    clock,
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

/** The Redis of an installation such as was asked for, and what time it is there. */
const openInstallation = async (
  { config, machineNow, onFault }: ChargingOptions,
  onMoved: () => void,
): Promise<{ readonly store: Store; readonly clock: Clock }> => {
  const store = await openStore({
    url: config.redisUrl,
    isCluster: config.isRedisCluster,
    onError: (error) => onFault(error, "the connection to Redis failed"),
  });
  const installation = await checkInstallation(store, config.shards);
  const clock = installation.isOk
    ? await openClock({
        ...{ store, machineNow, isMovable: config.isClockMovable, onMoved },
        onFault: (error) => onFault(error, "the clock could not be read; it is tried again"),
      })
    : installation;
  if (clock.isOk) return { store, clock: clock.value };
  await store.close();
  throw new Error(clock.error);
};
