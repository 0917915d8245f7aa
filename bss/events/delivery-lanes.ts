// What of one subscription's deliveries is in memory: of each lane one is under way at a time, the
// others wait behind it in their order; what a failure leaves behind is let go, and read again when
// it is due.

import type { DueDelivery } from "./delivery-queue.ts";

export type DeliveryLanes = ReturnType<typeof createDeliveryLanes>;

export const createDeliveryLanes = () => {
  /** What waits, of lanes that nothing is under way of, and of the others. */
  const ready = new Map<string, DueDelivery[]>();
  const busy = new Map<string, DueDelivery[]>();
  /** Whose failure is not written yet: what is read of them meanwhile comes too early. */
  const failed = new Set<string>();
  const held = new Set<number>();
  let waiting = 0;

  const dropWaiting = (deliveries: readonly DueDelivery[]) => {
    for (const { position } of deliveries) held.delete(position);
    waiting -= deliveries.length;
  };

  return {
    waiting: () => waiting,
    underWay: () => busy.size,
    held: (): readonly number[] => [...held],
    add: (deliveries: readonly DueDelivery[]) => {
      for (const delivery of deliveries) {
        const { lane, position } = delivery;
        if (failed.has(lane) || held.has(position)) continue;
        held.add(position);
        waiting++;
        const queue = busy.get(lane) ?? ready.get(lane);
        if (queue === undefined) ready.set(lane, [delivery]);
        else queue.push(delivery);
      }
    },
    /** The next that may be attempted; it is under way from now on. */
    take: (): DueDelivery | undefined => {
      for (const [lane, [first, ...rest]] of ready) {
        ready.delete(lane);
        if (first === undefined) continue;
        busy.set(lane, rest);
        waiting--;
        return first;
      }
      return undefined;
    },
    /** It is not under way any more; it is held until its result is written. */
    settle: ({ lane }: DueDelivery, isFailed: boolean) => {
      const rest = busy.get(lane) ?? [];
      busy.delete(lane);
      if (isFailed) {
        failed.add(lane);
        dropWaiting(rest);
      } else if (rest.length > 0) ready.set(lane, rest);
    },
    written: (results: readonly { readonly lane: string; readonly position: number }[]) => {
      for (const { lane, position } of results) {
        held.delete(position);
        failed.delete(lane);
      }
    },
    /** Lets go of all that is not under way. */
    drop: () => {
      for (const queue of [...ready.values(), ...busy.values()]) dropWaiting(queue.splice(0));
      ready.clear();
    },
  };
};
