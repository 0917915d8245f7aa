// A wire that a test can cut: forwards TCP to a server on loopback until it is told to swallow what
// the server says, or to drop every connection.

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
  /** Ends every connection and takes no new ones until `cut`. */
  block(): void;
  stop(): Promise<void>;
};

/** `delayMs`: what the server says arrives that much later. */
export const startTcpProxy = async (target: number, { delayMs = 0 } = {}): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  let isBlocking = false;
  let sent = 0;

  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((client) => {
    if (isBlocking) return client.destroy();
    const upstream = connect(target, "127.0.0.1");
    keep(client, upstream);
    keep(upstream, client);
    client.on("data", (chunk) => {
      sent += chunk.length;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (isSwallowing) return;
      if (delayMs === 0) client.write(chunk);
      else setTimeout(() => client.destroyed || client.write(chunk), delayMs);
    });
    return undefined;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  const cut = () => {
    isSwallowing = false;
    isBlocking = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    swallowReplies: () => {
      isSwallowing = true;
    },
    cut,
    block: () => {
      cut();
      isBlocking = true;
    },
    stop: async () => {
      cut();
      await once(server.close(), "close");
    },
  };
};
