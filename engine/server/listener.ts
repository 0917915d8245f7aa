// The door for network elements and the business side: WebSocket, binary frames, subprotocol
// tollgate.v1. Stands on uWebSockets.js where that has a binary for this machine, on `ws`
// elsewhere.

import { isIP } from "node:net";
import type { ListenerKind, TlsFiles } from "../config.ts";
import { limits } from "../limits.ts";
import { type Log, rateLimited } from "../log.ts";
import type { Peers } from "./authentication.ts";
import type { Handlers, Listener, ListenerSettings } from "./connection.ts";
import { readTls } from "./tls.ts";

export type { Peer, Peers } from "./authentication.ts";
export type { Connection, Handlers, Listener } from "./connection.ts";

export type ListenOptions<State> = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  readonly peers: Peers;
  readonly handlers: Handlers<State>;
  /** Left out: the faster one that loads. */
  readonly implementation?: ListenerKind | undefined;
  /** At least 8: uWebSockets.js knows no shorter time. */
  readonly idleSecondsMax?: number;
  readonly log: Log;
};

/**
 * Rejects with a one-line error for the operator: wrong TLS files, a taken port, a missing binary.
 */
export const listen = async <State>(options: ListenOptions<State>): Promise<Listener> => {
  const { host, port, peers, handlers, implementation, log } = options;
  const tls = options.tls === undefined ? undefined : readTls(options.tls);
  if (tls !== undefined && !tls.isOk) throw new Error(tls.error);
  const settings: ListenerSettings<State> = {
    host,
    port,
    tls: tls?.value,
    peers,
    handlers,
    idleSecondsMax: options.idleSecondsMax ?? limits.connectionIdleSecondsMax,
    log,
    rejects: rateLimited(log, limits.rejectsLoggedPerSecondMax),
  };
  const listener = await open(settings, implementation);
  const tlsMode = tls === undefined ? "off" : tls.value.ca === undefined ? "server" : "mutual";
  log.info({ listener: listener.kind, host, port: listener.port, tls: tlsMode }, "listening");
  warnOfWeakTls(settings);
  return listener;
};

const open = async <State>(
  settings: ListenerSettings<State>,
  implementation: ListenerKind | undefined,
): Promise<Listener> => {
  const machine = `${process.platform} ${process.arch} with Node ${process.versions.node}`;
  if (implementation !== "ws") {
    const uws = await import("./listener-uws.ts").catch(() => undefined);
    if (uws !== undefined) return uws.listenUws(settings);
    const remedy =
      "for Node 24 and later install the upstream release: " +
      "npm install uWebSockets.js@uNetworking/uWebSockets.js#v20.67.0";
    const problem = `uWebSockets.js has no binary for ${machine}; ${remedy}`;
    if (implementation !== undefined) throw new Error(`ENGINE_LISTENER: ${problem}`);
    settings.log.warn({ listener: "ws" }, `${problem}; until then the slower ws listens`);
  }
  const { listenWs } = await import("./listener-ws.ts");
  return listenWs(settings);
};

const warnOfWeakTls = ({ host, tls, log }: ListenerSettings<never>) => {
  const isLoopback =
    host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  if (tls === undefined && !isLoopback) {
    log.warn({ host }, "tokens travel in clear text: set ENGINE_TLS_KEY_FILE and _CERT_FILE");
  }
  const days =
    (tls === undefined ? Infinity : tls.certificateValidUntil.getTime() - Date.now()) / 86_400_000;
  if (days < 14) log.warn({ validUntil: tls?.certificateValidUntil }, "the certificate ends soon");
};
