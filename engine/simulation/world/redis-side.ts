// A real Redis, asked one thing after the other. What it does by chance or by its own clock is done
// in order here and by the world's: which keys a scan comes by first, when a key is over.

import type { Store } from "../../store/connection.ts";
import { keys } from "../../store/keys.ts";
import type { Asked, Reply } from "./wire.ts";

export type RedisSide = {
  /** In the order given. */
  carryOutAll(asked: readonly Asked[], now: number): Promise<readonly Reply[]>;
  /** It forgets the library of commands. */
  flush(): Promise<void>;
};

export const createRedisSide = (real: Store): RedisSide => {
  let patrolledUntil = 0;
  let isFlushed = false;
  const call = (words: readonly [string, ...unknown[]], now: number): Promise<unknown> => {
    const [command, ...rest] = words as [string, ...never[]];
    if (command === "SCAN") return scanAll(real, String(rest[2]), Number(rest[4]));
    if (command === "HRANDFIELD") return real.call(command, ...rest).then(inOrder);
    if (command !== "SET" || rest[0] !== keys.patrolTurn) return real.call(command, ...rest);
    const isOver = now >= patrolledUntil;
    return real.call(isOver ? "DEL" : "EXISTS", keys.patrolTurn).then(async () => {
      const turn = await real.call(command, ...rest);
      if (turn !== null) patrolledUntil = now + Number(rest[4]);
      return turn;
    });
  };
  const carryOut = (asked: Asked, now: number): Promise<unknown> => {
    switch (asked.kind) {
      case "run":
        return real.run(asked.name, asked.keys, asked.args);
      case "call":
        return call(asked.words, now);
      case "load":
        return real.load();
    }
  };
  return {
    carryOutAll: async (all, now) => {
      if (isFlushed) {
        // Who does not find the library loads it and asks again: others must not come between.
        isFlushed = all.every(({ kind }) => kind === "call");
        const replies: Reply[] = [];
        for (const asked of all) replies.push(await replyOf(carryOut(asked, now)));
        return replies;
      }
      // One write for all of them: each by itself would cost more than what it asks for.
      const streams = real.nodes().map(({ stream }) => stream);
      for (const stream of streams) stream.cork();
      const replies = all.map((asked) => replyOf(carryOut(asked, now)));
      for (const stream of streams) stream.uncork();
      return Promise.all(replies);
    },
    flush: async () => {
      isFlushed = true;
      await real.call("FUNCTION", "FLUSH");
    },
  };
};

const replyOf = (reply: Promise<unknown>): Promise<Reply> =>
  reply.then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );

/** A page may be of any size; this one has everything. */
const scanAll = async (real: Store, pattern: string, count: number) => {
  const found = new Set<string>();
  let cursor = "0";
  do {
    const scan = ["SCAN", cursor, "MATCH", pattern, "COUNT", Math.max(count, 1_000)] as const;
    const [next, page] = (await real.call(...scan)) as [Buffer, Buffer[]];
    for (const key of page) found.add(key.toString());
    cursor = next.toString();
  } while (cursor !== "0");
  return [Buffer.from("0"), [...found].sort().map((key) => Buffer.from(key))];
};

/** Names and values in turn; as many as were asked for are more than there are. */
const inOrder = (reply: unknown): unknown => {
  const flat = (reply as (Buffer | Buffer[])[]).flat();
  const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]!]] : []));
  return pairs.sort(([a], [b]) => Buffer.compare(a!, b!)).flat();
};
