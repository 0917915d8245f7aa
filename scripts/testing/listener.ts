// A listener under test, with peers and recorded events, and the clients that go at it:
// well-behaved ones (the `ws` package) and raw sockets that do what no library would.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClientOptions, WebSocket } from "ws";
import { createLog } from "../../engine/log.ts";
import { openPeers } from "../../engine/server/authentication.ts";
import {
  type Connection,
  type Handlers,
  type Listener,
  type ListenOptions,
  listen,
} from "../../engine/server/listener.ts";

export type Session = { frames: number };
export type TestConnection = Connection<Session>;

export type UnderTest = {
  readonly listener: Listener;
  readonly port: number;
  readonly peers: ListenOptions<Session>["peers"];
  readonly peersFile: string;
  /** Log lines, one JSON object each. */
  readonly lines: string[];
  readonly opened: TestConnection[];
  readonly closed: TestConnection[];
};

export type PeerOfTest = {
  readonly name: string;
  readonly token?: string;
  readonly certificateSha256?: string;
};

export const writePeers = (file: string, peers: readonly PeerOfTest[]) => {
  const entries = peers.map(({ name, token, certificateSha256 }) => ({
    name,
    role: "network",
    ...(token === undefined ? {} : { tokenSha256: sha256(token) }),
    ...(certificateSha256 === undefined ? {} : { certificateSha256 }),
  }));
  writeFileSync(file, JSON.stringify({ peers: entries }));
};

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const stops: (() => Promise<void>)[] = [];

/** Ends every listener of `start`; for `afterEach`. */
export const stopAll = async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
};

/** Echoes every frame, unless `onFrame` does something else. */
export const start = async (
  options: Partial<Omit<ListenOptions<Session>, "handlers" | "peers" | "log">> & {
    readonly onFrame?: Handlers<Session>["onFrame"];
    readonly who?: readonly PeerOfTest[];
  },
): Promise<UnderTest> => {
  const { onFrame, who, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), "tollgate-listener-"));
  stops.push(async () => rmSync(folder, { recursive: true, force: true }));
  const peersFile = join(folder, "peers.json");
  writePeers(peersFile, who ?? [{ name: "smf-1", token: "right" }]);
  const peers = openPeers(peersFile);
  if (!peers.isOk) throw new Error(peers.error.join("; "));
  const lines: string[] = [];
  const opened: TestConnection[] = [];
  const closed: TestConnection[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const handlers: Handlers<Session> = {
    onOpen: (connection) => {
      connection.attachment = { frames: 0 };
      opened.push(connection);
    },
    onFrame:
      onFrame ??
      ((connection, frame) => {
        connection.send(frame);
      }),
    onClose: (connection) => closed.push(connection),
  };
  const defaults = { host: "127.0.0.1", port: 0 };
  const listener = await listen({ ...defaults, ...rest, peers: peers.value, handlers, log });
  stops.push(() => listener.close(1001, "end of test"));
  const { port } = listener;
  return { listener, port, peers: peers.value, peersFile, lines, opened, closed };
};

export type Dialled = {
  readonly socket: WebSocket;
  /** How the upgrade went: "open", a status with its reason, or an error of the connection. */
  readonly outcome: Promise<{ kind: "open" | "refused" | "error"; status: number; reason: string }>;
  readonly ended: Promise<{ code: number; reason: string }>;
};

export const dial = (
  port: number,
  options: ClientOptions & {
    readonly token?: string | undefined;
    readonly protocol?: string | undefined;
    readonly path?: string;
    readonly scheme?: "ws" | "wss";
  } = {},
): Dialled => {
  const { token = "right", protocol = "tollgate.v1", path = "/", scheme = "ws", ...rest } = options;
  const authorization = token === "" ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(
    `${scheme}://127.0.0.1:${port}${path}`,
    protocol === "" ? [] : protocol.split(","),
    { perMessageDeflate: true, headers: authorization, ...rest },
  );
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const outcome = new Promise<Awaited<Dialled["outcome"]>>((resolve) => {
    socket.on("open", () => resolve({ kind: "open", status: 101, reason: "" }));
    socket.on("error", (error) => resolve({ kind: "error", status: 0, reason: error.message }));
    socket.on("unexpected-response", (_, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const reason = Buffer.concat(chunks).toString();
        resolve({ kind: "refused", status: response.statusCode ?? 0, reason });
        socket.terminate();
      });
    });
  });
  return { socket, outcome, ended };
};

/** An open WebSocket, or the reason why not as a thrown error. */
export const dialOpen = async (port: number, options?: Parameters<typeof dial>[1]) => {
  const dialled = dial(port, options);
  const outcome = await dialled.outcome;
  if (outcome.kind !== "open") throw new Error(`not open: ${outcome.status} ${outcome.reason}`);
  return dialled;
};

export const upgradeRequest = (token = "right") =>
  [
    "GET / HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: tollgate.v1",
    `Authorization: Bearer ${token}`,
    "",
    "",
  ].join("\r\n");

export type RawSocket = { readonly socket: Socket; readonly closed: Promise<number> };

/**
 * A TCP connection that says what it is told. `allowHalfOpen`: it does not end its side when the
 * other does. `closed` is the number of ms that it lived.
 */
export const dialRaw = (
  port: number,
  first = "",
  options = { allowHalfOpen: false },
): RawSocket => {
  const startMs = performance.now();
  const socket = connect({ port, host: "127.0.0.1", ...options });
  socket.resume();
  socket.on("error", () => socket.destroy());
  const closed = new Promise<number>((resolve) => {
    socket.on("close", () => resolve(performance.now() - startMs));
  });
  if (first !== "") socket.write(first);
  return { socket, closed };
};

/** A masked client frame of at most 125 octets. */
export const rawFrame = (opcode: number, payload: Uint8Array): Buffer =>
  Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);

/**
 * A process of its own that upgrades and then sends one frame as fast as it can, for 10 s at most.
 */
export const spawnFlood = (port: number, frame: Buffer): ChildProcess => {
  const program = `
    const socket = require("node:net").connect(${port}, "127.0.0.1");
    const many = Buffer.concat(Array(5_000).fill(Buffer.from("${frame.toString("hex")}", "hex")));
    const go = () => { while (socket.write(many)); socket.once("drain", go); };
    socket.on("error", () => process.exit()).on("close", () => process.exit());
    socket.once("data", () => socket.resume() && go());
    socket.write(${JSON.stringify(upgradeRequest())});
    setTimeout(() => process.exit(), 10_000);`;
  return spawn(process.execPath, ["-e", program], { stdio: "ignore" });
};

/** Polls; false after `msMax`. */
export const eventually = async (isTrue: () => boolean, msMax = 5_000): Promise<boolean> => {
  const deadline = performance.now() + msMax;
  while (!isTrue() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return isTrue();
};
