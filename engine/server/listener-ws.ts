// The listener over the `ws` package, for machines where uWebSockets.js has no binary: the same
// behaviour at several times the cost. What that library leaves to its user is here: the limit of
// unsent octets, pings and idle connections, the time that an upgrade may take.

import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { WebSocket, WebSocketServer } from "ws";
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
import { explainListenError } from "./listen-error.ts";
import type { Tls } from "./tls.ts";

type WsLink<State> = Link<State> & {
  readonly socket: WebSocket;
  readonly transport: Socket;
  /** What the last sweep saw of the transport, and how many sweeps have seen nothing new. */
  bytesRead: number;
  quietSweeps: number;
};
type Open<State> = { readonly links: Set<WsLink<State>>; isListening: boolean };

export const listenWs = async <State>(settings: ListenerSettings<State>): Promise<Listener> => {
  const open: Open<State> = { links: new Set(), isListening: true };
  const upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytesReadMax,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => subprotocol,
    // Known to the library, not yet to its types.
    ...{ closeTimeout: limits.closeHandshakeMsMax },
  });
  const server = createServer(settings.tls, (request, response) => {
    refuseRequest(request, response, settings);
  });
  server.on("upgrade", (request: IncomingMessage, transport: Duplex, head: Buffer) => {
    transport.on("error", () => transport.destroy());
    const admitted = admit(readRequest(request, open), settings);
    if (!admitted.isOk) return refuseUpgrade(transport, admitted.error);
    upgrader.handleUpgrade(request, transport, head, (socket) => {
      openLink(createLink<State>(admitted.value, socket, request.socket), settings, open);
    });
  });
  await bind(server, settings.host, settings.port);
  const idleWatch = watchIdle(open.links, settings.idleSecondsMax);

  const stopListening = () => {
    if (open.isListening) server.close();
    open.isListening = false;
  };
  return {
    kind: "ws",
    port: (server.address() as AddressInfo).port,
    stopListening,
    closeWithdrawn: () => closeWithdrawn(open.links, settings.peers),
    close: async (code, reason) => {
      stopListening();
      await closeAll(open.links, code, reason);
      clearInterval(idleWatch);
      for (const link of open.links) link.socket.terminate();
      server.closeAllConnections();
    },
  };
};

const upgradeMsMax = limits.upgradeSecondsMax * 1_000;
const timeouts = {
  headersTimeout: upgradeMsMax,
  requestTimeout: upgradeMsMax,
  connectionsCheckingInterval: 1_000,
};

const createServer = (
  tls: Tls | undefined,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server => {
  if (tls === undefined) return createHttpServer(timeouts, onRequest);
  const { key, certificate, ca } = tls;
  const isMutual = ca !== undefined;
  return createHttpsServer(
    {
      ...timeouts,
      handshakeTimeout: upgradeMsMax,
      key,
      cert: certificate,
      ca,
      requestCert: isMutual,
      rejectUnauthorized: isMutual,
    },
    onRequest,
  );
};

const bind = (server: Server, host: string, port: number): Promise<void> => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const canShare = process.platform === "linux" && (major > 23 || (major === 23 && minor >= 1));
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const line = explainListenError({ what: "ENGINE_PORT", host, port, error });
      const isTaken = error.code === "EADDRINUSE" && !canShare;
      const sharing = `; to share it, ws needs Linux and Node 23.1, this is ${process.version}`;
      reject(new Error(isTaken ? line + sharing : line));
    });
    server.listen({ host, port, ...(canShare ? { reusePort: true } : {}) }, resolve);
  });
};

const readRequest = (request: IncomingMessage, open: Open<unknown>) => ({
  path: pathOf(request),
  protocols: request.headers["sec-websocket-protocol"] ?? "",
  authorization: request.headers.authorization ?? "",
  certificate: peerCertificate(request.socket),
  remoteAddress: request.socket.remoteAddress ?? "",
  connections: open.isListening ? open.links.size : Number.POSITIVE_INFINITY,
});

const pathOf = (request: IncomingMessage) => request.url?.split("?", 1)[0] ?? "";

/** DER; a connection without TLS has none, and TLS without a client certificate an empty object. */
const peerCertificate = (socket: Socket): Buffer =>
  (socket as Partial<TLSSocket>).getPeerCertificate?.()?.raw ?? Buffer.alloc(0);

const refuseRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  settings: ListenerSettings<never>,
) => {
  const { status, reason } = refuseHttp(
    pathOf(request),
    request.socket.remoteAddress ?? "",
    settings,
  );
  const headers = { "Content-Type": "text/plain; charset=utf-8", Connection: "close" };
  response.writeHead(Number.parseInt(status, 10), headers).end(reason);
};

const refuseUpgrade = (transport: Duplex, { status, reason }: Refused) => {
  const head = [
    `HTTP/1.1 ${status}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(reason)}`,
    "Connection: close",
  ];
  transport.once("finish", () => transport.destroy());
  transport.end(`${head.join("\r\n")}\r\n\r\n${reason}`);
};

const openLink = <State>(
  link: WsLink<State>,
  { handlers, log }: ListenerSettings<State>,
  open: Open<State>,
) => {
  const { socket, peer, remoteAddress } = link;
  let fault = "";
  open.links.add(link);
  metrics.countConnection(peer.role, 1);
  log.info({ peer: peer.name, remoteAddress }, "connected");
  handlers.onOpen(link);
  socket.on("message", (message: Buffer, isBinary) => {
    if (link.phase !== "open") return;
    if (!isBinary) closeWith(link, "TEXT_FRAME");
    else if (message.length > limits.frameBytesMax) closeWith(link, "TOO_BIG");
    else handlers.onFrame(link, message);
  });
  socket.on("error", (error) => {
    fault = error.message;
  });
  socket.on("close", (code, reason) => {
    link.phase = "closed";
    open.links.delete(link);
    metrics.countConnection(peer.role, -1);
    logClose(log, link, code, fault || reason.toString());
    handlers.onClose(link);
  });
};

const createLink = <State>(peer: Peer, socket: WebSocket, transport: Socket): WsLink<State> => {
  const link: WsLink<State> = {
    peer,
    socket,
    transport,
    remoteAddress: transport.remoteAddress ?? "",
    attachment: undefined,
    phase: "open",
    bytesRead: transport.bytesRead,
    quietSweeps: 0,
    unsentBytes: () => socket.bufferedAmount,
    send: (frame) => {
      if (link.phase !== "open" || socket.readyState !== WebSocket.OPEN) return false;
      if (socket.bufferedAmount + frame.length <= limits.frameUnsentBytesMax) {
        // The library keeps what it is given until the kernel takes it; the caller may overwrite
        // it.
        socket.send(Buffer.from(frame), { binary: true, compress: false });
        return true;
      }
      link.phase = "closing";
      metrics.countClosedConnection("TOO_SLOW");
      queueMicrotask(() => socket.terminate());
      return false;
    },
    close: (code, reason) => {
      if (link.phase !== "open") return;
      link.phase = "closing";
      countClose(code);
      queueMicrotask(() => socket.close(code, closeReason(reason)));
    },
  };
  return link;
};

/**
 * Four sweeps in the time allowed: after the first without a sign of life comes a ping, after the
 * third the end. A sign of life is any octet at all.
 */
const watchIdle = (links: ReadonlySet<WsLink<unknown>>, idleSecondsMax: number) =>
  setInterval(
    () => {
      for (const link of links) {
        const { bytesRead } = link.transport;
        link.quietSweeps = bytesRead === link.bytesRead ? link.quietSweeps + 1 : 0;
        link.bytesRead = bytesRead;
        if (link.quietSweeps === 1 && link.phase === "open") link.socket.ping();
        if (link.quietSweeps >= 3) link.socket.terminate();
      }
    },
    (idleSecondsMax * 1_000) / 4,
  ).unref();
