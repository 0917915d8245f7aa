// A walk through all keys of an installation, a page now and then, that any engine may go on with:
// where it stands is a text. A key that is there all the while is come by at least once a walk;
// twice is possible. Where a node is gone, or Redis was restarted, some wait for the next walk.

import type { Redis } from "ioredis";
import type { Store } from "./connection.ts";

/** Name of a node, blank, its cursor; empty: at the beginning. */
type Place = string;
export type WalkPage = { readonly found: readonly string[]; readonly next: Place };

const nameOf = ({ options: { host, port } }: Redis) => `${host}:${port}`;
const byName = (a: Redis, b: Redis) => (nameOf(a) < nameOf(b) ? -1 : 1);

/** About `count` keys are looked at; found are those of the pattern, as few as none. */
export const walk = async (
  store: Store,
  place: Place,
  pattern: string,
  count: number,
): Promise<WalkPage> => {
  const nodes = store.nodes().toSorted(byName);
  const [name, cursor] = place.split(" ");
  const index = nodes.findIndex((node) => nameOf(node) === name);
  const node = nodes[Math.max(0, index)];
  if (node === undefined) return { found: [], next: "" };
  const from = index === -1 ? "0" : cursor!;
  const scan = ["SCAN", from, "MATCH", pattern, "COUNT", count] as const;
  const [next, found] = (await store.callNode(node, ...scan)) as [Buffer, readonly Buffer[]];
  return { found: found.map(String), next: nextPlace(nodes, node, next.toString()) };
};

const nextPlace = (nodes: readonly Redis[], node: Redis, cursor: string): Place => {
  if (cursor !== "0") return `${nameOf(node)} ${cursor}`;
  const after = nodes[nodes.indexOf(node) + 1];
  return after === undefined ? "" : `${nameOf(after)} 0`;
};

/** Of all nodes. */
export const countKeys = async (store: Store): Promise<number> => {
  const counts = await Promise.all(store.nodes().map((node) => store.callNode(node, "DBSIZE")));
  return counts.reduce((sum: number, count) => sum + Number(count), 0);
};
