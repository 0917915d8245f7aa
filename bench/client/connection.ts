// A WebSocket of the load client: octets in, octets out. Leaner than the client library's link,
// which builds an object for every message; the protocol is the same.

import { type ClientOptions, WebSocket } from "ws";
import { authorizationHeader } from "../../engine/protocol/handshake.ts";
import { subprotocol } from "../../engine/protocol/operations.ts";

export type Connection = {
  /** `frame` must not be touched any more. */
  send(frame: Uint8Array): void;
  close(): void;
};

export type ConnectionOptions = {
  readonly endpoint: string;
  readonly token: string;
  readonly onFrame: (frame: Buffer) => void;
  /** Once, when it was open and ends without being asked to. */
  readonly onLost: (reason: string) => void;
};

export const openConnection = (options: ConnectionOptions): Promise<Connection> => {
  const { endpoint, token, onFrame, onLost } = options;
  const settings: ClientOptions = {
    headers: { authorization: authorizationHeader(token) },
    perMessageDeflate: false,
    // A mask of zeros is left out: on the loopback it protects nobody, and masking in JavaScript
    // would be a tenth of the client's time.
    generateMask: (mask) => {
      mask.fill(0);
    },
  };
  const socket = new WebSocket(endpoint, subprotocol, settings);
  let isClosing = false;
  return new Promise((resolve, reject) => {
    socket.on("message", (data: Buffer) => onFrame(data));
    socket.on("error", reject);
    socket.on("close", (code, reason) => {
      if (!isClosing) onLost(`${code} ${reason.toString()}`.trimEnd());
    });
    socket.on("open", () =>
      resolve({
        send: (frame) => socket.send(frame),
        close: () => {
          isClosing = true;
          socket.close();
        },
      }),
    );
  });
};
