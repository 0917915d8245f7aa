// Ports nobody listens on right now. Another process may take one before it is used: who starts a
// server on such a port must be ready to try again with another.

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** `count` different ports of 127.0.0.1 that were free a moment ago. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
};
