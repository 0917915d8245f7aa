// A client of the Tollgate that runs here: its address from the settings, its token from the data
// folder.

import { type Client, createClient } from "../../engine/protocol/client/client.ts";
import { reachableHost } from "../supervisor/engines.ts";
import type { Settings } from "../supervisor/settings.ts";

export const webSocketUrl = ({ engine }: Settings): string => {
  const protocol = engine.tls === undefined ? "ws" : "wss";
  return `${protocol}://${reachableHost(engine.host)}:${engine.port}`;
};

/** With mutual TLS only those can connect who hold a certificate; we are given none. */
export const canConnect = ({ engine }: Settings): boolean => engine.tls?.caFile === undefined;

export const connectLocally = (settings: Settings, token: string): Client =>
  createClient({
    endpoints: [webSocketUrl(settings)],
    token,
    // The certificate names the machine as others see it; we come over the loopback, to a port that
    // was ours alone when the engine started.
    ...(settings.engine.tls === undefined ? {} : { tls: { rejectUnauthorized: false } }),
  });
