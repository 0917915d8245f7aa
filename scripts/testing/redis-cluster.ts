// A real Redis Cluster of primaries on loopback, for tests that must see batches stay in their
// shard. No replicas: failover is not what it is for.

import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { type RunningRedis, startRedis } from "./redis-server.ts";

export type RunningRedisCluster = {
  readonly nodes: readonly RunningRedis[];
  readonly urls: readonly string[];
  stop(): Promise<void>;
};

const slotCount = 16_384;
const joinSecondsMax = 30;
const pauseMilliseconds = 50;

/** Gives every node its share of the slots and introduces all of them to the first. */
const introduce = async (connections: readonly Redis[], nodes: readonly RunningRedis[]) => {
  for (const [index, connection] of connections.entries()) {
    const first = Math.floor((slotCount * index) / nodes.length);
    const last = Math.floor((slotCount * (index + 1)) / nodes.length) - 1;
    // Different epochs from the start: nodes that all claim epoch 0 must first settle who is who.
    await connection.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
    await connection.call("CLUSTER", "ADDSLOTSRANGE", first, last);
  }
  for (const node of nodes.slice(1)) {
    await connections[0]?.call("CLUSTER", "MEET", "127.0.0.1", node.port, node.clusterPort);
  }
};

const hasJoined = async (connection: Redis, nodeCount: number): Promise<boolean> => {
  const info = String(await connection.call("CLUSTER", "INFO"));
  return (
    info.includes("cluster_state:ok") &&
    info.includes(`cluster_slots_ok:${slotCount}`) &&
    info.includes(`cluster_size:${nodeCount}`)
  );
};

const join = async (nodes: readonly RunningRedis[]): Promise<void> => {
  const connections = nodes.map((node) => new Redis(node.port, "127.0.0.1"));
  try {
    await introduce(connections, nodes);
    const giveUpAt = performance.now() + joinSecondsMax * 1_000;
    for (const connection of connections) {
      while (!(await hasJoined(connection, nodes.length))) {
        if (performance.now() > giveUpAt) throw new Error("the Redis Cluster did not form");
        await pause(pauseMilliseconds);
      }
    }
  } finally {
    for (const connection of connections) connection.disconnect();
  }
};

/**
 * Starts `primaries` nodes that share all slots; resolves when each of them says that all is well.
 */
export const startRedisCluster = async (options: {
  readonly primaries: number;
  readonly appendOnly?: boolean;
}): Promise<RunningRedisCluster> => {
  const { primaries, appendOnly = false } = options;
  const starts = await Promise.allSettled(
    Array.from({ length: primaries }, () => startRedis({ cluster: true, appendOnly })),
  );
  const nodes = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    const failure = starts.find((start) => start.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    await join(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, urls: nodes.map((node) => node.url), stop };
};
