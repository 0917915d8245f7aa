// One WebSocket to one engine, as plain callbacks: no promises, no retries, no table of requests.
// What is sent in one turn of the event loop leaves as one frame at its end; what arrives is
// handed on message by message. The load generator stands directly on this, the client library
// through `kept-link.ts`.

import { type ClientOptions, WebSocket } from "ws";
import { limits } from "../../limits.ts";
import { closeCodes } from "../close-codes.ts";
import { authorizationHeader } from "../handshake.ts";
import { refusalMessage, type WireMessage } from "../messages.ts";
import { notices, subprotocol } from "../operations.ts";
import { refusal } from "../result-codes.ts";
import { decodeFrame, encodeFrames } from "../wire.ts";
import type { ClientTls } from "./settings.ts";

export type LinkSettings = {
  /** `ws://host:port` or `wss://host:port`. */
  readonly endpoint: string;
  readonly token: string;
  readonly tls?: ClientTls | undefined;
  readonly pingIntervalMs?: number;
};

export type LinkHandlers = {
  onOpen(): void;
  /** An answer or refusal, as it came: `[number, correlation, …fields]`. */
  onAnswer(correlation: number, message: WireMessage): void;
  /** What the server says unasked. */
  onNotice(message: WireMessage): void;
  /** Exactly once, also when it never opened. What is unanswered then has an unknown outcome. */
  onClose(end: LinkEnd): void;
};

export type LinkEnd = {
  /** Of the WebSocket; 1006 when it was cut or never opened. */
  readonly code: number;
  readonly reason: string;
};

export type Link = {
  /** Leaves at the end of this turn, or when the link opens; after its end it is dropped. */
  send(message: WireMessage): void;
  /** Says goodbye. `onClose` follows within `clientCloseMsMax`. */
  close(): void;
};

export function openLink(settings: LinkSettings, handlers: LinkHandlers): Link {
  const options: ClientOptions & { closeTimeout: number } = {
    ...settings.tls,
    headers: { authorization: authorizationHeader(settings.token) },
    handshakeTimeout: limits.clientConnectMsMax,
    maxPayload: limits.frameBytesMax,
    perMessageDeflate: false,
    closeTimeout: limits.clientCloseMsMax,
  };
  const socket = new WebSocket(settings.endpoint, subprotocol, options);
  const outbox: WireMessage[] = [];
  let isFlushDue = false;
  let problem = "";

  const sendFrame = (frame: Uint8Array) => socket.send(frame);
  const flush = () => {
    isFlushDue = false;
    if (socket.readyState === WebSocket.OPEN)
      for (const message of encodeFrames(outbox, sendFrame)) refuseUnsendable(message, handlers);
    outbox.length = 0;
  };
  const stopPinging = keepAlive(
    socket,
    settings.pingIntervalMs ?? limits.clientPingIntervalMs,
    () => {
      problem = "the peer is silent";
    },
  );

  socket.on("open", () => {
    if (outbox.length > 0) flush();
    handlers.onOpen();
  });
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary && receive(data, handlers)) return;
    problem = "the peer sends what is no frame";
    socket.close(closeCodes.GARBAGE.number, problem);
  });
  socket.on("error", (error) => {
    problem = error.message;
  });
  socket.on("close", (code, reason) => {
    stopPinging();
    handlers.onClose({ code, reason: reason.toString() || problem });
  });

  return {
    send(message) {
      outbox.push(message);
      if (isFlushDue || socket.readyState === WebSocket.CONNECTING) return;
      isFlushDue = true;
      setImmediate(flush);
    },
    close: () => socket.close(closeCodes.NORMAL.number),
  };
}

/** Hands on every message of a frame; false for what is no frame of messages. */
function receive(data: Buffer, handlers: LinkHandlers): boolean {
  const frame = decodeFrame(data);
  if (!frame.isOk) return false;
  for (const message of frame.value) {
    if (!Array.isArray(message)) return false;
    const [number, correlation] = message;
    if (typeof number !== "number" || typeof correlation !== "number") return false;
    if (number < notices.notice.number) handlers.onAnswer(correlation, message);
    else handlers.onNotice(message);
  }
  return true;
}

/** Too large for any frame: answered here, with the refusal that the server would give. */
function refuseUnsendable(message: WireMessage, handlers: LinkHandlers): void {
  const correlation = message[1] as number;
  const refused = refusal("FRAME_TOO_LARGE", `a message beyond ${limits.frameBytesMax} octets`);
  handlers.onAnswer(correlation, refusalMessage(correlation, refused));
}

/** Cuts a socket whose peer said nothing, not even a pong, between two pings. */
function keepAlive(socket: WebSocket, intervalMs: number, onSilent: () => void): () => void {
  let isHeard = true;
  const heard = () => {
    isHeard = true;
  };
  socket.on("open", heard).on("message", heard).on("ping", heard).on("pong", heard);
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (isHeard) socket.ping();
    else {
      onSilent();
      socket.terminate();
    }
    isHeard = false;
  }, intervalMs);
  return () => clearInterval(timer);
}
