// What is due next: a binary heap of sessions by the time of their next message. A day keeps
// thousands of sessions open, and one of them is taken or put back at every message.

export type Due = { dueAt: number };
export type DueQueue<T extends Due> = T[];

/** `dueAt` must not change while the entry is in the queue. */
export const putDue = <T extends Due>(queue: DueQueue<T>, entry: T): void => {
  let at = queue.length;
  queue.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = queue[parent] as T;
    if (above.dueAt <= entry.dueAt) break;
    queue[at] = above;
    at = parent;
  }
  queue[at] = entry;
};

/** Takes the earliest entry; undefined when there is none. */
export const takeDue = <T extends Due>(queue: DueQueue<T>): T | undefined => {
  const first = queue[0];
  const moved = queue.pop();
  if (moved === undefined || queue.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= queue.length) break;
    const right = queue[child + 1];
    if (right !== undefined && right.dueAt < (queue[child] as T).dueAt) child += 1;
    const below = queue[child] as T;
    if (below.dueAt >= moved.dueAt) break;
    queue[at] = below;
    at = child;
  }
  queue[at] = moved;
  return first;
};
