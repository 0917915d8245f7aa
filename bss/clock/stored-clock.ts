// The movable clock in Redis, where engines have it from: besides the journals the one thing there
// that the business side reads, and the only one that it writes. To ask an engine for it would take
// a connection that tells of each move within a moment, and one engine that is up.

import { Cluster, Redis } from "ioredis";
import {
  type ClockValue,
  clockChannel,
  isOvertaken,
  moveClockCommand,
  readClockCommand,
  readClockReply,
} from "../../engine/protocol/clock-value.ts";
import { limits } from "../limits.ts";

export type StoredClock = {
  read(): Promise<ClockValue>;
  /** False: somebody else moved it first. */
  move(to: ClockValue): Promise<boolean>;
  /** Told of moves, as far as they can be heard. */
  onMoved(listener: () => void): Promise<void>;
  close(): void;
};

export type StoredClockOptions = {
  readonly url: string;
  readonly isCluster: boolean;
  readonly onError: (error: Error) => void;
};

export const openStoredClock = ({ url, isCluster, onError }: StoredClockOptions): StoredClock => {
  // A wire that went dead closes no connection: what is not answered in time has failed.
  const redisOptions = {
    maxRetriesPerRequest: 1,
    commandTimeout: limits.journalReadMsMax,
    socketTimeout: limits.journalReadMsMax,
  };
  const client = isCluster ? new Cluster([url], { redisOptions }) : new Redis(url, redisOptions);
  client.on("error", onError);
  let subscriber: Redis | undefined;
  const call = (words: readonly (string | number)[]) =>
    client.call(String(words[0]), ...words.slice(1).map(String));
  return {
    read: async () => readClockReply(await call(readClockCommand)),
    move: async (to) => {
      try {
        await call(moveClockCommand(to));
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        return false;
      }
      await client.publish(clockChannel, String(to.revision));
      return true;
    },
    onMoved: async (listener) => {
      subscriber ??= new Redis(url, { maxRetriesPerRequest: null }).on("error", onError);
      subscriber.on("message", listener);
      await subscriber.subscribe(clockChannel);
    },
    close: () => {
      subscriber?.disconnect();
      client.disconnect();
    },
  };
};
