// Between engines and Redis: every call waits until it is chosen, so that the order is known in
// which Redis carries them out; then its reply waits, comes late, or never. A link is a connection:
// calls are carried out in the order in which they were sent on it, and answered in that order.

import type { Store } from "../../store/connection.ts";
import type { Argument } from "../../store/encode-command.ts";
import type { CommandName } from "../../store/scripts.ts";
import { type Ledger, newLedger } from "./ledger.ts";

export type Asked =
  | {
      readonly kind: "run";
      readonly name: CommandName;
      readonly keys: readonly string[];
      readonly args: readonly Argument[];
    }
  | { readonly kind: "call"; readonly words: readonly [string, ...Argument[]] }
  | { readonly kind: "load" };

export type Reply = { readonly value: unknown } | { readonly error: Error };

export type Call = {
  readonly asked: Asked;
  /** Of the engine that asked, and which of its calls it is. */
  readonly ledger: Ledger;
  readonly number: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  reply: Reply | undefined;
  /** What its reply means to whoever asked: run when that is handed over. */
  onDelivery: (() => void) | undefined;
  /** What it means that nobody will ever hear the reply. */
  onLoss: (() => void) | undefined;
  /** Nobody waits for it any more. */
  isLost: boolean;
  /** How many more turns until it is done, though nobody waits for it any more. */
  turnsLeft: number;
};

/** Calls that were sent; of the first ones `answered` wait for their reply to be handed over. */
export type Link = { readonly name: string; calls: Call[]; answered: number };

/** What one engine has under way with Redis. */
export type Wire = {
  readonly ledger: Ledger;
  readonly links: Map<string, Link>;
  /** On connections that are lost: still carried out, in this order. */
  ghosts: Call[];
  sent: number;
  isDead: boolean;
};

export const newWire = (ghosts: Call[] = []): Wire => {
  return { ledger: newLedger(), links: new Map(), ghosts, sent: 0, isDead: false };
};

type StoreOptions = {
  readonly wire: Wire;
  /** Its nodes are those of the engine's walk. */
  readonly real: Store;
  /** As a Cluster has it: one connection for each shard. */
  readonly hasManyLinks: boolean;
  readonly subscribe: (onMessage: (message: string) => void) => void;
};

const unanswered = {
  reply: undefined,
  onDelivery: undefined,
  onLoss: undefined,
  isLost: false,
  turnsLeft: 0,
};

/** The engine's end of the wire. */
export const storeOverWire = ({ wire, real, hasManyLinks, subscribe }: StoreOptions): Store => {
  const send = (linkName: string, asked: Asked): Promise<unknown> =>
    new Promise((resolve, reject) => {
      wire.sent++;
      // A process that was killed says nothing more.
      if (wire.isDead) return;
      const name = hasManyLinks ? linkName : "redis";
      let link = wire.links.get(name);
      if (link === undefined) {
        link = { name, calls: [], answered: 0 };
        wire.links.set(name, link);
      }
      const { ledger } = wire;
      const number = ++ledger.calls;
      link.calls.push({ asked, ledger, number, resolve, reject, ...unanswered });
    });
  const call = (...words: [string, ...Argument[]]) => {
    return send(shardNamed(String(words[1] ?? "")), { kind: "call", words });
  };
  return {
    ...real,
    run: (name, keys, args) => {
      // What is on its way does not change when the engine writes its buffer again.
      const copied = args.map((arg) => (Buffer.isBuffer(arg) ? Buffer.from(arg) : arg));
      return send(shardNamed(keys[0]!), { kind: "run", name, keys: [...keys], args: copied });
    },
    load: async () => void (await send("load", { kind: "load" })),
    call,
    callNode: (_, ...words) => call(...words),
    isReady: () => true,
    oldestMs: () => 0,
    reset: () => undefined,
    subscribe: async (_, onMessage) => subscribe(onMessage),
    close: async () => undefined,
  };
};

export const shardOfCommand = ({ keys }: { readonly keys: readonly string[] }): number =>
  Number(/^\{(\d+)\}/.exec(keys[0]!)![1]);

const shardNamed = (key: string): string => /^\{\d+\}/.exec(key)?.[0] ?? "node";

export const waiting = ({ links }: Wire): readonly Link[] =>
  [...links.values()].filter(({ calls, answered }) => calls.length > answered);

export const deliverable = ({ links }: Wire): readonly Link[] =>
  [...links.values()].filter(({ answered }) => answered > 0);

/** The reply of the oldest call that has one. */
export const deliver = (link: Link): void => {
  const call = link.calls.shift()!;
  link.answered--;
  call.onDelivery?.();
  const reply = call.reply!;
  if ("error" in reply) call.reject(reply.error);
  else call.resolve(reply.value);
};

/** The connection is lost: whoever waits hears that, and nothing else. */
export const cut = (wire: Wire, link: Link, error: () => Error): readonly Call[] => {
  const lost = link.calls;
  wire.links.delete(link.name);
  for (const call of lost) call.reject(error());
  return lost;
};

export const isIdle = ({ links, ghosts }: Wire): boolean =>
  ghosts.length === 0 && [...links.values()].every(({ calls }) => calls.length === 0);
