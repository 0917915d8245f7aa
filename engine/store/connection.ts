// The connection to Redis: one server or a Cluster behind the same few calls. Commands are never
// repeated behind our back: a charge of unknown outcome is repeated by its key, not by the socket.

import { Cluster, Redis, type RedisOptions } from "ioredis";
import { limits } from "../limits.ts";
import { type CommandName, library } from "./scripts.ts";

export type Argument = string | number | Buffer;

export type Store = {
  /**
   * One atomic command of ours. If Redis forgot the library it is loaded, and the call repeated.
   */
  run(name: CommandName, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** Makes every node know the library. */
  load(): Promise<void>;
  /** One command with binary replies; its keys share a hash tag. */
  call(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** For tests and checks that must see every node. */
  nodes(): readonly Redis[];
  isReady(): boolean;
  /** How long the oldest call under way has been waiting, in ms. */
  oldestMs(): number;
  /** Gives up what gives no answer, with all that is under way on it, and connects anew. */
  reset(): void;
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>;
  close(): Promise<void>;
};

export type StoreOptions = {
  readonly url: string;
  readonly isCluster: boolean;
  readonly onError: (error: Error) => void;
};

// Traps: by default commands in flight are sent again after a reconnect (a debit ran twice), and
// commands of an offline connection wait for ever.
const redisOptions = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  // A Redis that hangs does not close its end; by default it is given 2 s to do so.
  disconnectTimeout: limits.storeDisconnectMsMax,
  retryStrategy: (attempt: number) => Math.min(20 * attempt, 500),
} satisfies RedisOptions;

export const openStore = async ({ url, isCluster, onError }: StoreOptions): Promise<Store> => {
  const client = isCluster
    ? new Cluster([url], {
        redisOptions,
        enableOfflineQueue: false,
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        retryDelayOnTryAgain: 0,
        slotsRefreshInterval: 5_000,
      })
    : new Redis(url, { ...redisOptions, lazyConnect: true });
  client.on("error", onError);
  if (client instanceof Redis) await client.connect();
  else await ready(client);
  let subscriber: Redis | undefined;
  const listeners = new Map<string, (message: string) => void>();

  /** When each call under way began, on the monotonic clock; first the oldest. */
  const began = new Map<number, number>();
  let calls = 0;

  const call = async (command: string, ...args: readonly Argument[]) => {
    const number = calls++;
    began.set(number, performance.now());
    try {
      return await client.callBuffer(command, ...(args as Argument[]));
    } finally {
      began.delete(number);
    }
  };

  const nodes = () => (client instanceof Redis ? [client] : client.nodes("master"));
  const load = async () => {
    for (const node of nodes()) {
      await node.function("LOAD", "REPLACE", library.source).catch(explainNoFunctions);
    }
  };

  return {
    call,
    run: async (name, keys, args) => {
      const rest = [library.functions[name], keys.length, ...keys, ...args];
      try {
        return await call("FCALL", ...rest);
      } catch (error) {
        if (!isUnknownFunction(error)) throw error;
        await load();
        return call("FCALL", ...rest);
      }
    },
    load,
    nodes,
    isReady: () => client.status === "ready",
    oldestMs: () => {
      for (const at of began.values()) return performance.now() - at;
      return 0;
    },
    reset: () => {
      if (client instanceof Redis) client.disconnect(true);
      else for (const node of client.nodes("all")) void giveUpIfSilent(node);
    },
    subscribe: async (channel, onMessage) => {
      listeners.set(channel, onMessage);
      subscriber ??= new Redis(url, { maxRetriesPerRequest: null })
        .on("error", onError)
        .on("message", (from, message) => listeners.get(from)?.(message));
      await subscriber.subscribe(channel);
    },
    close: async () => {
      subscriber?.disconnect();
      const late = new Promise((resolve) => setTimeout(resolve, limits.storeDisconnectMsMax));
      await Promise.race([client.quit().catch(() => undefined), late]);
      client.disconnect();
    },
  };
};

/** Of a Cluster only the node that hangs: the others serve their shards meanwhile. */
const giveUpIfSilent = async (node: Redis) => {
  const late = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(true), limits.readinessMsMax).unref();
  });
  const answered = node.ping().then(
    () => false,
    () => false,
  );
  if (await Promise.race([answered, late])) node.disconnect(true);
};

const isUnknownFunction = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("ERR Function not found");

/** An old server's own words quote the library that they do not know. */
const explainNoFunctions = (error: Error): never => {
  if (!/^ERR unknown command/i.test(error.message)) throw error;
  throw new Error("this Redis has no Functions: 7.0 or later is needed, with FUNCTION allowed");
};

const ready = (client: Cluster): Promise<void> =>
  new Promise((resolve, reject) => {
    client.once("ready", resolve);
    client.once("end", () => reject(new Error("no node of the Redis Cluster answers")));
  });
