// The open connections of a listener, whatever library holds their sockets: how one is refused
// service, how those of withdrawn peers go, and how all of them go when the process drains.

import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { metrics } from "../metrics.ts";
import { type CloseReason, closeCodes } from "../protocol/close-codes.ts";
import type { Peers } from "./authentication.ts";
import type { Connection } from "./connection.ts";

/** A connection as its listener sees it. */
export type Link<State> = Connection<State> & {
  readonly remoteAddress: string;
  /** open → closing: no frame comes or goes → closed: the socket must not be touched. */
  phase: "open" | "closing" | "closed";
  /** Octets that were taken by `send` and not yet by the operating system. */
  unsentBytes(): number;
};

export const closeWith = (link: Link<unknown>, reason: CloseReason) => {
  const { number, meaning } = closeCodes[reason];
  link.close(number, meaning);
};

const reasonsByNumber = new Map<number, CloseReason>(
  Object.entries(closeCodes).map(([reason, { number }]) => [number, reason as CloseReason]),
);

/** To be called once for each connection that we close. */
export const countClose = (code: number) => {
  const reason = reasonsByNumber.get(code);
  if (reason !== undefined) metrics.countClosedConnection(reason);
};

/** A close frame holds little, and one octet for one character keeps the count simple. */
export const closeReason = (reason: string): string =>
  reason.replace(/[^\x20-\x7e]/g, "?").slice(0, limits.closeReasonBytesMax);

export const logClose = (log: Log, link: Link<unknown>, code: number, reason: string) => {
  const { peer, remoteAddress } = link;
  log.info({ peer: peer.name, remoteAddress, code, reason }, "connection closed");
};

export const closeWithdrawn = (links: ReadonlySet<Link<unknown>>, peers: Peers): number => {
  const withdrawn = [...links].filter((link) => !peers.isCurrent(link.peer));
  for (const link of withdrawn) closeWith(link, "POLICY");
  return withdrawn.length;
};

/** Waits until what was sent has gone out, closes all, and waits until they are gone. */
export const closeAll = async (
  links: ReadonlySet<Link<unknown>>,
  code: number,
  reason: string,
): Promise<void> => {
  const isFlushed = () => [...links].every((link) => link.unsentBytes() === 0);
  await until(isFlushed, limits.closeFlushMsMax);
  for (const link of links) link.close(code, reason);
  await until(() => links.size === 0, limits.closeHandshakeMsMax);
};

const until = async (isDone: () => boolean, msMax: number) => {
  const deadline = performance.now() + msMax;
  while (!isDone() && performance.now() < deadline) await sleep(5);
};
