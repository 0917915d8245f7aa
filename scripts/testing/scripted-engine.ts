// A real WebSocket server on loopback that speaks the protocol and answers as a test tells it:
// for the tests of the client, which have to see refusals, silence and lost connections at chosen
// moments.

import { createServer } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type ReadRequest, readRequest, refusalMessage } from "../../engine/protocol/messages.ts";
import { subprotocol } from "../../engine/protocol/operations.ts";
import { decodeFrame, encodeFrame } from "../../engine/protocol/wire.ts";

export type ScriptedRequest = Extract<ReadRequest, { refusal: undefined }>;
/** What to send back; nothing: silence. */
export type Script = (
  request: ScriptedRequest,
  socket: WebSocket,
) => readonly unknown[] | undefined;

export type ScriptedEngine = {
  readonly endpoint: string;
  readonly port: number;
  /** Every request that came, in order. */
  readonly requests: ScriptedRequest[];
  readonly frames: { count: number };
  readonly sockets: Set<WebSocket>;
  script: Script;
  close(): Promise<void>;
};

/** `port` 0 takes a free one. */
export async function startScriptedEngine(
  script: Script,
  port = 0,
  tls?: ServerOptions,
): Promise<ScriptedEngine> {
  const http = tls === undefined ? createServer() : createTlsServer(tls);
  const server = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    verifyClient: ({ req }, decide) =>
      decide(req.headers.authorization === "Bearer secret", 401, "wrong token"),
  });
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  const bound = (http.address() as AddressInfo).port;
  const engine: ScriptedEngine = {
    endpoint: `${tls === undefined ? "ws" : "wss"}://127.0.0.1:${bound}`,
    port: bound,
    requests: [],
    frames: { count: 0 },
    sockets: new Set(),
    script,
    async close() {
      for (const socket of engine.sockets) socket.terminate();
      server.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  server.on("connection", (socket) => {
    engine.sockets.add(socket);
    socket.on("close", () => engine.sockets.delete(socket));
    socket.on("message", (data: Buffer) => receive(engine, socket, data));
  });
  return engine;
}

function receive(engine: ScriptedEngine, socket: WebSocket, data: Buffer): void {
  engine.frames.count++;
  const frame = decodeFrame(data);
  const replies: (readonly unknown[])[] = [];
  for (const message of frame.isOk ? frame.value : []) {
    const request = readRequest(message);
    if (request.refusal !== undefined) {
      replies.push(refusalMessage(request.correlation, request.refusal));
      continue;
    }
    engine.requests.push(request);
    const reply = engine.script(request, socket);
    if (reply !== undefined) replies.push(reply);
  }
  if (replies.length > 0) socket.send(encodeFrame(replies));
}
