// The one small interface between sockets and everything that charges. Two implementations stand
// behind it (listener-uws.ts, listener-ws.ts), and whoever dispatches frames cannot tell them
// apart.

import type { ListenerKind } from "../config.ts";
import type { Log, RateLimitedLog } from "../log.ts";
import type { Peer, Peers } from "./authentication.ts";
import type { Tls } from "./tls.ts";

export type Connection<State> = {
  readonly peer: Peer;
  /**
   * The dispatcher's own state of this connection, set in `onOpen`: no lookup by key afterwards.
   */
  attachment: State | undefined;
  /**
   * Hands one frame to the socket; the octets are copied, the caller may use the buffer again.
   * False: it was not taken and the connection is closed or being closed; nothing vanishes
   * silently. No handler runs inside the call.
   */
  send(frame: Uint8Array): boolean;
  /** Says why and closes; no further frame comes or goes. No handler runs inside the call. */
  close(code: number, reason: string): void;
};

export type Handlers<State> = {
  onOpen(connection: Connection<State>): void;
  /** `frame` is valid only during the call. Never called after `close` or a failed `send`. */
  onFrame(connection: Connection<State>, frame: Uint8Array): void;
  /** Exactly once for each `onOpen`. */
  onClose(connection: Connection<State>): void;
};

export type Listener = {
  readonly kind: ListenerKind;
  readonly port: number;
  /** Takes no new connections; those that are open stay. */
  stopListening(): void;
  /** Closes the connections of peers that a reload of the peers file withdrew; says how many. */
  closeWithdrawn(): number;
  /** Lets what was sent go out, then closes every connection; all of it in bounded time. */
  close(code: number, reason: string): Promise<void>;
};

/** What an implementation gets: everything read, checked and with its default filled in. */
export type ListenerSettings<State> = {
  readonly host: string;
  readonly port: number;
  readonly tls: Tls | undefined;
  readonly peers: Peers;
  readonly handlers: Handlers<State>;
  readonly idleSecondsMax: number;
  readonly log: Log;
  readonly rejects: RateLimitedLog;
};
