// What a client library is told, and its defaults.

import type { ConnectionOptions } from "node:tls";
import { limits } from "../../limits.ts";
import type { Notice } from "../operations.ts";

/**
 * For `wss:`: the authority to trust, and the client's own certificate where the server asks for
 * one.
 */
export type ClientTls = Pick<
  ConnectionOptions,
  "ca" | "cert" | "key" | "passphrase" | "servername" | "rejectUnauthorized"
>;

export type ClientSettings = {
  /** `ws://host:port` or `wss://host:port`, each an engine or several that share a port. */
  readonly endpoints: readonly string[];
  readonly token: string;
  readonly tls?: ClientTls;
  /** Several reach several processes that share a port. */
  readonly connectionsPerEndpoint?: number;
  /** Beyond it a call is refused at once with TOO_BUSY. */
  readonly inFlightMax?: number;
  /** For a call with all its retries. */
  readonly deadlineMs?: number;
  readonly pingIntervalMs?: number;
  readonly onNotice?: (notice: Notice, endpoint: string) => void;
  /** A connection came up or went down, for logs and screens. */
  readonly onConnection?: (change: ConnectionChange) => void;
};

export type ConnectionChange = {
  readonly endpoint: string;
  readonly isUp: boolean;
  readonly reason: string;
};

export type CheckedSettings = Required<Omit<ClientSettings, "tls">> & {
  readonly tls: ClientTls | undefined;
};

/** Throws on settings that can never work: they are the programmer's or the operator's to mend. */
export function checkSettings(settings: ClientSettings): CheckedSettings {
  const checked = {
    connectionsPerEndpoint: 1,
    inFlightMax: limits.clientInFlightMax,
    deadlineMs: limits.clientDeadlineMs,
    pingIntervalMs: limits.clientPingIntervalMs,
    onNotice: () => undefined,
    onConnection: () => undefined,
    tls: undefined,
    ...settings,
  };
  if (checked.endpoints.length === 0) throw new Error("client: no endpoints");
  for (const endpoint of checked.endpoints) {
    if (!URL.canParse(endpoint) || !/^wss?:$/.test(new URL(endpoint).protocol))
      throw new Error(`client: "${endpoint}" is not ws://host:port or wss://host:port`);
  }
  for (const name of [
    "connectionsPerEndpoint",
    "inFlightMax",
    "deadlineMs",
    "pingIntervalMs",
  ] as const) {
    if (!(Number.isInteger(checked[name]) && checked[name] > 0))
      throw new Error(`client: ${name} has to be a whole number above 0, not ${checked[name]}`);
  }
  return checked;
}
