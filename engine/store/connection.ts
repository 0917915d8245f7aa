// The connection to Redis: one server or a Cluster behind the same few calls. Commands are never
// repeated behind our back: a charge of unknown outcome is repeated by its key, not by the socket.

import { Cluster, Command, Redis, type RedisOptions } from "ioredis";
import { limits } from "../limits.ts";
import { type Argument, encodeCommand } from "./encode-command.ts";
import { type Journal, streamJournal } from "./journal.ts";
import { type CommandName, library } from "./scripts.ts";

export type Store = {
  /**
   * One atomic command of ours. If Redis forgot the library it is loaded, and the call repeated.
   */
  run(name: CommandName, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** Makes every node know the library. */
  load(): Promise<void>;
  /** One command with binary replies; its keys share a hash tag. */
  call(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** For what must see every node. */
  nodes(): readonly Redis[];
  /** As `call`, but of one node, whatever keys it has. */
  callNode(node: Redis, command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** What `run` has written down; another one may go back further. */
  readonly journal: Journal;
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
// commands of an offline connection wait for ever. A connection whose first question, whether Redis
// is ready, gets no answer waits for ever too, and nothing is sent over it that could be too late.
const redisOptions = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  // A Redis that hangs does not close its end; by default it is given 2 s to do so.
  disconnectTimeout: limits.storeDisconnectMsMax,
  socketTimeout: limits.storeSilentMsMax,
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

  const { timed, oldestMs } = createCallClock();
  const call = (command: string, ...args: readonly Argument[]) =>
    timed(client.callBuffer(command, ...(args as Argument[])));
  const fcall = (name: CommandName, names: readonly string[], args: readonly Argument[]) =>
    timed(client.sendCommand(fcallOf(name, names, args)) as Promise<unknown>);

  const nodes = () => (client instanceof Redis ? [client] : client.nodes("master"));
  const load = async () => {
    for (const node of nodes()) {
      await node.function("LOAD", "REPLACE", library.source).catch(explainNoFunctions);
    }
  };

  return {
    call,
    run: async (name, keys, args) => {
      try {
        return await fcall(name, keys, args);
      } catch (error) {
        if (!isUnknownFunction(error)) throw error;
        await load();
        return fcall(name, keys, args);
      }
    },
    load,
    journal: streamJournal(call),
    nodes,
    callNode: (node, command, ...args) => timed(node.callBuffer(command, ...(args as Argument[]))),
    isReady: () => client.status === "ready",
    oldestMs,
    reset: () => {
      if (client instanceof Redis) client.disconnect(true);
      else for (const node of client.nodes("all")) void giveUpIfSilent(node);
    },
    subscribe: async (channel, onMessage) => {
      listeners.set(channel, onMessage);
      const patient = { maxRetriesPerRequest: null, socketTimeout: limits.storeSilentMsMax };
      subscriber ??= new Redis(url, patient)
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

const createCallClock = () => {
  /** When each call under way began, on the monotonic clock; first the oldest. */
  const began = new Map<number, number>();
  let calls = 0;
  return {
    timed: async <T>(reply: Promise<T>): Promise<T> => {
      const number = calls++;
      began.set(number, performance.now());
      try {
        return await reply;
      } finally {
        began.delete(number);
      }
    },
    oldestMs: () => {
      for (const at of began.values()) return performance.now() - at;
      return 0;
    },
  };
};

/**
 * A batch has two hundred arguments, and the library would copy each of them several times: it is
 * given the octets, and beside them the first key, by which a Cluster finds the node.
 */
const fcallOf = (
  name: CommandName,
  keys: readonly string[],
  args: readonly Argument[],
): Command => {
  const called = library.functions[name];
  const octets = encodeCommand(["FCALL", called, keys.length], keys, args);
  const command = new Command("FCALL", [called, 1, keys[0]!]);
  command.toWritable = () => octets;
  return command;
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
