// The upgrade from HTTP to WebSocket: what a client has to send and which status a refused one
// gets.

import { subprotocol } from "./operations.ts";

export const handshakeRefusals = {
  notAnUpgrade: { status: 426, meaning: "A plain HTTP request: this port speaks WebSocket only." },
  wrongPath: { status: 404, meaning: "The path is not `/`." },
  wrongSubprotocol: {
    status: 400,
    meaning: `\`Sec-WebSocket-Protocol\` does not offer \`${subprotocol}\`.`,
  },
  unauthorized: { status: 401, meaning: "No token, a wrong token, or no client certificate." },
  unavailable: { status: 503, meaning: "Draining, or as many connections as there may be." },
} as const satisfies Record<string, { readonly status: number; readonly meaning: string }>;

export type HandshakeRefusal = keyof typeof handshakeRefusals;

export const authorizationHeader = (token: string): string => `Bearer ${token}`;
