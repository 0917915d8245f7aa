// Worlds of known seeds and one of a fresh seed: all agree with the auditor, everything that can go
// wrong did, and the same seed is the same world. That the auditor can disagree at all is shown by
// faults that are put in on purpose: each is found, made smaller, and found again by its command.

import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Played } from "../../engine/simulation/world/play.ts";
import { openStore, type Store } from "../../engine/store/connection.ts";
import { keys } from "../../engine/store/keys.ts";
import { library } from "../../engine/store/scripts.ts";
import { redisOfFile } from "../testing/redis-of-file.ts";
import { type RunningRedis, startRedis } from "../testing/redis-server.ts";
import { expectReplayed } from "../testing/replayed.ts";
import { commandOf, readSimulationFlags, type SimulationFlags } from "./flags.ts";
import { playSeed, type SeedOptions, shrinkSeed } from "./run-seeds.ts";

let redis: RunningRedis;
let store: Store;
let client: Redis;
const other = redisOfFile();
beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
  store = await openStore({ url: redis.url, isCluster: false, onError: () => undefined });
});
afterAll(async () => {
  client.disconnect();
  await store.close();
  await redis.stop();
});

const flagsOf = (seed: number, operations: number): SimulationFlags => {
  return { seed, seeds: 1, operations, without: [], turns: undefined, burst: undefined };
};

/** And a Redis that is rebuilt from its journal is the same, to the octet. */
const expectAgreement = async ({ disagreements, shards }: Played, flags: SimulationFlags) => {
  expect(disagreements, `again: ${commandOf(flags)}`).toEqual([]);
  await expectReplayed(store, client, other, shards);
};

const fixed = [1, 2, 3, 4, 5, 6].map((seed) => flagsOf(seed, 1_500));

/** What counts of a world say that a fault took place. */
const traces = {
  ...{ loss: "requests lost", duplicate: "requests doubled", delay: "messages delayed" },
  ...{ reorder: "turns out of order", stray: "strays", silence: "sessions forgotten by elements" },
  ...{ cut: "connections cut", ghost: "calls carried out late", refuse: "calls refused" },
  ...{ full: "calls out of memory", crash: "engines crashed", flush: "libraries flushed" },
  ...{ jump: "clock jumps", skew: "engine clocks set", publish: "tariffs published" },
  ...{ deaf: "publications unheard", profile: "profiles replaced", patrol: "turns of the patrol" },
};

test("worlds of known seeds agree, and everything that can go wrong does", async () => {
  const counts = new Map<string, number>();
  for (const flags of fixed) {
    const played = await playSeed(flags, { store });
    await expectAgreement(played, flags);
    for (const [what, times] of played.counts) counts.set(what, (counts.get(what) ?? 0) + times);
  }
  const more = ["sessions expired", "transfers arrived", "transfers returned"];
  const repeats = ["repeats answered as before", "plans that were stale", "answers lost"];
  for (const what of [...Object.values(traces), ...more, ...repeats]) {
    expect({ what, times: counts.get(what) ?? 0 }).not.toEqual({ what, times: 0 });
  }
});

const fresh = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`a world of a fresh seed agrees (seed ${fresh})`, async () => {
  const flags = flagsOf(fresh, 3_000);
  await expectAgreement(await playSeed(flags, { store }), flags);
});

test("the same seed is the same world, and another is another", async () => {
  const countsOf = async (seed: number) =>
    Object.fromEntries((await playSeed(flagsOf(seed, 800), { store })).counts);
  const once = await countsOf(11);
  expect(await countsOf(11)).toEqual(once);
  expect(await countsOf(12)).not.toEqual(once);
});

test("what is switched off does not happen", async () => {
  const without = ["loss", "crash", "cut", "flush", "jump"] as const;
  const { counts } = await playSeed({ ...flagsOf(5, 800), without }, { store });
  for (const fault of without) expect(counts.get(traces[fault]) ?? 0).toBe(0);
});

type Sabotage = NonNullable<SeedOptions["sabotage"]>;

/** The library with another text in one place; whoever flushes it gets the right one back. */
const mutated =
  (text: string, other: string): Sabotage =>
  (real) => {
    const source = library.source.replace(text, other);
    if (source === library.source) throw new Error(`the library has no ${text}`);
    return {
      ...real,
      load: async () => void (await real.call("FUNCTION", "LOAD", "REPLACE", source)),
    };
  };

/** Each so many batches one leaves nothing in the journal. */
const forgetful: Sabotage = (real) => {
  let batches = 0;
  return {
    ...real,
    run: async (name, names, args) => {
      const reply = await real.run(name, names, args);
      if (name !== "apply-batch" || ++batches % 25 !== 0) return reply;
      const journal = keys.journal(Number(/^\{(\d+)\}/.exec(names[0]!)![1]));
      const [last] = (await real.call("XREVRANGE", journal, "+", "-", "COUNT", 1)) as [Buffer][];
      if (last !== undefined) await real.call("XDEL", journal, last[0]!);
      return reply;
    },
  };
};

/** Redis numbers entries of the journal by its own clock. */
const withoutIds = ({ disagreements }: Played) =>
  disagreements.map((text) => text.replaceAll(/\d{13}-\d+/g, "an entry"));

describe("a fault that is put in on purpose is found, made smaller and found again", () => {
  const faulty: readonly (readonly [string, Sabotage])[] = [
    ["a journal without some of its entries", forgetful],
    [
      "a top-up that is carried out each time it comes",
      mutated(
        "function answerOnce()\n",
        "function answerOnce()\n  if true then return false end\n",
      ),
    ],
    [
      "a session that expires with its holds",
      mutated("for i = 1, #groups do release(groups[i], cells) end", ""),
    ],
    [
      "answers that are forgotten after a few seconds",
      mutated("last + tonumber(ARGV[2])", "last + tonumber(ARGV[2]) / 100"),
    ],
  ];
  test.each(faulty)("%s", { timeout: 120_000 }, async (_, sabotage) => {
    const options = { store, sabotage };
    for (let seed = 1; seed <= 6; seed++) {
      const flags: SimulationFlags = { ...flagsOf(seed, 600), without: ["flush"] };
      const played = await playSeed(flags, options);
      if (played.disagreements.length === 0) continue;
      const smaller = await shrinkSeed(flags, played, options, { attemptsMax: 30 });
      const { turns, without } = smaller.flags;
      expect(turns!.length).toBeLessThan(played.lastTurn + 1);
      expect(without.length).toBeGreaterThan(3);
      const words = commandOf(smaller.flags).split(" ").slice(4);
      const read = readSimulationFlags(words, 0);
      if (!read.isOk) throw new Error(read.error);
      const again = await playSeed(read.value, { ...options, compareEvery: 1 });
      expect(withoutIds(again)).toEqual(withoutIds(smaller.played));
      return;
    }
    throw new Error("nobody has noticed");
  });
});
