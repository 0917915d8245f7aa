// Rows of an import in the order in which they can be brought in: what is referred to comes before
// what refers to it, and rows that refer to each other come together (strongly connected
// components, Tarjan 1972; with a stack of its own, for a file may chain as many rows as it
// likes). Pure.

import type { KindName } from "../kind-names.ts";
import { referencesOf } from "../references.ts";
import type { ImportRow } from "./read-rows.ts";

const keyOf = (kind: KindName, id: unknown): string => `${kind} ${String(id)}`;

/** Of each row those that have to be there before: what it names, and the last one of its id. */
const neededRows = (rows: readonly ImportRow[]): readonly (readonly number[])[] => {
  const first = new Map<string, number>();
  const before = new Map<number, number>();
  const last = new Map<string, number>();
  for (const [index, one] of rows.entries()) {
    if ("problem" in one || one.document["id"] === undefined) continue;
    const key = keyOf(one.kind, one.document["id"]);
    const earlier = last.get(key);
    if (earlier === undefined) first.set(key, index);
    else before.set(index, earlier);
    last.set(key, index);
  }
  return rows.map((one, index) => {
    if ("problem" in one) return [];
    const earlier = before.get(index);
    const named = referencesIn(one.kind, one.document).flatMap(
      ({ id, to }) => first.get(keyOf(to, id)) ?? [],
    );
    const others = named.filter((other) => other !== index);
    return earlier === undefined ? others : [earlier, ...others];
  });
};

/** The document has passed no shape yet. */
const referencesIn = (kind: KindName, document: Parameters<typeof referencesOf>[1]) => {
  try {
    return referencesOf(kind, document);
  } catch {
    return [];
  }
};

export const groupRows = (rows: readonly ImportRow[]): readonly (readonly ImportRow[])[] => {
  const needed = neededRows(rows);
  const groups: ImportRow[][] = [];
  const order = new Array<number>(rows.length).fill(-1);
  const low = new Array<number>(rows.length).fill(0);
  const isOpen = new Array<boolean>(rows.length).fill(false);
  const open: number[] = [];
  let visited = 0;
  const enter = (node: number): { node: number; next: number } => {
    order[node] = visited;
    low[node] = visited++;
    isOpen[node] = true;
    open.push(node);
    return { node, next: 0 };
  };
  const leave = (node: number): void => {
    if (low[node] !== order[node]) return;
    const at = open.lastIndexOf(node);
    const group = open.splice(at).sort((a, b) => a - b);
    for (const one of group) isOpen[one] = false;
    groups.push(group.map((one) => rows[one]!));
  };
  for (const start of rows.keys()) {
    if (order[start] !== -1) continue;
    const path = [enter(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = needed[top.node]![top.next++];
      if (next === undefined) {
        leave(top.node);
        path.pop();
        const parent = path.at(-1);
        if (parent) low[parent.node] = Math.min(low[parent.node]!, low[top.node]!);
      } else if (order[next] === -1) path.push(enter(next));
      else if (isOpen[next]) low[top.node] = Math.min(low[top.node]!, order[next]!);
    }
  }
  return groups;
};
