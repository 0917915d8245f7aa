// Ports are tried before anything starts. Engines share their port by SO_REUSEPORT, so a stranger
// with the same option on it would not be noticed later: it would silently take half of the
// connections.

import net from "node:net";
import { ok } from "../../engine/values/result.ts";
import { failed, type Step } from "./ending.ts";
import type { PortUse } from "./settings.ts";

/**
 * Binds a port for a moment, without sharing; null when it is free, else the system's error code.
 */
const tryPort = (port: number, host: string): Promise<string | null> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });

const explain = ({ port, variable, host }: PortUse, code: string): string => {
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} is taken; stop what listens there, or set ${variable} to a free one`;
    case "EACCES":
      return `no permission to listen on port ${port}; set ${variable} to 1024 or above`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is no address of this machine; set ENGINE_HOST to one, or to 0.0.0.0 for all`;
    default:
      return `cannot listen on ${host}:${port} (${code}); set ${variable} to another port`;
  }
};

export const checkPorts = async (uses: readonly PortUse[]): Promise<Step<void>> => {
  for (const use of uses) {
    const code = await tryPort(use.port, use.host);
    if (code !== null) return failed(explain(use, code));
  }
  return ok(undefined);
};
