// What waits for a batch, by priority. First come, first served within a priority; a session that
// goes on or ends is served before one that begins, that before a question.

import { type Priority, priorities } from "../protocol/operations.ts";

export type Queue<T> = ReturnType<typeof createQueue<T>>;

/** A lane that is never empty must let go of what was taken from it. */
const headMax = 4_096;

export const createQueue = <T>() => {
  const lanes = priorities.map(() => ({ items: [] as T[], head: 0 }));
  let length = 0;

  return {
    push: (item: T, priority: Priority) => {
      lanes[priorities.indexOf(priority)]!.items.push(item);
      length++;
    },
    length: () => length,
    depth: (priority: Priority) => {
      const { items, head } = lanes[priorities.indexOf(priority)]!;
      return items.length - head;
    },
    /** The next ones, at most `max`. */
    take: (max: number): T[] => {
      const taken: T[] = [];
      for (const lane of lanes) {
        const end = Math.min(lane.items.length, lane.head + max - taken.length);
        while (lane.head < end) taken.push(lane.items[lane.head++]!);
        if (lane.head === lane.items.length || lane.head >= headMax) {
          lane.items.splice(0, lane.head);
          lane.head = 0;
        }
      }
      length -= taken.length;
      return taken;
    },
  };
};
