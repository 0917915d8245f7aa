// The commands beside the batch, each as a table: what Redis holds, the arguments, the reply, what
// Redis holds then. Run by the library itself, without an engine in between.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyRedisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { readAccountValue } from "../store/account-value.ts";
import { openStore, type Store } from "../store/connection.ts";
import { keys } from "../store/keys.ts";
import { accountLayout, staleCodes } from "../store/lua-constants.ts";
import type { CommandName } from "../store/scripts.ts";

const redis = emptyRedisOfFile();
let store: Store;

beforeAll(async () => {
  store = await openStore({ url: redis.url, isCluster: false, onError: () => undefined });
});
afterAll(async () => {
  await store.close();
});

const run = (name: CommandName, names: readonly string[], ...args: (string | number | Buffer)[]) =>
  store.run(name, names, args);

// --- Account values, written as lua/lib/account.lua lays them out -------------------------------

type Hold = readonly [slot: number, amount: number];
type Session = { readonly id: string; readonly deadline: number; readonly holds: readonly Hold[] };
type Account = {
  readonly version: number;
  readonly buckets: readonly (readonly [remaining: number, reserved: number])[];
  readonly counters?: readonly number[];
  readonly sessions?: readonly Session[];
};

const double = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
const uint = (value: number, octets: number) => {
  const bytes = Buffer.alloc(octets);
  bytes.writeUIntLE(value, 0, octets);
  return bytes;
};
const stateOf = ({ deadline, holds }: Session) =>
  Buffer.concat([
    ...[uint(5, 4), uint(1, 4), double(77), double(deadline), uint(0, 2), double(0), uint(1, 1)],
    ...[uint(holds.length, 1), uint(10, 4), uint(2001, 2), uint(600, 4), uint(0, 1)],
    ...[uint(1, 4), uint(0, 4), double(1), double(0)],
    ...holds.flatMap(([slot, amount]) => [uint(4 + 2 * slot, 1), double(amount)]),
  ]);
const accountValue = ({ version, buckets, counters = [], sessions = [] }: Account) =>
  Buffer.concat([
    ...[
      uint(accountLayout, 1),
      uint(buckets.length, 1),
      uint(counters.length, 1),
      uint(version, 4),
    ],
    ...sessions.flatMap((session) => {
      const state = stateOf(session);
      const entry = [uint(session.id.length, 1), Buffer.from(session.id), state];
      return [uint(1 + session.id.length + state.length, 2), ...entry];
    }),
    ...[...buckets, ...counters.map((value) => [value, 0])].flat().map(double),
  ]);
const write = (accountId: string, account: Account) =>
  redis.client.set(keys.account(0, accountId), accountValue(account));
const read = async (accountId: string) => {
  const { buckets, counters, sessions, profileVersion } = readAccountValue(
    (await redis.client.getBuffer(keys.account(0, accountId)))!,
  );
  return {
    version: profileVersion,
    buckets: buckets.map(({ remaining, reserved }) => [remaining, reserved]),
    counters: counters.map(({ value }) => value),
    sessions: [...sessions.keys()],
  };
};

describe("put-account", () => {
  const names = [keys.account(0, "anna"), keys.profile(0, "anna"), keys.journal(0), keys.terms(0)];
  const put = (
    version: number,
    [buckets, counters]: readonly [number, number],
    mustBeEmpty: readonly number[] = [],
    countersAnew: readonly number[] = [],
    terms = "terms",
    capsFree: readonly number[] = [],
  ) => {
    const slots = [Buffer.from(mustBeEmpty), "anna", 1_000, Buffer.from(countersAnew)] as const;
    return run(
      "put-account",
      names,
      version,
      `profile ${version + 1}`,
      buckets,
      counters,
      ...slots,
      `own ${version + 1}`,
      "terms-id",
      terms,
      Buffer.from(capsFree),
    );
  };
  type PutArguments = Parameters<typeof put>;
  const success = [resultCodes.SUCCESS.number, 0];

  test("takes no second terms under the id of others, and changes nothing", async () => {
    await put(0, [1, 0]);
    const before = await redis.client.get(names[0]!);
    await expect(put(1, [2, 0], [], [], "other terms")).rejects.toThrow(/two terms/);
    expect(await redis.client.get(names[0]!)).toBe(before);
    expect(await redis.client.get(names[1]!)).toBe("own 1");
  });

  test("opens an account with empty buckets and counters, and journals the profile", async () => {
    expect(await put(0, [2, 1])).toEqual(success);
    expect(await read("anna")).toEqual({
      version: 1,
      buckets: [
        [0, 0],
        [0, 0],
      ],
      counters: [0],
      sessions: [],
    });
    expect(await redis.client.get(names[1]!)).toBe("own 1");
    expect(await redis.client.hgetall(names[3]!)).toEqual({ "terms-id": "terms" });
    const [entry] = await redis.client.xrange(names[2]!, "-", "+");
    expect(entry?.[1]).toEqual(["p", "profile 1", "k", "anna", "t", "1000"]);
  });

  const sessions = [{ id: "s", deadline: 9, holds: [[0, 3]] as const }];
  test.each([
    {
      title: "more slots: what there was stays in its place, sessions too",
      before: { version: 4, buckets: [[7, 3]], counters: [11], sessions } as Account,
      put: [4, [2, 2]] as PutArguments,
      after: {
        buckets: [
          [7, 3],
          [0, 0],
        ],
        counters: [11, 0],
        sessions: ["s"],
      },
    },
    {
      title: "counters that are others now begin at 0",
      before: { version: 4, buckets: [[7, 3]], counters: [11, 12], sessions } as Account,
      put: [4, [1, 2], [], [0]] as PutArguments,
      after: { buckets: [[7, 3]], counters: [0, 12], sessions: ["s"] },
    },
    {
      title: "a slot that must be empty and is",
      before: {
        version: 4,
        buckets: [
          [7, 0],
          [0, 0],
        ],
      } as Account,
      put: [4, [2, 0], [1]] as PutArguments,
      after: {
        buckets: [
          [7, 0],
          [0, 0],
        ],
        counters: [],
        sessions: [],
      },
    },
  ])("$title", async ({ before, put: args, after }) => {
    await write("anna", before);
    expect(await put(...args)).toEqual(success);
    expect(await read("anna")).toEqual({ version: 5, ...after });
  });

  test.each([
    {
      title: "another version is known",
      args: [3, [1, 0]] as PutArguments,
      code: staleCodes.profile,
      slot: 0,
    },
    {
      title: "none is known",
      args: [0, [1, 0]] as PutArguments,
      code: staleCodes.profile,
      slot: 0,
    },
    {
      title: "a slot that must be empty has units",
      args: [4, [2, 0], [0]] as PutArguments,
      code: resultCodes.BUCKET_NOT_EMPTY.number,
      slot: 0,
    },
    {
      title: "a slot that must be empty has a hold",
      args: [4, [2, 0], [1]] as PutArguments,
      code: resultCodes.BUCKET_NOT_EMPTY.number,
      slot: 1,
    },
  ])("changes nothing when $title", async ({ args, code, slot }) => {
    const held = { id: "s", deadline: 9, holds: [[1, 3]] as const };
    await write("anna", {
      version: 4,
      buckets: [
        [1, 0],
        [0, 3],
      ],
      sessions: [held],
    });
    await redis.client.set(names[1]!, "profile 4");
    const before = await redis.client.getBuffer(names[0]!);
    expect(await put(...args)).toEqual([code, slot]);
    expect(await redis.client.getBuffer(names[0]!)).toEqual(before);
    expect(await redis.client.get(names[1]!)).toBe("profile 4");
    expect(await redis.client.exists(names[2]!)).toBe(0);
  });
});

describe("expire-sessions", () => {
  const interval = limits.deadlineIntervalMs;
  const now = 1_000 * interval;
  const names = [keys.journal(0), keys.answers(0), keys.sweep(0)];
  const expire = (at = now, sessions = 100, intervals = 100_000) =>
    run("expire-sessions", names, at, keys.prefix(0), sessions, intervals);
  const putDown = (inInterval: number, ...entries: string[]) =>
    redis.client.rpush(keys.deadlines(0, inInterval), ...entries);
  const session = (id: string, deadline: number, ...holds: Hold[]) => ({ id, deadline, holds });

  test("closes what is over: holds go back, its state is kept, the journal tells", async () => {
    const over = session("s1", now - 1, [0, 3], [1, 4]);
    const open = session("s2", now + 1, [1, 5]);
    await write("anna", {
      version: 1,
      buckets: [
        [1, 3],
        [2, 9],
      ],
      sessions: [over, open],
    });
    await putDown(999, "anna s1");
    expect(await expire()).toEqual([1, 0]);
    expect(await read("anna")).toMatchObject({
      buckets: [
        [4, 0],
        [6, 5],
      ],
      sessions: ["s2"],
    });
    expect(await redis.client.hgetBuffer(names[1]!, "anna s s1")).toEqual(stateOf(over));
    expect(await redis.client.xlen(names[0]!)).toBe(1);
    expect(await redis.client.hget(names[2]!, "interval")).toBe("1000");
    expect(await redis.client.exists(keys.deadlines(0, 999))).toBe(0);
  });

  test("puts down for later what goes on longer, and closes that when it is over", async () => {
    const extended = session("s1", now + 3 * interval, [0, 3]);
    await write("anna", { version: 1, buckets: [[1, 3]], sessions: [extended] });
    await putDown(990, "anna s1");
    expect(await expire()).toEqual([0, 0]);
    expect(await redis.client.lrange(keys.deadlines(0, 1_003), 0, -1)).toEqual(["anna s1"]);
    expect(await redis.client.exists(keys.deadlines(0, 990), names[0]!)).toBe(0);
    expect(await expire(now + 3 * interval)).toEqual([0, 0]);
    expect(await expire(now + 4 * interval)).toEqual([1, 0]);
    expect(await read("anna")).toMatchObject({ buckets: [[4, 0]], sessions: [] });
  });

  test("passes over sessions that have ended and accounts that are not there", async () => {
    await write("anna", { version: 1, buckets: [[1, 0]] });
    await putDown(999, "anna s1", "nobody s1");
    expect(await expire()).toEqual([0, 0]);
    expect(await redis.client.exists(keys.deadlines(0, 999), names[0]!)).toBe(0);
  });

  test("several sessions of one account, and one that was put down twice", async () => {
    const sessions = [session("s1", now - 1, [0, 1]), session("s2", now - 1, [0, 2])];
    await write("anna", { version: 1, buckets: [[0, 3]], sessions });
    await putDown(998, "anna s1", "anna s2", "anna s1");
    expect(await expire()).toEqual([2, 0]);
    expect(await read("anna")).toMatchObject({ buckets: [[3, 0]], sessions: [] });
    expect(await redis.client.xlen(names[0]!)).toBe(1);
  });

  test("does a bounded part at a time, and says that there is more", async () => {
    const sessions = ["s1", "s2", "s3"].map((id) => session(id, now - 1, [0, 1]));
    await write("anna", { version: 1, buckets: [[0, 3]], sessions });
    await putDown(999, "anna s1", "anna s2", "anna s3");
    expect(await expire(now, 2)).toEqual([2, 1]);
    expect(await redis.client.lrange(keys.deadlines(0, 999), 0, -1)).toEqual(["anna s3"]);
    expect(await expire(now, 2)).toEqual([1, 0]);
    expect(await read("anna")).toMatchObject({ buckets: [[3, 0]], sessions: [] });
  });

  test("the first sweep of all finds sessions from as long ago as one can last", async () => {
    await write("anna", {
      version: 1,
      buckets: [[0, 3]],
      sessions: [session("s1", now - 900 * interval, [0, 3])],
    });
    await putDown(100, "anna s1");
    expect(await expire()).toEqual([1, 0]);
  });

  test.each([
    { title: "by an engine whose clock is behind", swept: 1_000, put: 998 },
    { title: "by a batch that was long under way", swept: 1_000, put: 997 },
    { title: "after the clock was set back", swept: 5_000, put: 999 },
  ])("a session put down $title is closed all the same", async ({ swept, put }) => {
    await redis.client.hset(names[2]!, "interval", swept);
    const sessions = [session("s1", put * interval + 1, [0, 3])];
    await write("anna", { version: 1, buckets: [[0, 3]], sessions });
    await putDown(put, "anna s1");
    expect(await expire()).toEqual([1, 0]);
    expect(await read("anna")).toMatchObject({ buckets: [[3, 0]], sessions: [] });
  });
});

describe("rotate-answers", () => {
  const journal = keys.journal(0);
  const names = [keys.sweep(0), keys.answers(0), keys.answersPrevious(0), journal];
  const rotate = (now: number) => run("rotate-answers", names, now, 100, "answers");
  const both = async () => [
    await redis.client.hkeys(names[1]!),
    await redis.client.hkeys(names[2]!),
  ];

  test("turns over at once the first time, then when the interval is over", async () => {
    await redis.client.hset(names[1]!, "a", 1);
    expect(await rotate(1_000)).toBe(1);
    expect(await both()).toEqual([[], ["a"]]);
    await redis.client.hset(names[1]!, "b", 1);
    expect(await rotate(1_099)).toBe(0);
    expect(await both()).toEqual([["b"], ["a"]]);
    expect(await rotate(1_100)).toBe(1);
    expect(await both()).toEqual([[], ["b"]]);
  });

  test("forgets the previous answers also when there are no current ones", async () => {
    await redis.client.hset(names[2]!, "a", 1);
    expect(await rotate(1_000)).toBe(1);
    expect(await both()).toEqual([[], []]);
  });

  test("keeps its times apart, and since when nothing is forgotten", async () => {
    expect(await rotate(1_000)).toBe(1);
    const topUps = [keys.sweep(0), keys.topUps(0), keys.topUpsPrevious(0), journal];
    expect(await run("rotate-answers", topUps, 1_001, 100, "topUps")).toBe(1);
    expect(await redis.client.hgetall(names[0]!)).toEqual({
      ...{ answers: "1000", answersSince: "0" },
      ...{ topUps: "1001", topUpsSince: "0" },
    });
    expect(await run("rotate-answers", topUps, 1_101, 100, "topUps")).toBe(1);
    expect(await redis.client.hget(names[0]!, "topUpsSince")).toBe("1001");
  });
});

describe("claim-identifier and release-identifier", () => {
  const hash = keys.identifiers(0, 0);
  const claim = async (accountId: string, from: string) =>
    String(await run("claim-identifier", [hash], "msisdn-1", accountId, from));
  const release = (accountId: string) => run("release-identifier", [hash], "msisdn-1", accountId);
  const owner = () => redis.client.hget(hash, "msisdn-1");

  test.each([
    { before: null, claims: "anna", from: "", reply: "anna", after: "anna" },
    { before: "anna", claims: "anna", from: "", reply: "anna", after: "anna" },
    { before: "bruno", claims: "anna", from: "", reply: "bruno", after: "bruno" },
    { before: "bruno", claims: "anna", from: "bruno", reply: "anna", after: "anna" },
    { before: "clara", claims: "anna", from: "bruno", reply: "clara", after: "clara" },
  ])("of $before, claimed by $claims from '$from': $after", async (row) => {
    if (row.before !== null) await redis.client.hset(hash, "msisdn-1", row.before);
    expect(await claim(row.claims, row.from)).toBe(row.reply);
    expect(await owner()).toBe(row.after);
  });

  test.each([
    { before: "anna", releases: "anna", reply: 1, after: null },
    { before: "bruno", releases: "anna", reply: 0, after: "bruno" },
    { before: null, releases: "anna", reply: 0, after: null },
  ])("of $before, released by $releases: $after", async (row) => {
    if (row.before !== null) await redis.client.hset(hash, "msisdn-1", row.before);
    expect(await release(row.releases)).toBe(row.reply);
    expect(await owner()).toBe(row.after);
  });
});

describe("publish-tariff", () => {
  const names = [
    ...[keys.tariffVersion, keys.tariffs, keys.latestTariffs, keys.latestRateDecks],
    keys.journal(0),
  ];
  const publish = (tariffId: string, document: string, rateDeckId = "", version = 0) =>
    run("publish-tariff", names, tariffId, document, "channel", rateDeckId, String(version));

  test("counts versions over all tariffs, and takes the same document twice as one", async () => {
    expect(await publish("a", "A1")).toEqual([1, 1]);
    expect(await publish("b", "B1")).toEqual([2, 1]);
    expect(await publish("a", "A1")).toEqual([1, 0]);
    expect(await publish("a", "A2")).toEqual([3, 1]);
    // An earlier document again is a new publication.
    expect(await publish("a", "A1")).toEqual([4, 1]);
    expect(await redis.client.hgetall(names[1]!)).toEqual({ 1: "A1", 2: "B1", 3: "A2", 4: "A1" });
    expect(await redis.client.hgetall(names[2]!)).toEqual({ a: "4", b: "2" });
  });

  test("tells those who listen, and only of what is new", async () => {
    const listener = redis.client.duplicate();
    const heard: string[] = [];
    listener.on("message", (_, message) => heard.push(message));
    await listener.subscribe("channel");
    for (const document of ["A1", "A1", "A2"]) await publish("a", document);
    await expect.poll(() => heard).toEqual(["1", "2"]);
    listener.disconnect();
  });

  test("many publications at once get versions without a gap", async () => {
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) => publish(`t${index % 7}`, `document ${index}`)),
    );
    const versions = (replies as [number, number][]).map(([version]) => version);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(await redis.client.hlen(names[1]!)).toBe(200);
  });
});

describe("put-rate-deck-part", () => {
  const upload = keys.upload("world", "u");
  const put = (part: number, lines: string) =>
    run("put-rate-deck-part", [upload, keys.journal(0)], part, lines, 60_000);
  const fields = (...names: string[]) => names.map((name) => Buffer.from(name));

  test("keeps lines, counts what changes, and tells which parts are there", async () => {
    expect(await put(1, "33,FR")).toEqual([1, fields("1", "changes")]);
    expect(await put(1, "33,FR")).toEqual([0, fields("1", "changes")]);
    expect(await put(0, "49,DE")).toEqual([1, fields("1", "changes", "0")]);
    expect(await put(1, "34,ES")).toEqual([1, fields("1", "changes", "0")]);
    expect(await redis.client.hgetall(upload)).toEqual({ 0: "49,DE", 1: "34,ES", changes: "3" });
  });

  test("goes away by itself, a while after the last part", async () => {
    await put(0, "49,DE");
    await redis.client.pexpire(upload, 1_000);
    await put(0, "49,DE");
    expect(await redis.client.pttl(upload)).toBeGreaterThan(50_000);
  });
});

describe("publish-rate-deck", () => {
  const [upload, content] = [keys.upload("world", "u"), keys.rateDeck("hash")];
  const names = [
    ...[keys.tariffVersion, keys.rateDecks, keys.latestRateDecks, upload, content],
    keys.journal(0),
  ];
  const publish = (seen: string, changes: string) =>
    run("publish-rate-deck", names, "world", "record", "channel", seen, changes);
  const uploadOnce = () => run("put-rate-deck-part", [upload, keys.journal(0)], 0, "49,DE", 60_000);
  const everything = async () =>
    Promise.all((await redis.client.keys("*")).sort().map((key) => redis.client.dump(key)));

  test("moves the upload to where decks are kept for ever, and tells the engines", async () => {
    await redis.client.set(keys.tariffVersion, "7");
    await uploadOnce();
    expect(await publish("7", "1")).toEqual([8, 1]);
    expect(await redis.client.hgetall(content)).toEqual({ 0: "49,DE" });
    expect(await redis.client.pttl(content)).toBe(-1);
    expect(await redis.client.exists(upload)).toBe(0);
    expect(await redis.client.hgetall(keys.rateDecks)).toEqual({ 8: "record" });
    expect(await redis.client.hgetall(keys.latestRateDecks)).toEqual({ world: "8" });
  });

  test("leaves rows that are there already as they are", async () => {
    await redis.client.hset(content, "0", "49,DE");
    await uploadOnce();
    expect(await publish("0", "1")).toEqual([1, 1]);
    expect(await redis.client.exists(upload)).toBe(0);
    expect(await redis.client.hgetall(content)).toEqual({ 0: "49,DE" });
  });

  test.each([
    { what: "something else was published", seen: "6", changes: "1" },
    { what: "the upload was changed", seen: "7", changes: "2" },
    { what: "there is no upload", seen: "7", changes: "" },
  ])("changes nothing when $what since all was checked", async ({ seen, changes }) => {
    await redis.client.set(keys.tariffVersion, "7");
    if (changes !== "") await uploadOnce();
    const before = await everything();
    expect(await publish(seen, changes)).toEqual([0, 0]);
    expect(await everything()).toEqual(before);
    expect(await redis.client.get(keys.tariffVersion)).toBe("7");
  });

  test("a tariff is not published against a deck that is not the latest any more", async () => {
    const tariffNames = [keys.tariffVersion, keys.tariffs, keys.latestTariffs];
    const publishTariff = (version: string) =>
      run(
        "publish-tariff",
        [...tariffNames, keys.latestRateDecks, keys.journal(0)],
        ...["t", "document", "channel", "world", version],
      );
    await uploadOnce();
    await publish("0", "1");
    expect(await publishTariff("0")).toEqual([0, 0]);
    expect(await publishTariff("1")).toEqual([2, 1]);
    expect(await redis.client.hgetall(keys.latestTariffs)).toEqual({ t: "2" });
  });
});

describe("read-accounts", () => {
  test("values and the last entry of the journal; nil for what is not there", async () => {
    const names = [keys.journal(0), keys.account(0, "anna"), keys.account(0, "bruno")];
    expect(await run("read-accounts", names)).toEqual([Buffer.from("0-0"), null, null]);
    await redis.client.set(names[2]!, "value");
    await redis.client.xadd(names[0]!, "7-1", "k", "v");
    const reply = [Buffer.from("7-1"), null, Buffer.from("value")];
    expect(await run("read-accounts", names)).toEqual(reply);
    expect(await run("read-accounts", [names[0]!])).toEqual([Buffer.from("7-1")]);
  });
});
