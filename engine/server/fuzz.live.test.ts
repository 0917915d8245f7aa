// A million frames by chance over real connections: from nonsense in every known way to messages of
// real sessions with one thing wrong. The engine stays up and ready, in bounded memory; everything
// it says can be read; and no balance changes but by what was charged.

import { Redis } from "ioredis";
import { afterAll, expect, test } from "vitest";
import {
  askOperations,
  businessClient,
  businessToken,
  createCleanUp,
  networkClient,
  networkToken,
  readMetric,
  startEngineProcess,
  until,
} from "../../scripts/testing/engine.ts";
import { createTally, openFuzzLine } from "../../scripts/testing/fuzz-line.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { wireOf } from "../../scripts/testing/raw-peer.ts";
import { startRedis } from "../../scripts/testing/redis-server.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  eventOf,
  mebi,
  message,
  openAccount,
  readHoldings,
  sessionMessage,
  tariffDocument,
  usageOf,
  video,
  voice,
  web,
} from "../../scripts/testing/subscribers.ts";
import type { Client } from "../protocol/client/client.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { type FuzzKind, fuzzFrame, fuzzKinds } from "../protocol/fuzz.ts";
import { encodeFrame } from "../protocol/wire.ts";
import { keys } from "../store/keys.ts";
import { type Random, randomFrom } from "../values/random.ts";

const cleanUp = createCleanUp();
afterAll(cleanUp.run);

const lines = 16;
const framesPerRound = 24;
const bystander = "bystander";
/** Fuzzed messages may name these; everything that happens to them has to add up. */
const victims = Array.from({ length: 32 }, (_, i) => `victim-${i}`);
const credited = 1_000 * cent;

/** Sessions of the victims, so many of each step that by chance some go on to their end. */
const messagesOfVictims = victims.flatMap((id) => [
  ...[0, 1, 2, 3].flatMap((sequence) => [
    wireOf("initiate", sessionMessage(id, `s-${sequence}`, 0, usageOf(web, 0))),
    wireOf("update", sessionMessage(id, "s-0", sequence, usageOf(web, 0, mebi), usageOf(video, 1))),
    wireOf("update", sessionMessage(id, "s-1", sequence, usageOf(voice, 0, 30))),
  ]),
  wireOf("terminate", sessionMessage(id, "s-1", 3, usageOf(web, null, mebi))),
  wireOf("event", eventOf(id, "e", { ratingGroup: message, usedUnit: 1 })),
  wireOf("queryBalance", { subscriberIdentifier: `msisdn-${id}` }),
]);

const sentinel = 0xffff_ffff;
const sentinelFrame = encodeFrame([
  wireOf("queryBalance", { subscriberIdentifier: `msisdn-${bystander}` }).with(1, sentinel),
]);

/** Kinds that leave every message of a frame its correlation, and so its own answer. */
const mild: readonly FuzzKind[] = ["valid", "wrongValue", "missingFields", "unknownOperation"];

/** Who sends what: everything there is, or what keeps the line open and the victims busy. */
const senders = [
  { token: businessToken, kinds: fuzzKinds, from: undefined },
  { token: networkToken, kinds: fuzzKinds, from: undefined },
  { token: networkToken, kinds: fuzzKinds, from: messagesOfVictims },
  { token: networkToken, kinds: mild, from: messagesOfVictims },
];

const makeRound = (random: Random, { kinds, from }: (typeof senders)[number]): Uint8Array[] => {
  const frames: Uint8Array[] = [];
  for (let i = 0; i < framesPerRound; i++) frames.push(fuzzFrame(random, kinds, from).bytes);
  frames.push(sentinelFrame);
  return frames;
};

const received = 'tollgate_frames_total{direction="received"}';

/** Sends frames over many lines, a new line for each that is closed, until enough were received. */
const flood = async (
  engine: { readonly port: number; readonly operationsPort: number },
  frames: number,
) => {
  const tally = createTally();
  let isEnough = false;
  const keepSending = async (index: number) => {
    const random = randomFrom(7, index);
    const sender = senders[index % senders.length]!;
    while (!isEnough) {
      const line = await openFuzzLine(engine.port, sender.token, tally);
      while (line.isOpen() && !isEnough) await line.round(makeRound(random, sender), sentinel);
      line.destroy();
    }
  };
  const sending = Array.from({ length: lines }, (_, index) => keepSending(index));
  await until("enough frames", async () => (await readMetric(engine, received)) >= frames, {
    secondsMax: 240,
    everyMs: 500,
  });
  isEnough = true;
  await Promise.all(sending);
  return tally;
};

const openVictims = async (business: Client) => {
  answered(await business.publishTariff({ document: tariffDocument() }));
  for (const id of [...victims, bystander]) {
    const account = accountOf(id, { buckets: [bucketOf("main", "money")] });
    await openAccount(business, account, { main: credited });
  }
};

test.each([
  ["uWebSockets.js", 1_000_000],
  // The same handlers behind slower sockets.
  ["ws", 50_000],
] as const)("over %s, %i fuzzed frames", { timeout: 300_000 }, async (listener, frames) => {
  const { url: redisUrl } = cleanUp.add(await startRedis());
  const engine = cleanUp.add(await startEngineProcess({ redisUrl, listener }));
  const business = cleanUp.add(businessClient([engine]));
  const network = cleanUp.add(networkClient([engine]));
  await openVictims(business);
  const redis = new Redis(redisUrl);
  cleanUp.add({ close: async () => redis.disconnect() });
  const untouched = () => redis.getBuffer(keys.account(0, bystander));
  const before = await untouched();
  const memoryBefore = await readMetric(engine, "process_resident_memory_bytes");

  const tally = await flood(engine, frames);

  expect(tally.unreadable).toEqual([]);
  expect([...tally.closes.keys()]).toEqual([closeCodes.GARBAGE.number]);
  expect(tally.sentinels).toBeGreaterThan(100);
  expect((await askOperations(engine, "/readyz")).status).toBe(200);
  expect(engine.lines.filter((line) => !line.includes('"level":"info"'))).toEqual([]);
  const memory = await readMetric(engine, "process_resident_memory_bytes");
  expect(memory - memoryBefore).toBeLessThan(512 * 1024 * 1024);
  expect(await untouched()).toEqual(before);
  let spent = 0;
  for (const id of victims) {
    const { buckets, counters } = await readHoldings(network, id);
    const [remaining, reserved] = buckets["main"]!;
    expect(remaining + reserved + counters["money-spent"]!).toBe(credited);
    spent += counters["money-spent"]!;
  }
  // Some of it was sound enough to be charged.
  expect(spent).toBeGreaterThan(0);
  await expectNoDrift(redisUrl);
  const opening = sessionMessage(bystander, "s", 0, usageOf(web, 0));
  answered(await network.initiate(opening));
  const closing = sessionMessage(bystander, "s", 1, usageOf(web, null, mebi));
  expect(answered(await network.terminate(closing)).cost).toBe(cent);
});
