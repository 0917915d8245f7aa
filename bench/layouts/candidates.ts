// The candidates, each with its script beside it. All do what an update cannot do without, and no
// more: settle, release, reserve, count, keep the sequence, write the journal.

import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { Packr, Unpackr } from "msgpackr";
import { encodeCommand } from "../../engine/store/encode-command.ts";
import type { Layout } from "./layout.ts";
import { emptyPacked, packedCells, packUpdate } from "./packed-octets.ts";
import {
  accountIdAt,
  bucketCount,
  counterCount,
  credited,
  groupOf,
  groups,
  heldAtFirst,
  sessionIdAt,
  type Update,
} from "./workload.ts";

const script = (name: string): string =>
  readFileSync(new URL(`${name}.lua`, import.meta.url), "utf8");
const perPipeline = 500;
const sessionSeconds = 7_200;
const journalKey = "{0}:journal";
const accountKey = (account: number): string => `{0}:account:${accountIdAt(account)}`;
const slots = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, slot) => slot);

const checkAll = (reply: Buffer): void => {
  if (reply.some((code) => code !== 0x31)) throw new Error(`not all charged: ${reply.toString()}`);
};

/** Loads the script and writes every account, many at a time. */
const prepareWith =
  (name: string, write: (account: number) => readonly (readonly (string | number | Buffer)[])[]) =>
  async (redis: Redis, accounts: number): Promise<void> => {
    shas.set(name, String(await redis.script("LOAD", script(name))));
    for (let first = 0; first < accounts; first += perPipeline) {
      const pipeline = redis.pipeline();
      for (let i = first; i < Math.min(accounts, first + perPipeline); i++) {
        for (const [command = "", ...words] of write(i)) pipeline.call(String(command), ...words);
      }
      await pipeline.exec();
    }
  };

const shas = new Map<string, string>();

const evaluate = (
  name: string,
  keys: readonly string[],
  words: readonly (string | number | Buffer)[],
) => encodeCommand(["EVALSHA", shas.get(name) ?? "", keys.length, ...keys, ...words]);

const sessionKey = (account: number, session: number): string =>
  `{0}:session:${sessionIdAt(account, session)}`;

const naiveKeys: Layout = {
  name: "keys for account and session, 1 update a call",
  updatesPerCall: 1,
  inFlight: 64,
  check: checkAll,
  prepare: prepareWith("naive-keys", (account) => [
    [
      ...["HSET", accountKey(account)],
      ...slots(bucketCount).flatMap((slot) => [
        ...[`remaining:${slot}`, credited - heldAtFirst(slot)],
        ...[`reserved:${slot}`, heldAtFirst(slot)],
      ]),
      ...slots(counterCount).flatMap((slot) => [`counter:${slot}`, 0]),
    ],
    ...groups.flatMap((both, session) => {
      const holds = both.flatMap(({ ratingGroup, quota }) => [`hold:${ratingGroup}`, quota]);
      const key = sessionKey(account, session);
      return [
        ["HSET", key, "sequence", 0, ...holds],
        ["EXPIRE", key, sessionSeconds],
      ];
    }),
  ]),
  encode: (updates) => {
    const [update] = updates as readonly [Update];
    const { account, session, sequence, used } = update;
    const { ratingGroup, bucket, counter, quota } = groupOf(update);
    const keys = [accountKey(account), sessionKey(account, session), journalKey];
    const id = sessionIdAt(account, session);
    const words = [sequence, ratingGroup, bucket, counter, used, quota, sessionSeconds, id];
    return evaluate("naive-keys", keys, words);
  },
  keysOf: (account) => [
    accountKey(account),
    ...groups.map((_, session) => sessionKey(account, session)),
  ],
  read: async (redis, account) => {
    const fields = ["remaining:0", "reserved:0", "counter:0"];
    const cells = await redis.hmget(accountKey(account), ...fields);
    const [remaining = 0, reserved = 0, counter = 0] = cells.map(Number);
    return { remaining, reserved, counter };
  },
};

const accountHash = (updatesPerCall: number, inFlight: number, words: string): Layout => ({
  name: `a hash an account, ${words} a call`,
  updatesPerCall,
  inFlight,
  check: checkAll,
  prepare: prepareWith("account-hash", (account) => [
    [
      ...["HSET", accountKey(account)],
      ...slots(bucketCount).flatMap((slot) => [
        ...[`r${slot}`, credited - heldAtFirst(slot)],
        ...[`v${slot}`, heldAtFirst(slot)],
      ]),
      ...slots(counterCount).flatMap((slot) => [`c${slot}`, 0]),
      ...groups.flatMap((both, session) => {
        const id = sessionIdAt(account, session);
        const holds = both.flatMap(({ ratingGroup, quota }) => [`h${id}${ratingGroup}`, quota]);
        return [`s${id}`, 0, ...holds];
      }),
    ],
  ]),
  encode: (updates) =>
    evaluate(
      "account-hash",
      [journalKey, ...updates.map(({ account }) => accountKey(account))],
      updates.flatMap((update) => {
        const { account, session, sequence, used } = update;
        const { ratingGroup, bucket, counter, quota } = groupOf(update);
        return [sessionIdAt(account, session), sequence, ratingGroup, bucket, counter, used, quota];
      }),
    ),
  keysOf: (account) => [accountKey(account)],
  read: async (redis, account) => {
    const cells = await redis.hmget(accountKey(account), "r0", "v0", "c0");
    const [remaining = 0, reserved = 0, counter = 0] = cells.map(Number);
    return { remaining, reserved, counter };
  },
});

const packed = (name: string, words: string, argumentsOf: (updates: Buffer[]) => Buffer[]) => ({
  name: `a packed string an account, ${words}`,
  updatesPerCall: 64,
  inFlight: 4,
  check: checkAll,
  prepare: prepareWith(name, (account) => [["SET", accountKey(account), emptyPacked()]]),
  encode: (updates: readonly Update[]) =>
    evaluate(
      name,
      [journalKey, ...updates.map(({ account }) => accountKey(account))],
      argumentsOf(updates.map(packUpdate)),
    ),
  keysOf: (account: number) => [accountKey(account)],
  read: async (redis: Redis, account: number) => {
    const value = await redis.getBuffer(accountKey(account));
    if (value === null) throw new Error(`account ${account} is missing`);
    return packedCells(value);
  },
});

const packr = new Packr({ useRecords: false, variableMapSize: true });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

const messagePack: Layout = {
  name: "a MessagePack blob an account, 64 updates a call",
  updatesPerCall: 64,
  inFlight: 4,
  check: checkAll,
  prepare: prepareWith("message-pack", (account) => {
    const value = {
      b: slots(bucketCount).map((slot) => ({
        r: credited - heldAtFirst(slot),
        v: heldAtFirst(slot),
      })),
      c: slots(counterCount).map(() => 0),
      s: Object.fromEntries(
        groups.map((both, session) => {
          // A map with numbers for keys, as Lua writes it back.
          const holds = new Map(both.map(({ ratingGroup, quota }) => [ratingGroup, quota]));
          return [sessionIdAt(account, session), { q: 0, g: holds }];
        }),
      ),
    };
    return [["SET", accountKey(account), Buffer.from(packr.pack(value))]];
  }),
  encode: (updates) =>
    evaluate(
      "message-pack",
      [journalKey, ...updates.map(({ account }) => accountKey(account))],
      updates.map((update) => {
        const { account, session, sequence, used } = update;
        const { ratingGroup, bucket, counter, quota } = groupOf(update);
        const id = sessionIdAt(account, session);
        const words = [id, sequence, ratingGroup, bucket + 1, counter + 1, used, quota];
        return Buffer.from(packr.pack(words));
      }),
    ),
  keysOf: (account) => [accountKey(account)],
  read: async (redis, account) => {
    const value = await redis.getBuffer(accountKey(account));
    if (value === null) throw new Error(`account ${account} is missing`);
    const { b, c } = unpackr.unpack(value) as { b: { r: number; v: number }[]; c: number[] };
    return { remaining: b[0]?.r ?? 0, reserved: b[0]?.v ?? 0, counter: c[0] ?? 0 };
  },
};

export const candidates: readonly Layout[] = [
  naiveKeys,
  accountHash(1, 64, "1 update"),
  accountHash(64, 4, "64 updates"),
  messagePack,
  packed("packed-value", "an argument for each of 64 updates", (updates) => updates),
  packed("packed-batch", "one argument for 64 updates", (updates) => [Buffer.concat(updates)]),
];
