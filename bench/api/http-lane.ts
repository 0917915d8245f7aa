// One connection of the API's load: HTTP/1.1, kept alive, one request under way. By hand over a
// socket, since Node's own client costs as much CPU as the server that is measured.

import { connect, type Socket } from "node:net";

export type HttpAnswer = { readonly status: number; readonly body: string };

export type HttpLane = {
  /** Rejects when the connection ends, or what comes is no answer. */
  ask(request: Buffer): Promise<HttpAnswer>;
  close(): void;
};

const headEnd = "\r\n\r\n";

/** `Content-Length` octets behind the head; 204 and 304 have none. */
const lengthOf = (head: string): number =>
  Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);

export const openLane = (port: number): Promise<HttpLane> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => resolve(laneOf(socket)));
  });

const laneOf = (socket: Socket): HttpLane => {
  let waiting: { answer: (of: HttpAnswer) => void; fail: (error: Error) => void } | undefined;
  let octets = Buffer.alloc(0);
  const fail = (error: Error) => {
    waiting?.fail(error);
    waiting = undefined;
  };
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed the connection")));
  socket.on("data", (more) => {
    octets = octets.length === 0 ? more : Buffer.concat([octets, more]);
    const end = octets.indexOf(headEnd);
    if (end < 0) return;
    const head = octets.toString("latin1", 0, end);
    const bodyEnd = end + headEnd.length + lengthOf(head);
    if (octets.length < bodyEnd) return;
    const body = octets.toString("utf8", end + headEnd.length, bodyEnd);
    octets = octets.subarray(bodyEnd);
    const { answer } = waiting ?? { answer: () => undefined };
    waiting = undefined;
    answer({ status: Number(head.slice(9, 12)), body });
  });
  return {
    ask: (request) =>
      new Promise((answer, failed) => {
        waiting = { answer, fail: failed };
        socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
};

export type RequestParts = {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export const requestOctets = ({
  method,
  path,
  token,
  body,
  headers = {},
}: RequestParts): Buffer => {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    `authorization: Bearer ${token}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined
      ? []
      : ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`]),
  ];
  return Buffer.from(`${lines.join("\r\n")}${headEnd}${body ?? ""}`);
};
