// Why a port could not be had, as one line with the remedy: the first thing an operator may ever
// see.

import { createServer } from "node:net";

type ListenFailure = {
  /** The variable that chose the port. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly error: NodeJS.ErrnoException;
};

export const explainListenError = ({ what, host, port, error }: ListenFailure): string => {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `${what}: ${address} is taken by another program; stop it or choose another port`,
    EACCES: `${what}: no permission for ${address}; choose a port from 1024 up`,
    EADDRNOTAVAIL: `ENGINE_HOST: ${host} is not an address of this machine`,
    ENOTFOUND: `ENGINE_HOST: ${host} has no address`,
    EAI_AGAIN: `ENGINE_HOST: ${host} has no address that can be found now`,
  };
  const code = error.code ?? error.message;
  return reasons[code] ?? `${what}: cannot listen on ${address} (${code})`;
};

/**
 * Tries the address with a plain socket, for libraries that only say that they could not have it.
 */
export const probeListenError = (
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
