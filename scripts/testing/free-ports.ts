// Ports nobody listens on right now. Another process may take one before it is used: who starts a
// server on such a port must be ready to try again with another. None is of those that the system
// itself gives out (Linux from 32768 on): a connection of any other test would have one for its own
// end while a server that is to come back on it is down.

import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

const lowest = 10_000;
const highest = 31_999;
const attemptsMax = 100;

/** `count` different ports of 127.0.0.1 that were free a moment ago. */
export const freePorts = async (count: number): Promise<number[]> => {
  const held = new Map<number, Server>();
  for (let attempt = 0; held.size < count; attempt++) {
    const port = randomInt(lowest, highest + 1);
    const server = held.has(port) ? undefined : await listen(port);
    if (server !== undefined) held.set(port, server);
    else if (attempt > attemptsMax + count) throw new Error("no free port was found");
  }
  await Promise.all([...held.values()].map((server) => once(server.close(), "close")));
  return [...held.keys()];
};

/** Undefined: somebody else does. */
const listen = async (port: number): Promise<Server | undefined> => {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
};
