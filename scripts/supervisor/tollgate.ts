// One Tollgate from nothing to ready, and back: data folder, lock, ports, tokens, then Redis with
// its engines and, beside them, Postgres with the business side; and down in the reverse order.
// Every step that fails leaves one line; the caller brings down whatever had come up.

import { ok } from "../../engine/values/result.ts";
import type { RedisBinary } from "../redis/locate.mjs";
import { type AccessTokens, prepareAccessTokens } from "./access-tokens.ts";
import { type BusinessUp, bringUpBusiness } from "./business.ts";
import { bringUpCharging, type ChargingUp } from "./charging.ts";
import {
  createSubfolders,
  type DataFolder,
  openDataFolder,
  resetDataFolder,
} from "./data-folder.ts";
import { interrupted, type Step } from "./ending.ts";
import type { KeptChild } from "./keep-running.ts";
import { checkPorts } from "./ports.ts";
import { takeRunningLock } from "./running-lock.ts";
import { portUses, type Settings } from "./settings.ts";
import { keepSnapshots, type Snapshots } from "./snapshots.ts";

export type Machinery = {
  readonly root: string;
  readonly settings: Settings;
  /** Null where REDIS_URL names one. */
  readonly redisBinary: RedisBinary | null;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
};

export type Up = ChargingUp &
  BusinessUp & { readonly data: DataFolder; readonly tokens: AccessTokens };

export type Tollgate = {
  readonly bringUp: () => Promise<Step<Up>>;
  /**
   * Engines drain and the business side commits, then Redis and Postgres sync their files and end,
   * then the lock goes. Safe at any time.
   */
  readonly bringDown: () => Promise<void>;
  /** SIGKILL for all; what was acknowledged during a sync of the append-only file may be lost. */
  readonly killAll: () => void;
};

export const createTollgate = (machinery: Machinery): Tollgate => {
  const { settings } = machinery;
  const engines: KeptChild[] = [];
  const redises: KeptChild[] = [];
  const postgreses: KeptChild[] = [];
  const businesses: KeptChild[] = [];
  let snapshots: Snapshots | null = null;
  let unlock = (): void => undefined;

  const bringUp = async (): Promise<Step<Up>> => {
    const data = openDataFolder(settings.dataFolder, settings.isDataFolderDefault);
    if (!data.isOk) return data;
    const lock = takeRunningLock(settings.dataFolder);
    if (!lock.isOk) return lock;
    unlock = lock.value.release;
    const ports = await checkPorts(portUses(settings));
    if (!ports.isOk) return ports;
    const prepared = prepareFolder(machinery, data.value);
    if (!prepared.isOk) return prepared;
    const tokens = prepareAccessTokens(data.value);
    if (!tokens.isOk) return tokens;
    const up = await bringUpBoth(
      machinery.stopping,
      (stopping) =>
        bringUpCharging({
          ...machinery,
          stopping,
          data: data.value,
          onRedisStarted: (child) => redises.push(child),
          onEngineStarted: (child) => engines.push(child),
        }),
      (stopping) =>
        bringUpBusiness({
          ...machinery,
          stopping,
          data: data.value,
          onPostgresStarted: (child) => postgreses.push(child),
          onBusinessStarted: (child) => businesses.push(child),
        }),
    );
    if (!up.isOk) return up;
    const [charging, business] = up.value;
    const databaseUrl = business.database.url;
    snapshots = keepSnapshots({ ...machinery, data: data.value, databaseUrl });
    return ok({ data: data.value, tokens: tokens.value, ...charging, ...business });
  };

  return {
    bringUp,
    bringDown: async () => {
      await snapshots?.stop();
      // What the engines charge last is in the ledger too, if it is quick.
      await Promise.all(engines.map((engine) => engine.stop()));
      await Promise.all(businesses.map((business) => business.stop()));
      await Promise.all([...redises, ...postgreses].map((store) => store.stop()));
      unlock();
    },
    killAll: () => {
      for (const child of [...engines, ...businesses, ...redises, ...postgreses]) child.kill();
    },
  };
};

/** At the same time; the first that fails is the reason, and the other need not be waited for. */
const bringUpBoth = async <A, B>(
  asked: AbortSignal,
  first: (stopping: AbortSignal) => Promise<Step<A>>,
  second: (stopping: AbortSignal) => Promise<Step<B>>,
): Promise<Step<readonly [A, B]>> => {
  const failing = new AbortController();
  const stopping = AbortSignal.any([asked, failing.signal]);
  let problem: Step<never> | null = null;
  const watch = async <T>(step: Promise<Step<T>>): Promise<Step<T>> => {
    const outcome = await step;
    if (!outcome.isOk) {
      problem ??= outcome;
      failing.abort();
    }
    return outcome;
  };
  const [one, other] = await Promise.all([watch(first(stopping)), watch(second(stopping))]);
  if (one.isOk && other.isOk) return ok([one.value, other.value]);
  return problem ?? interrupted;
};

const prepareFolder = (machinery: Machinery, data: DataFolder): Step<void> => {
  if (machinery.settings.isReset) {
    const reset = resetDataFolder(data);
    if (!reset.isOk) return reset;
    machinery.say("the data of earlier runs is deleted");
  }
  return createSubfolders(data);
};
