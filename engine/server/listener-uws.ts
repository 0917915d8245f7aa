// The listener over uWebSockets.js, the only file that imports it: C++ sockets that share their
// port between processes (SO_REUSEPORT) and hand over a frame in well under a microsecond. Its
// ways:
//
// - `send` says 2 when it has dropped the message. An answer must not vanish, so the connection is
//   cut (a close frame would be dropped as well).
// - A frame over `maxPayloadLength` cuts the connection without a close code. So the library's
//   limit is `frameBytesReadMax`; what lies between the protocol's limit and that is refused here
//   with 1009.
// - `end` and `close` call the close handler before they return. Both are put off to a microtask,
//   so that no handler runs inside a call of the dispatcher. A closed socket must not be touched:
//   `phase`.
// - A socket is read until it is empty, before any timer or any reply of Redis has its turn: one
//   peer that sends faster than its frames can be read would stop everything. A timer counts turns;
//   who has sent more than `frameBytesPerTurnMax` within one is closed.
// - A port chosen by the system (0) is not shared; one that was named is.
// - A single `send` is one system call by itself, and the dispatcher sends one frame per connection
//   and tick: `cork` would only add a callback.

import {
  App,
  type HttpRequest,
  type HttpResponse,
  SSLApp,
  type TemplatedApp,
  us_listen_socket_close,
  us_socket_local_port,
  type WebSocket,
  type WebSocketBehavior,
} from "uWebSockets.js";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import { subprotocol } from "../protocol/operations.ts";
import { admit, type Refused, refuseHttp } from "./admission.ts";
import type { Peer } from "./authentication.ts";
import type { Listener, ListenerSettings } from "./connection.ts";
import {
  closeAll,
  closeReason,
  closeWith,
  closeWithdrawn,
  countClose,
  type Link,
  logClose,
} from "./links.ts";
import { explainListenError, probeListenError } from "./listen-error.ts";
import type { Tls } from "./tls.ts";

const sendDropped = 2;
/** Handling a frame costs something even when it is empty. */
const frameBytesOverhead = 64;

type UwsLink<State> = Link<State> & {
  socket: WebSocket<UserData<State>> | undefined;
  /** Octets read in `turn`, the last one in which there were any. */
  turn: number;
  turnBytes: number;
};
type UserData<State> = { readonly link: UwsLink<State> };
type ListenSocket = Parameters<typeof us_listen_socket_close>[0];
type Open<State> = {
  readonly links: Set<UwsLink<State>>;
  isListening: boolean;
  /** Stands still while the event loop does. */
  turn: number;
};

export const listenUws = async <State>(settings: ListenerSettings<State>): Promise<Listener> => {
  const open: Open<State> = { links: new Set(), isListening: true, turn: 0 };
  const app = createApp(settings.tls)
    .ws<UserData<State>>("/*", behaviour(settings, open))
    .any("/*", (response, request) => {
      answer(response, refuseHttp(request.getUrl(), remoteAddress(response), settings));
    });
  const listenSocket = await bind(app, settings.host, settings.port);
  const turns = setInterval(() => open.turn++, limits.turnMs).unref();

  const stopListening = () => {
    if (open.isListening) us_listen_socket_close(listenSocket);
    open.isListening = false;
  };
  return {
    kind: "uWebSockets.js",
    port: us_socket_local_port(listenSocket as Parameters<typeof us_socket_local_port>[0]),
    stopListening,
    closeWithdrawn: () => closeWithdrawn(open.links, settings.peers),
    close: async (code, reason) => {
      stopListening();
      const hadConnections = open.links.size > 0;
      await closeAll(open.links, code, reason);
      // The library forgets a connection as it sends the close frame; closing the socket at once
      // could take that frame back.
      if (hadConnections) await sleep(limits.closeLingerMs);
      clearInterval(turns);
      app.close();
    },
  };
};

const createApp = (tls: Tls | undefined): TemplatedApp => {
  if (tls === undefined) return App();
  const { keyFile, certificateFile, caFile } = tls.files;
  return SSLApp({
    key_file_name: keyFile,
    cert_file_name: certificateFile,
    ...(caFile === undefined ? {} : { ca_file_name: caFile }),
  });
};

const bind = (app: TemplatedApp, host: string, port: number): Promise<ListenSocket> =>
  new Promise((resolve, reject) => {
    app.listen(host, port, async (listenSocket) => {
      if (listenSocket !== false) return resolve(listenSocket);
      const error = (await probeListenError(host, port)) ?? new Error("no reason given");
      reject(new Error(explainListenError({ what: "ENGINE_PORT", host, port, error })));
    });
  });

const behaviour = <State>(
  settings: ListenerSettings<State>,
  open: Open<State>,
): WebSocketBehavior<UserData<State>> => ({
  maxPayloadLength: limits.frameBytesReadMax,
  maxBackpressure: limits.frameUnsentBytesMax,
  // Timeouts are rounded by up to 4 s.
  idleTimeout: Math.max(8, settings.idleSecondsMax - 4),
  sendPingsAutomatically: true,
  upgrade: (response, request, context) => {
    const admitted = admit(readRequest(response, request, open), settings);
    if (!admitted.isOk) return answer(response, admitted.error);
    const link = createLink<State>(admitted.value, remoteAddress(response));
    const key = request.getHeader("sec-websocket-key");
    response.upgrade<UserData<State>>({ link }, key, subprotocol, "", context);
  },
  open: (socket) => {
    const { link } = socket.getUserData();
    link.socket = socket;
    open.links.add(link);
    metrics.countConnection(link.peer.role, 1);
    settings.log.info({ peer: link.peer.name, remoteAddress: link.remoteAddress }, "connected");
    settings.handlers.onOpen(link);
  },
  message: (socket, message, isBinary) => {
    const { link } = socket.getUserData();
    if (link.phase !== "open") return;
    if (!isBinary) closeWith(link, "TEXT_FRAME");
    else if (message.byteLength > limits.frameBytesMax) closeWith(link, "TOO_BIG");
    else if (isFlood(link, message.byteLength, open.turn)) closeWith(link, "TOO_FAST");
    else settings.handlers.onFrame(link, Buffer.from(message));
  },
  // The library answers pings; they are seen here only because they can flood as well.
  ping: (socket, payload) => {
    const { link } = socket.getUserData();
    if (isFlood(link, payload.byteLength, open.turn)) closeWith(link, "TOO_FAST");
  },
  close: (socket, code, reason) => {
    const { link } = socket.getUserData();
    link.phase = "closed";
    open.links.delete(link);
    metrics.countConnection(link.peer.role, -1);
    logClose(settings.log, link, code, Buffer.from(reason).toString());
    settings.handlers.onClose(link);
  },
});

const isFlood = (link: UwsLink<unknown>, bytes: number, turn: number): boolean => {
  if (link.turn !== turn) link.turnBytes = 0;
  link.turn = turn;
  link.turnBytes += bytes + frameBytesOverhead;
  return link.turnBytes > limits.frameBytesPerTurnMax;
};

const readRequest = (response: HttpResponse, request: HttpRequest, open: Open<unknown>) => ({
  path: request.getUrl(),
  protocols: request.getHeader("sec-websocket-protocol"),
  authorization: request.getHeader("authorization"),
  certificate: peerCertificate(response),
  remoteAddress: remoteAddress(response),
  connections: open.isListening ? open.links.size : Number.POSITIVE_INFINITY,
});

/** PEM; only a TLS response has the method, and the library's types do not know it. */
const peerCertificate = (response: HttpResponse): Buffer => {
  const read = response["getX509Certificate"] as (() => string) | undefined;
  return Buffer.from(read?.call(response) ?? "");
};

const remoteAddress = (response: HttpResponse): string =>
  Buffer.from(response.getRemoteAddressAsText()).toString();

const answer = (response: HttpResponse, { status, reason }: Refused) => {
  response.writeStatus(status).writeHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(reason, true);
};

const createLink = <State>(peer: Peer, remoteAddress: string): UwsLink<State> => {
  const link: UwsLink<State> = {
    peer,
    remoteAddress,
    attachment: undefined,
    phase: "open",
    socket: undefined,
    turn: 0,
    turnBytes: 0,
    unsentBytes: () => (link.phase === "closed" ? 0 : (link.socket?.getBufferedAmount() ?? 0)),
    send: (frame) => {
      if (link.phase !== "open") return false;
      if (link.socket?.send(frame, true, false) !== sendDropped) return true;
      link.phase = "closing";
      metrics.countClosedConnection("TOO_SLOW");
      queueMicrotask(() => link.phase === "closing" && link.socket?.close());
      return false;
    },
    close: (code, reason) => {
      if (link.phase !== "open") return;
      link.phase = "closing";
      countClose(code);
      queueMicrotask(() => link.phase === "closing" && link.socket?.end(code, closeReason(reason)));
    },
  };
  return link;
};
