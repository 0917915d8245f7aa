// Random programs on a real Redis: after each operation exactly the sessions of the rule have a
// notice waiting, for the right network element, with the right rating groups; and what finds
// notices by session, peer and time agrees with them. The rule stands here once more, in words of
// the account as it is afterwards.

import fc from "fast-check";
import { expect, test } from "vitest";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { remarks } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import type { NoticeKind } from "../protocol/operations.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { decodeFrame } from "../protocol/wire.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import { accountRequest, tariffDocument } from "../simulation/small-operator.ts";
import { readAccountValue } from "./account-value.ts";
import { readEntry } from "./journal.ts";
import { keys } from "./keys.ts";
import { readNotice } from "./notice-bytes.ts";
import { acknowledgeNotice, takeNotices } from "./notices.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const day = 86_400_000;
const accountId = "anna";
const peers = [1, 2];

const groups = fc.uniqueArray(fc.constantFrom(10, 20, 100), { minLength: 1, maxLength: 3 });
const peer = fc.constantFrom(0, 1, 1, 2);
const which = fc.nat();
const steps = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("session" as const),
      session: fc.nat(3),
      verb: fc.constantFrom("go on", "go on", "go on", "terminate"),
      peer,
      groups,
      used: fc.constantFrom(0, 1_000_000, 4_000_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("topUp" as const),
      bucketId: fc.constantFrom("main", "data", "old"),
      amount: fc.constantFrom(0, 50_000, 4_000_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("event" as const), used: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("put" as const), isServed: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("request" as const),
      session: fc.option(fc.nat(3), { nil: null }),
      notice: fc.constantFrom<NoticeKind>("reauthorize", "abort"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("acknowledge" as const), which }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), days: fc.nat(2) }) },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** A credit of less than has just expired in the same bucket is a credit all the same. */
const creditAfterExpiry: readonly Step[] = [
  { kind: "session", session: 0, verb: "go on", peer: 1, groups: [20], used: 0 },
  { kind: "topUp", bucketId: "old", amount: 4_000_000 },
  { kind: "acknowledge", which: 0 },
  { kind: "pass", days: 2 },
  { kind: "topUp", bucketId: "old", amount: 50_000 },
];

/** Money, an allowance by the day, what is over tomorrow; a status from 5 MB on, till midnight. */
const profile = (isServed: boolean, changes: number) => {
  const plain = accountRequest(accountId);
  const [data, , main] = plain.buckets;
  const [octets] = plain.counters;
  const daily = { unit: "day", anchorDay: 1, count: 1 } as const;
  return {
    ...plain,
    products: plain.products.map((one) => ({ ...one, validUntil: isServed ? start * 2 : 1 })),
    subscriberIdentifiers: [`msisdn-${accountId}`, `imsi-${changes}`],
    buckets: [
      { ...data!, renewal: { period: daily, amount: 3_000_000, rollover: null } },
      { ...main!, bucketId: "old", validUntil: start + day },
      main!,
    ],
    counters: [
      {
        ...octets!,
        period: daily,
        thresholds: [{ status: "slow", reachedAt: 5_000_000, leftAt: 5_000_000 }],
      },
    ],
  };
};

type Waiting = {
  readonly kind: NoticeKind;
  readonly peer: number;
  readonly reason: string;
  /** undefined: all. */
  readonly ratingGroups: ReadonlySet<number> | undefined;
};
type Run = {
  readonly engine: DirectEngine;
  readonly clock: { now: number };
  readonly waiting: Map<string, Waiting>;
  /** Of each of the four: how often it has begun anew, and its next sequence number. */
  readonly sessions: { begun: number; sequence: number }[];
  requests: number;
  profileChanges: number;
  takes: number;
};

const redis = redisOfFile();

const account = async () =>
  readAccountValue((await redis.client.getBuffer(keys.account(0, accountId)))!);

const credit: readonly number[] = [
  resultCodes.CREDIT_LIMIT_REACHED.number,
  resultCodes.QUOTA_LIMIT_REACHED.number,
];

/** The newer one takes the place of the older, and its rating groups with it; an abort stays. */
const decide = ({ waiting }: Run, session: string, one: Waiting) => {
  const old = waiting.get(session);
  if (one.peer === 0 || old?.kind === "abort") return;
  const both =
    one.ratingGroups === undefined || (old !== undefined && old.ratingGroups === undefined)
      ? undefined
      : new Set([...one.ratingGroups, ...(old?.ratingGroups ?? [])]);
  waiting.set(session, { ...one, ratingGroups: one.kind === "abort" ? undefined : both });
};

const decideForAll = async (run: Run, kind: NoticeKind, reason: string) => {
  for (const [id, { peer: of }] of (await account()).sessions) {
    decide(run, id, { kind, peer: of, reason, ratingGroups: undefined });
  }
};

/** What came of an operation that was carried out, by the journal's last entry. */
const noteOperation = async (run: Run, own: string | undefined, isCredit: boolean) => {
  const [entry] = await redis.client.xrevrangeBuffer(keys.journal(0), "+", "-", "COUNT", 1);
  const [journalId, fields] = entry!;
  const records = readEntry(0, { journalId: String(journalId), fields });
  if (!records.isOk) throw new Error(records.error);
  const [record] = records.value;
  const told = record !== undefined && "remarks" in record ? record.remarks : [];
  const isCrossed = told.some(({ kind }) => kind === remarks.level);
  // What the account was due for anyway is a credit as well: the record tells it as renewed.
  const changes = record !== undefined && "changes" in record ? record.changes : [];
  const isCredited = isCredit || changes.some(({ renewed }) => renewed > 0);
  for (const [id, state] of (await account()).sessions) {
    if (id === own) continue;
    const common = { kind: "reauthorize", peer: state.peer } as const;
    const stalled = state.groups.filter(
      ({ resultCode, finalUnitIndication }) => finalUnitIndication || credit.includes(resultCode),
    );
    if (isCrossed) decide(run, id, { ...common, reason: "threshold", ratingGroups: undefined });
    else if (isCredited && stalled.length > 0) {
      const ratingGroups = new Set(stalled.map(({ ratingGroup }) => ratingGroup));
      decide(run, id, { ...common, reason: "credit", ratingGroups });
    }
  }
};

/** True: it was carried out. */
const ask = async ({ engine }: Run, request: AnyRequest, from = 0): Promise<boolean> => {
  const [completion] = await engine.handle([request], from);
  const frame = decodeFrame(completion!.octets);
  return frame.isOk && (frame.value[0] as readonly unknown[])[0] !== 64;
};

const askSession = async (run: Run, step: Extract<Step, { kind: "session" }>) => {
  const session = run.sessions[step.session]!;
  const { sequence } = session;
  const operation =
    sequence === 0 ? "initiate" : step.verb === "terminate" ? "terminate" : "update";
  const request = {
    sessionId: idOf(run, step.session),
    sequence,
    subscriberIdentifier: `msisdn-${accountId}`,
    eventTimestamp: run.clock.now,
    multipleUnitUsage: step.groups.map((ratingGroup) => ({
      ratingGroup,
      requestedUnit: 0,
      usedUnit: sequence === 0 ? null : step.used,
    })),
    serviceInformation: null,
  };
  if (!(await ask(run, { operation, request }, step.peer))) return;
  session.sequence = operation === "terminate" ? 0 : sequence + 1;
  if (operation === "terminate") session.begun++;
  await noteOperation(run, request.sessionId, false);
};

const idOf = (run: Run, session: number) => `s-${session}-${run.sessions[session]!.begun}`;

const carryOut = async (run: Run, step: Step) => {
  const requestId = `r-${run.requests++}`;
  switch (step.kind) {
    case "session":
      return askSession(run, step);
    case "topUp": {
      const { bucketId, amount } = step;
      const request = { requestId, accountId, bucketId, amount };
      if (await ask(run, { operation: "topUp", request })) {
        await noteOperation(run, undefined, amount > 0);
      }
      return;
    }
    case "event": {
      const request = {
        requestId,
        subscriberIdentifier: `msisdn-${accountId}`,
        eventTimestamp: run.clock.now,
        usedUnits: [{ ratingGroup: 10, usedUnit: 1_000_000 * step.used }],
      };
      const isDone = await ask(run, { operation: "event", request });
      if (isDone) await noteOperation(run, undefined, false);
      return;
    }
    case "put": {
      const request = profile(step.isServed, ++run.profileChanges);
      if (await ask(run, { operation: "putAccount", request })) {
        await decideForAll(run, step.isServed ? "reauthorize" : "abort", "profile");
      }
      return;
    }
    case "request": {
      const sessionId = step.session === null ? null : idOf(run, step.session);
      const request = { requestId, accountId, sessionId, kind: step.notice, reason: "asked" };
      const isDone = await ask(run, { operation: "requestNotice", request });
      const { sessions } = await account();
      expect(isDone).toBe(sessionId === null || sessions.has(sessionId));
      for (const [id, state] of sessions) {
        if (sessionId !== null && id !== sessionId) continue;
        const one = { kind: step.notice, peer: state.peer, reason: "asked" };
        decide(run, id, { ...one, ratingGroups: undefined });
      }
      return;
    }
    case "acknowledge": {
      const ids = (await redis.client.hkeys(keys.notices(0))).sort();
      const noticeId = ids[step.which % ids.length];
      if (noticeId === undefined) return;
      const record = (await redis.client.hgetBuffer(keys.notices(0), noticeId))!;
      const { sessionId, peer: of } = readNotice(noticeId, record);
      const { store } = run.engine;
      const another = { noticeId, peer: of + 1, isOver: true };
      expect(await acknowledgeNotice(store, 1, another)).toBe(false);
      expect(await acknowledgeNotice(store, 1, { ...another, peer: of })).toBe(true);
      run.waiting.delete(sessionId);
      return;
    }
    case "take":
      return take(run);
    case "pass":
      run.clock.now += step.days * day;
  }
};

/** Notices of sessions that are over go; those of sessions that moved go with them. */
const take = async (run: Run) => {
  if (++run.takes > limits.noticeSentMax / 2) return;
  const { sessions } = await account();
  for (const [id, one] of run.waiting) {
    const state = sessions.get(id);
    if (state === undefined) run.waiting.delete(id);
    else if (state.peer > 0) run.waiting.set(id, { ...one, peer: state.peer });
  }
  run.clock.now += limits.noticePauseMsMax;
  const { store } = run.engine;
  for (let rounds = 0; rounds < 3; rounds++) await takeNotices(store, 0, run.clock.now, peers);
};

const compare = async (run: Run) => {
  const records = await redis.client.hgetallBuffer(keys.notices(0));
  const notices = Object.entries(records).map(([id, record]) => readNotice(id, record));
  const seen = notices.map(({ sessionId, kind, peer: of, reason, ratingGroups }) => {
    const told = ratingGroups.length === 0 ? "all" : ratingGroups.toSorted((a, b) => a - b).join();
    return `${sessionId} ${kind} ${of} ${reason} ${told}`;
  });
  const wanted = Array.from(run.waiting, ([id, { kind, peer: of, reason, ratingGroups }]) => {
    const all = ratingGroups && [...ratingGroups].sort((a, b) => a - b);
    return `${id} ${kind} ${of} ${reason} ${all?.join() ?? "all"}`;
  });
  expect(seen.sort()).toEqual(wanted.sort());
  const prefix = keys.notices(0);
  const bySession = notices.map((one) => [`${accountId} ${one.sessionId}`, one.noticeId]);
  expect(await redis.client.hgetall(`${prefix}:sessions`)).toEqual(Object.fromEntries(bySession));
  const of = [...new Set(notices.map((one) => String(one.peer)))].sort();
  expect((await redis.client.smembers(`${prefix}:peers`)).sort()).toEqual(of);
  for (const one of peers) {
    const ids = notices.filter((notice) => notice.peer === one).map(({ noticeId }) => noticeId);
    expect((await redis.client.zrange(`${prefix}:${one}`, "0", "-1")).sort()).toEqual(ids.sort());
  }
};

const runProgram = async (program: readonly Step[], counts: Map<string, number>) => {
  await redis.client.flushall();
  const clock = { now: start };
  const engine = await openDirectEngine({ redisUrl: redis.url, now: () => clock.now });
  const run: Run = {
    ...{ engine, clock, waiting: new Map() },
    sessions: Array.from({ length: 4 }, () => ({ begun: 0, sequence: 0 })),
    ...{ requests: 0, profileChanges: 0, takes: 0 },
  };
  try {
    await ask(run, { operation: "publishTariff", request: { document: tariffDocument } });
    await ask(run, { operation: "putAccount", request: profile(true, 0) });
    for (const step of program) {
      await carryOut(run, step);
      await compare(run);
      for (const { reason, kind } of run.waiting.values()) {
        const name = `${kind} ${reason}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    expect(engine.faults).toEqual([]);
  } finally {
    await engine.close();
  }
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`exactly the sessions of the rule have a notice (seed ${seed})`, async () => {
  const counts = new Map<string, number>();
  const programs = fc.array(steps, { minLength: 10, maxLength: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(programs, (program) => runProgram(program, counts)),
    { seed, numRuns: 120, examples: [[[...creditAfterExpiry]]], interruptAfterTimeLimit: 45_000 },
  );
  const names = ["credit", "threshold", "profile", "asked"].map((why) => `reauthorize ${why}`);
  for (const name of [...names, "abort profile", "abort asked"]) {
    expect([name, (counts.get(name) ?? 0) > 50]).toEqual([name, true]);
  }
});
