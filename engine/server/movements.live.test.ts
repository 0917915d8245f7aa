// Random movements between accounts of several shards, sent through engines that die at any batch,
// repeated and reordered. When all is over each request has one outcome, the buckets hold exactly
// what the outcomes say, and the audit finds every unit.

import fc from "fast-check";
import { expect, test } from "vitest";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { readServerMessage } from "../protocol/messages.ts";
import { decodeFrame } from "../protocol/wire.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import { openMortalEngine } from "../simulation/mortal-engine.ts";
import { openings } from "../simulation/small-operator.ts";
import { audit } from "../store/audit.ts";

const shards = 3;
const accountIds = ["anna", "bruno", "clara", "emil"] as const;
const bucketIds = ["data", "bonus"] as const;
const full = Number.MAX_SAFE_INTEGER;
const clock = { now: 0 };

const place = fc.record({
  accountId: fc.constantFrom(...accountIds),
  bucketId: fc.constantFrom(...bucketIds),
});
const amounts = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 500 }) },
  { weight: 1, arbitrary: fc.constantFrom(full, full - 100) },
);
const movements = fc.oneof(
  fc.record({ kind: fc.constant("topUp" as const), to: place, amount: amounts }),
  fc.record({ kind: fc.constant("adjust" as const), to: place, amount: fc.integer({ max: 99 }) }),
  fc.record({
    kind: fc.constant("transfer" as const),
    from: place,
    to: place,
    amount: amounts,
    fee: fc.nat(9),
  }),
);
type Movement = typeof movements extends fc.Arbitrary<infer M> ? M : never;
const death = fc.record({ batch: fc.nat(9), isCarriedOut: fc.boolean() });
const programs = fc.record({
  movements: fc.array(movements, { minLength: 4, maxLength: 20 }),
  /** Which of them an engine is asked at once, and when it dies. */
  ticks: fc.array(
    fc.record({ picks: fc.array(fc.nat(19), { minLength: 1, maxLength: 8 }), death }),
    { minLength: 1, maxLength: 6 },
  ),
});

const requestOf = (movement: Movement, index: number): AnyRequest => {
  const requestId = `request-${index}`;
  const { kind, to, amount } = movement;
  if (kind === "topUp") return { operation: kind, request: { requestId, ...to, amount } };
  if (kind === "adjust") {
    return { operation: kind, request: { requestId, ...to, amount, reason: "test" } };
  }
  const { from, fee } = movement;
  const source = { fromAccountId: from.accountId, fromBucketId: from.bucketId };
  const target = { toAccountId: to.accountId, toBucketId: to.bucketId };
  const request = { requestId, ...source, ...target, amount, fee, kind: "transfer" as const };
  return { operation: kind, request };
};

/** The answer's fields; undefined: refused. */
const outcomeOf = (octets: Buffer): Record<string, unknown> | undefined => {
  const frame = decodeFrame(octets);
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  return message.kind === "answer" ? message.answer : undefined;
};

const redis = redisOfFile();
const options = () => ({ redisUrl: redis.url, shards, now: () => clock.now });

const nameOf = ({ accountId, bucketId }: { accountId: string; bucketId: string }) =>
  `${accountId} ${bucketId}`;

/** What the outcomes come to, by bucket. */
const sumsOf = (
  asked: readonly Movement[],
  outcomes: readonly (Record<string, unknown> | undefined)[],
) => {
  const sums = new Map<string, bigint>();
  const add = (where: string, amount: bigint) => sums.set(where, (sums.get(where) ?? 0n) + amount);
  for (const [index, movement] of asked.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    const hasArrived = movement.kind !== "transfer" || outcome["resultCode"] === 2001;
    if (!hasArrived) continue;
    add(nameOf(movement.to), BigInt(movement.amount));
    if (movement.kind !== "transfer") continue;
    add(nameOf(movement.from), -BigInt(movement.amount) - BigInt(movement.fee));
  }
  return sums;
};

const checkBuckets = async (engine: DirectEngine, sums: ReadonlyMap<string, bigint>) => {
  for (const accountId of accountIds) {
    const request = { subscriberIdentifier: `account-${accountId}` };
    const [completion] = await engine.handle([{ operation: "queryBalance", request }]);
    const { buckets } = outcomeOf(completion!.octets) as {
      buckets: { bucketId: string; remaining: number }[];
    };
    for (const { bucketId, remaining } of buckets) {
      const where = nameOf({ accountId, bucketId });
      expect([where, BigInt(remaining)]).toEqual([where, sums.get(where) ?? 0n]);
    }
  }
};

const runProgram = async ({
  movements: asked,
  ticks,
}: typeof programs extends fc.Arbitrary<infer P> ? P : never) => {
  clock.now = Date.parse("2027-01-01T00:00:00Z");
  await redis.client.flushall();
  const opened: DirectEngine[] = [await openDirectEngine(options())];
  const [survivor] = opened as [DirectEngine];
  try {
    await survivor.handle(openings(accountIds));
    const requests = asked.map(requestOf);
    for (const tick of ticks) {
      const mortal = await openMortalEngine(options(), tick.death);
      opened.push(mortal);
      const picked = tick.picks.map((pick) => requests[pick % requests.length]!);
      await Promise.race([mortal.handle(picked), mortal.death]);
    }
    clock.now += limits.transferResumeMs;
    await survivor.sweep();
    const outcomes: (Record<string, unknown> | undefined)[] = [];
    for (const request of requests) {
      const [completion] = await survivor.handle([request]);
      outcomes.push(outcomeOf(completion!.octets));
    }
    await checkBuckets(survivor, sumsOf(asked, outcomes));
    const report = await audit(survivor.store, shards, () => undefined);
    if (!report.isOk) throw new Error(report.error);
    expect(report.value.drifted).toEqual([]);
    const octets = report.value.totals.get("octets")!;
    expect(octets.inTransit).toBe(0n);
    expect(octets.credited).toBe(octets.remaining + octets.debited);
    expect(survivor.faults).toEqual([]);
  } finally {
    for (const one of opened) await one.close();
  }
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`engines die at any batch, and no unit is made or lost (seed ${seed})`, async () => {
  await fc.assert(fc.asyncProperty(programs, runProgram), {
    seed,
    numRuns: 60,
    interruptAfterTimeLimit: 30_000,
  });
});
