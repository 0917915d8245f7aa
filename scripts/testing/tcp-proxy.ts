// A wire that a test can spoil: forwards TCP to a server on loopback, until it is told to swallow
// what the server says, to be late, to go silent as a firewall that forgot the connection does, to
// end in the middle of a message, or to drop every connection.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type TcpProxy = {
  readonly port: number;
  /** Octets that clients have sent to the server so far. */
  readonly sent: () => number;
  /** From now on nothing of what the server says arrives; what clients say still does. */
  swallowReplies(): void;
  /** Ends every connection at once; new ones are forwarded as before. */
  cut(): void;
  /** Ends every connection and takes no new ones until `cut` or `mend`. */
  block(): void;
  /** From now on everything arrives that much later, both ways. */
  delay(ms: number): void;
  /**
   * Half-open: nothing arrives any more, either way, not even that the other side hung up. What is
   * open now or is opened meanwhile stays so for ever; after `mend` new connections are forwarded.
   */
  silence(): void;
  /**
   * Of each connection so many octets more arrive, each way, and no whole message need end there;
   * then it is cut. The same of each new one.
   */
  truncate(octets: number): void;
  /** From now on everything arrives again; what was silenced stays silent. */
  mend(): void;
  stop(): Promise<void>;
};

type Wire =
  | { readonly kind: "whole" }
  | { readonly kind: "blocked" }
  | { readonly kind: "swallowing" }
  | { readonly kind: "silent" }
  | { readonly kind: "truncated"; readonly octets: number };

type Connection = {
  readonly sockets: readonly [Socket, Socket];
  isSilenced: boolean;
  /** What of each way may still pass; undefined: all. */
  left: { sent: number; said: number } | undefined;
};

/** Does one thing after another, each `delayMs()` after it was asked for. */
const lateDoer = (delayMs: () => number) => {
  let lastAt = 0;
  // Timers of different lengths may end in another order than they should: each does what is next.
  const waiting: (() => void)[] = [];
  return (act: () => void): void => {
    const now = performance.now();
    lastAt = Math.max(lastAt, now + delayMs());
    if (waiting.length === 0 && lastAt <= now) {
      act();
      return;
    }
    waiting.push(act);
    setTimeout(() => waiting.shift()!(), lastAt - now);
  };
};

const newConnection = (wire: Wire, sockets: readonly [Socket, Socket]): Connection => ({
  sockets,
  isSilenced: wire.kind === "silent",
  left: wire.kind === "truncated" ? { sent: wire.octets, said: wire.octets } : undefined,
});

/** What passes of a chunk; the connection is cut behind its last octet. */
const passing = (
  { isSilenced, left, sockets }: Connection,
  way: "sent" | "said",
  chunk: Buffer,
  to: Socket,
): Buffer | undefined => {
  if (isSilenced || left === undefined) return isSilenced ? undefined : chunk;
  const part = chunk.subarray(0, left[way]);
  left[way] -= part.length;
  if (part.length === chunk.length) return chunk;
  to.end(part, () => {
    for (const socket of sockets) socket.destroy();
  });
  return undefined;
};

/** `delayMs`: null swallows it. */
const forward = (connection: Connection, way: "sent" | "said", delayMs: () => number | null) => {
  const [client, upstream] = connection.sockets;
  const [from, to] = way === "sent" ? [client, upstream] : [upstream, client];
  const late = lateDoer(() => delayMs() ?? 0);
  from.on("data", (chunk) => {
    if (delayMs() === null) return;
    const part = passing(connection, way, chunk, to);
    if (part !== undefined) late(() => void (to.writable && to.write(part)));
  });
  from.on("end", () => {
    if (!connection.isSilenced) late(() => void to.end());
  });
};

/** Once one side is gone the other is cut too, unless nobody tells it. */
const keep = (connections: Set<Connection>, connection: Connection): void => {
  const [client, upstream] = connection.sockets;
  connections.add(connection);
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (connection.isSilenced && !other.destroyed) return;
      connections.delete(connection);
      other.destroy();
    });
  }
};

/** `delayMs`: what the server says arrives that much later. */
export const startTcpProxy = async (target: number, { delayMs = 0 } = {}): Promise<TcpProxy> => {
  const connections = new Set<Connection>();
  let wire: Wire = { kind: "whole" };
  let bothWaysMs = 0;
  let sent = 0;

  const cutAll = () => {
    for (const { sockets } of connections) for (const socket of sockets) socket.destroy();
  };
  // Each side ends for itself: one that hears of nothing does not hear of the other's end either.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (wire.kind === "blocked") return client.destroy();
    const upstream = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true });
    const connection = newConnection(wire, [client, upstream]);
    keep(connections, connection);
    client.on("data", (chunk) => {
      sent += chunk.length;
    });
    forward(connection, "sent", () => bothWaysMs);
    forward(connection, "said", () => (wire.kind === "swallowing" ? null : delayMs + bothWaysMs));
    return undefined;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  const become = (next: Wire) => {
    wire = next;
    bothWaysMs = 0;
    for (const connection of connections) {
      if (next.kind === "silent") connection.isSilenced = true;
      connection.left =
        next.kind === "truncated" ? { sent: next.octets, said: next.octets } : undefined;
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    swallowReplies: () => become({ kind: "swallowing" }),
    cut: () => {
      become({ kind: "whole" });
      cutAll();
    },
    block: () => {
      become({ kind: "blocked" });
      cutAll();
    },
    delay: (ms) => {
      become({ kind: "whole" });
      bothWaysMs = ms;
    },
    silence: () => become({ kind: "silent" }),
    truncate: (octets) => become({ kind: "truncated", octets }),
    mend: () => become({ kind: "whole" }),
    stop: async () => {
      cutAll();
      await once(server.close(), "close");
    },
  };
};
