// Several engines at once on one shard: what comes of it must be what comes of the same requests
// one after the other, in the order of the journal. And the same requests at the same times must
// leave the same journal, to the octet.

import fc from "fast-check";
import { expect, test } from "vitest";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { counterWith } from "../../scripts/testing/story.ts";
import { plainBucket } from "../balance/profile.ts";
import { journalStart } from "../cdr/journal-entry.ts";
import { readServerMessage } from "../protocol/messages.ts";
import type { OperationName, RequestOf } from "../protocol/operations.ts";
import { decodeFrame } from "../protocol/wire.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import {
  accountRequest,
  event,
  sessionMessage,
  tariffDocument,
  topUp,
} from "../simulation/small-operator.ts";
import { readEntry, readPage } from "./journal.ts";
import { keys } from "./keys.ts";

const start = Date.parse("2027-01-01T00:50:00Z");
const accountIds = ["anna", "bruno"];
const engineCount = 3;

const redis = redisOfFile();

/** Little of everything, so that it matters who comes first. */
const tight = (accountId: string): AnyRequest => {
  const { buckets, counters, ...rest } = accountRequest(accountId);
  const renewal = { period: { unit: "hour", anchorDay: 1, count: 1 }, amount: 20_000_000 } as const;
  const request = {
    ...rest,
    buckets: buckets.map((bucket) => ({
      ...bucket,
      ...plainBucket,
      ...(bucket.bucketId === "data" ? { renewal: { ...renewal, rollover: null } } : {}),
      ...(bucket.bucketId === "bonus" ? { ownValiditySeconds: 300 } : {}),
      ...(bucket.bucketId === "main" ? { creditLimit: 500_000 } : {}),
    })),
    counters: [...counters, counterWith("capped", "octets", { cap: 60_000_000 })],
  };
  return { operation: "putAccount", request };
};

const openings = accountIds.flatMap((accountId) => [
  tight(accountId),
  topUp(accountId, "opening-bonus", "bonus", 5_000_000),
  topUp(accountId, "opening-main", "main", 400_000),
]);

const questions = accountIds.map((accountId): AnyRequest => {
  return { operation: "queryBalance", request: { subscriberIdentifier: `msisdn-${accountId}` } };
});

const asked = fc.record({
  engine: fc.nat(engineCount - 1),
  accountId: fc.constantFrom(...accountIds),
  kind: fc.constantFrom("session", "session", "session", "event", "topUp"),
  session: fc.nat(2),
  ends: fc.boolean(),
  ratingGroup: fc.constantFrom(10, 10, 20, 100),
  units: fc.oneof(fc.nat(90), fc.nat(12_000_000)),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;
const programs = fc.array(
  fc.record({
    asked: fc.array(asked, { minLength: 3, maxLength: 24 }),
    passMs: fc.nat(240_000),
  }),
  { minLength: 3, maxLength: 10 },
);
type Program = typeof programs extends fc.Arbitrary<infer T> ? T : never;

type Run = {
  readonly clock: { now: number };
  readonly engines: readonly DirectEngine[];
  /** Those that are open, by account and number: the last message that was carried out. */
  readonly sessions: Map<string, { readonly sessionId: string; readonly sequence: number }>;
  /** What was carried out, by what the journal calls it. */
  readonly carriedOut: Map<string, AnyRequest>;
  messages: number;
};

const open = async (count: number): Promise<Run> => {
  await redis.client.flushall();
  const clock = { now: start };
  const options = { redisUrl: redis.url, now: () => clock.now };
  const engines = await Promise.all(Array.from({ length: count }, () => openDirectEngine(options)));
  const request = { document: tariffDocument };
  await engines[0]!.handle([{ operation: "publishTariff", request }]);
  for (const engine of engines) await engine.refresh();
  for (const opening of openings) await engines[0]!.handle([opening]);
  // Every engine knows every account, so that none waits for its profile and joins a later batch.
  for (const engine of engines) await engine.handle(questions);
  return { clock, engines, sessions: new Map(), carriedOut: new Map(), messages: 0 };
};

const requestOf = (run: Run, one: Asked): AnyRequest => {
  const { accountId, ends, kind, ratingGroup, session, units } = one;
  const { clock, sessions } = run;
  const id = `m${++run.messages}`;
  if (kind === "topUp") return topUp(accountId, id, "main", units);
  if (kind === "event") return event(accountId, id, clock.now, [{ ratingGroup, usedUnit: units }]);
  const last = sessions.get(`${accountId} ${session}`);
  const verb = last === undefined ? "initiate" : ends ? "terminate" : "update";
  const { sessionId, sequence } = last ?? { sessionId: id, sequence: -1 };
  const at = { sessionId, sequence: sequence + 1, at: clock.now };
  const usedUnit = verb === "initiate" ? null : units;
  return sessionMessage(verb, accountId, at, [{ ratingGroup, usedUnit }]);
};

const nameOf = (accountId: string, verb: string, id: string, sequence: number) =>
  `${accountId} ${verb} ${id} ${sequence}`;

const isOfSession = (operation: OperationName): boolean =>
  operation === "initiate" || operation === "update" || operation === "terminate";

const nameOfRequest = (accountId: string, { operation, request }: AnyRequest): string => {
  if (isOfSession(operation)) {
    const { sessionId, sequence } = request as RequestOf<"update">;
    return nameOf(accountId, operation, sessionId, sequence);
  }
  return nameOf(accountId, operation, "requestId" in request ? request.requestId : "", 0);
};

const isSuccess = (octets: Buffer): boolean => {
  const frame = decodeFrame(octets);
  return readServerMessage(frame.isOk ? frame.value[0] : undefined).kind === "answer";
};

/** All engines at once; of two that send the next message of one session one is refused. */
const playTick = async (run: Run, tick: Program[number]) => {
  const { carriedOut, clock, engines, sessions } = run;
  const all = tick.asked.map((one) => ({ one, request: requestOf(run, one) }));
  const play = async (engine: DirectEngine, number: number) => {
    const own = all.filter(({ one }) => one.engine === number);
    for (const { index, octets } of await engine.handle(own.map(({ request }) => request))) {
      if (!isSuccess(octets)) continue;
      const { one, request: done } = own[index]!;
      carriedOut.set(nameOfRequest(one.accountId, done), done);
      if (!isOfSession(done.operation)) continue;
      const { sessionId, sequence } = done.request as RequestOf<"update">;
      const slot = `${one.accountId} ${one.session}`;
      if (done.operation === "terminate") sessions.delete(slot);
      else sessions.set(slot, { sessionId, sequence });
    }
  };
  await Promise.all(engines.map(play));
  clock.now += tick.passMs;
};

const valuesOf = () =>
  Promise.all(accountIds.map((id) => redis.client.getBuffer(keys.account(0, id))));

const recordsOf = async ({ engines }: Run) => {
  const page = await readPage(engines[0]!.store, 0, { after: journalStart, until: "+" });
  return page.flatMap((entry) => {
    const records = readEntry(0, entry);
    if (!records.isOk) throw new Error(records.error);
    return records.value;
  });
};

const close = async ({ engines }: Run) => {
  expect(engines.flatMap(({ faults }) => faults)).toEqual([]);
  for (const engine of engines) await engine.close();
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 25, interruptAfterTimeLimit: 20_000 };

test(`engines at once do what one does in the order of the journal (seed ${seed})`, async () => {
  const property = fc.asyncProperty(programs, async (program) => {
    const together = await open(engineCount);
    for (const tick of program) await playTick(together, tick);
    const records = await recordsOf(together);
    const values = await valuesOf();
    await close(together);

    const serial = await open(1);
    for (const record of records.slice((await recordsOf(serial)).length)) {
      if (record.verb === "putAccount" || record.verb === "expire") continue;
      const { accountId, at, id, sequence, verb } = record;
      const request = together.carriedOut.get(nameOf(accountId, verb, id, sequence));
      serial.clock.now = at;
      const [completion] = await serial.engines[0]!.handle([request!]);
      expect(isSuccess(completion!.octets)).toBe(true);
    }
    expect(await valuesOf()).toEqual(values);
    await close(serial);
  });
  await fc.assert(property, runs);
});

test(`the same requests at the same times leave the same journal (seed ${seed})`, async () => {
  const journalOf = async (program: Program) => {
    const run = await open(1);
    for (const { asked: some, passMs } of program) {
      const alone = some.map((one) => ({ ...one, engine: 0 }));
      await playTick(run, { asked: alone, passMs });
    }
    const entries = await readPage(run.engines[0]!.store, 0, { after: journalStart, until: "+" });
    await close(run);
    return entries.map(({ fields }) => Buffer.concat(fields).toString("hex"));
  };
  const property = fc.asyncProperty(programs, async (program) => {
    const first = await journalOf(program);
    expect(await journalOf(program)).toEqual(first);
  });
  await fc.assert(property, runs);
});
