// The engine's side of notices, with a Redis in the hands of the test: who is asked for, what is
// heard while a round is under way, and connections whose peer has no number yet.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import type { Store } from "../store/connection.ts";
import { openPushing, type PushTarget } from "./pushing.ts";

type Reply = readonly [waiting: number, dropped: number, more: number];

/** A Redis that says of notices what `take` says. */
const openWith = async (take: (peers: readonly unknown[]) => Promise<Reply> | Reply) => {
  let hear: (shard: string) => void = () => undefined;
  const numbers = new Map<string, number>();
  let isReachable = true;
  const store = {
    run: async (name: string, _: unknown, args: readonly unknown[]) => {
      if (name === "take-notices") return take(args.slice(3));
      if (!isReachable) throw new Error("no connection");
      return args.map((peer) => {
        if (!numbers.has(String(peer))) numbers.set(String(peer), numbers.size + 1);
        return numbers.get(String(peer));
      });
    },
    subscribe: async (_: string, onMessage: (message: string) => void) => {
      hear = onMessage;
    },
  } as unknown as Store;
  const faults: unknown[] = [];
  const pushing = await openPushing({
    store,
    shards: 2,
    now: () => 0,
    peers: ["smf-1"],
    onGivenUp: () => undefined,
    onFault: (error) => faults.push(error),
  });
  const reach = (is: boolean) => {
    isReachable = is;
  };
  return { pushing, faults, reach, hear: (shard: number) => hear(String(shard)) };
};

const target = (): PushTarget => ({ peer: 0, push: () => undefined });
const turn = () => new Promise((resolve) => setImmediate(resolve));
const nothing: Reply = [0, 0, 0];
const peerOf = (name: string, role: "network" | "business" = "network") => ({ name, role });

test("asks for the peers that are connected, and for business never", async () => {
  const asked: unknown[] = [];
  const { pushing } = await openWith((peers) => {
    asked.push(peers);
    return nothing;
  });
  const [one, twin, keeper] = [target(), target(), target()];
  pushing.join(peerOf("smf-1"), one);
  pushing.join(peerOf("smf-1"), twin);
  pushing.join(peerOf("bss-1", "business"), keeper);
  await pushing.round(0);
  pushing.leave(one);
  await pushing.round(0);
  pushing.leave(twin);
  pushing.leave(keeper);
  await pushing.round(0);
  expect(asked).toEqual([[1], [1], []]);
  expect([one.peer, twin.peer, keeper.peer]).toEqual([1, 1, 0]);
});

test("a peer that the engine did not know gets its number while it is connected", async () => {
  const { pushing, reach, faults } = await openWith(() => nothing);
  const [late, gone, lost] = [target(), target(), target()];
  pushing.join(peerOf("smf-9"), late);
  pushing.join(peerOf("smf-9"), gone);
  pushing.leave(gone);
  await turn();
  expect([late.peer, gone.peer]).toEqual([2, 0]);
  reach(false);
  pushing.join(peerOf("smf-10"), lost);
  await turn();
  expect([lost.peer, faults]).toEqual([0, [new Error("no connection")]]);
});

test("what is heard during a round makes one more, however often it is heard", async () => {
  let rounds = 0;
  let release = () => undefined as unknown;
  const { pushing, hear } = await openWith(async () => {
    rounds++;
    await new Promise((resolve) => {
      release = () => resolve(undefined);
    });
    return nothing;
  });
  hear(1);
  expect(rounds).toBe(0);
  pushing.join(peerOf("smf-1"), target());
  for (let times = 0; times < 5; times++) hear(1);
  expect(rounds).toBe(1);
  release();
  await turn();
  expect(rounds).toBe(2);
  release();
  await turn();
  expect(rounds).toBe(2);
});

test("takes on while there is more, up to a bound, and says what waits", async () => {
  let takes = 0;
  const { pushing } = await openWith(() => {
    takes++;
    return [300, 0, 1];
  });
  await pushing.round(0);
  await pushing.round(1);
  expect([takes, pushing.waiting()]).toEqual([2 * limits.noticeTakesPerRoundMax, 600]);
  pushing.stop();
  await pushing.round(0);
  expect(takes).toBe(2 * limits.noticeTakesPerRoundMax);
});

test("a round that fails is told, and the next one is as if it had not been", async () => {
  let isBroken = true;
  const { pushing, hear, faults } = await openWith(() => {
    if (isBroken) throw new Error("no answer");
    return [7, 0, 0];
  });
  pushing.join(peerOf("smf-1"), target());
  hear(0);
  await turn();
  expect(faults).toEqual([new Error("no answer")]);
  isBroken = false;
  await pushing.round(0);
  expect(pushing.waiting()).toBe(7);
});
