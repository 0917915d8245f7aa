// Refunds on a real Redis against the naive model: events that several buckets pay for, by blocks,
// steps and fees, are given back in parts, while the profile changes and time passes. What an
// enquiry says beforehand is what the event then does.

import fc from "fast-check";
import { expect, test } from "vitest";
import { documentOf } from "../../scripts/testing/document-of.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { type Bucket, plainBucket, plainCounter } from "../balance/profile.ts";
import { readServerMessage } from "../protocol/messages.ts";
import { decodeFrame } from "../protocol/wire.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import { apply, createModel, type Model, publish, sweep } from "../simulation/model.ts";
import type { ModelAnswer, ModelTariff, PutAccount } from "../simulation/model-account.ts";
import { amountMax } from "../values/units.ts";
import { audit } from "./audit.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const minute = 60_000;
const always = { validFrom: 0, validUntil: start + 1_000 * 24 * 60 * minute };

// --- Programs ---------------------------------------------------------------------------------

const groupOf = (ratingGroup: number, rest: object) => ({
  ratingGroup,
  unit: "messages" as const,
  blockUnits: 1,
  blockPriceMicros: 0,
  quotaUnits: 10,
  quotaUnitsMax: 10,
  validityTimeSeconds: 600,
  quotaHoldingTimeSeconds: 0,
  ...rest,
});
const micros = fc.constantFrom(0, 1, 3, 7, 20);
const steps = fc
  .array(
    fc.record({
      length: fc.integer({ min: 1, max: 12 }),
      blockUnits: fc.constantFrom(1, 2, 5),
      blockPriceMicros: micros,
      entryFeeMicros: micros,
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((list) => {
    let from = 0;
    return list.map(({ length, ...step }) => {
      const one = { from, ...step };
      from += length;
      return one;
    });
  });
const tariffs: fc.Arbitrary<ModelTariff> = fc
  .record({
    blockUnits: fc.constantFrom(1, 3, 10),
    blockPriceMicros: micros,
    price: fc.record({
      setupFeeMicros: micros,
      minimumMicros: fc.constantFrom(0, 15),
      maximumMicros: fc.constantFrom(amountMax, 90),
      initialBlockUnits: fc.constantFrom(0, 4),
      initialBlockPriceMicros: fc.constant(0),
      tierCounterId: fc.constantFrom(undefined, "sent"),
      steps,
    }),
  })
  .map(({ price, ...block }) => ({
    tariffId: "base",
    currency: "EUR",
    effectiveFrom: 0,
    openSessions: "keep",
    bonusRules: [],
    groups: [groupOf(40, block), groupOf(41, { price })],
  }));

const bucketOf = (bucketId: string, unit: Bucket["unit"], priority: number) => {
  return { bucketId, unit, priority, ratingGroups: [], ...always, ...plainBucket };
};
const buckets = [
  bucketOf("texts", "messages", 1),
  bucketOf("spare", "octets", 1),
  { ...bucketOf("bonus", "money", 1), ownValiditySeconds: 90 },
  bucketOf("main", "money", 2),
  { ...bucketOf("more", "messages", 2), ratingGroups: [41] },
];
const thresholds = [
  { status: "some", reachedAt: 5, leftAt: 4 },
  { status: "many", reachedAt: 15, leftAt: 9 },
];
const hourly = { unit: "hour", anchorDay: 1, count: 1 } as const;
const counters = [
  { counterId: "sent", unit: "messages", ratingGroups: [], ...plainCounter, thresholds },
  { counterId: "spent", unit: "money", ratingGroups: [], ...plainCounter, period: hourly },
] as const;
/** Without some of the buckets and counters, so that slots and cells move. */
const accounts = fc.tuple(fc.subarray(buckets, { minLength: 3 }), fc.subarray([...counters])).map(
  ([some, counted]): PutAccount => ({
    accountId: "anna",
    currency: "EUR",
    timeZone: "UTC",
    subscriberIdentifiers: ["msisdn-anna"],
    products: [{ productId: "p", tariffId: "base", ...always }],
    buckets: some,
    counters: counted,
    rules: [],
  }),
);

const used = fc.uniqueArray(
  fc.record({
    ratingGroup: fc.constantFrom(40, 41),
    usedUnit: fc.oneof(fc.nat(12), fc.nat(60)),
  }),
  { selector: ({ ratingGroup }) => ratingGroup, minLength: 1 },
);
const programSteps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("event" as const), id: fc.nat(3), used }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("refund" as const),
      id: fc.nat(60),
      event: fc.nat(3),
      used: fc.oneof(fc.constant([]), used),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("put" as const), account: accounts }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(4 * minute) }),
  },
);
const programs = fc.record({
  tariff: tariffs,
  account: accounts,
  credit: fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 5, maxLength: 5 }),
  steps: fc.array(programSteps, { minLength: 3, maxLength: 25, size: "max" }),
});
type Program = typeof programs extends fc.Arbitrary<infer T> ? T : never;

// --- Running them -----------------------------------------------------------------------------

const redis = redisOfFile();

type Run = {
  readonly engine: DirectEngine;
  readonly model: Model;
  readonly clock: { now: number };
};

const ask = async (engine: DirectEngine, request: AnyRequest): Promise<ModelAnswer> => {
  const [completion] = await engine.handle([request]);
  const frame = decodeFrame(completion!.octets);
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  if (message.kind === "refusal") return { code: message.refusal.code, fields: undefined };
  if (message.kind === "answer") return { code: "SUCCESS", fields: message.answer };
  throw new Error(`no answer: ${JSON.stringify(message)}`);
};

/** The model predicts the answer; returned is what both say. */
const both = async ({ engine, model, clock }: Run, request: AnyRequest): Promise<ModelAnswer> => {
  const answer = await ask(engine, request);
  expect({ request, ...answer }).toEqual({ request, ...apply(model, request, clock.now) });
  return answer;
};

const subscriberIdentifier = "msisdn-anna";
const query: AnyRequest = { operation: "queryBalance", request: { subscriberIdentifier } };

const carryOut = async (run: Run, step: Program["steps"][number]) => {
  const eventTimestamp = run.clock.now;
  switch (step.kind) {
    case "event": {
      const rest = { subscriberIdentifier, eventTimestamp, usedUnits: step.used };
      const enquiry = await both(run, { operation: "priceEnquiry", request: rest });
      const known = run.model.events.current.has(`anna e${step.id}`);
      const request = { requestId: `e${step.id}`, ...rest };
      const event = await both(run, { operation: "event", request });
      const { cost, isCreditSufficient } = enquiry.fields as Record<string, unknown>;
      if (known || event.code === "REQUEST_CONFLICT") return;
      expect(isCreditSufficient).toBe(event.code === "SUCCESS");
      if (event.code === "SUCCESS") expect(event.fields).toEqual({ cost });
      return;
    }
    case "refund": {
      const ids = { requestId: `r${step.id}`, refundedRequestId: `e${step.event}` };
      const request = { ...ids, subscriberIdentifier, eventTimestamp, usedUnits: step.used };
      await both(run, { operation: "refund", request });
      return;
    }
    case "put":
      await both(run, { operation: "putAccount", request: step.account });
      return;
    case "pass":
      run.clock.now += step.ms;
      await run.engine.sweep();
      sweep(run.model, run.clock.now);
  }
};

const open = async ({ tariff, account, credit }: Omit<Program, "steps">): Promise<Run> => {
  await redis.client.flushall();
  const clock = { now: start };
  const engine = await openDirectEngine({ redisUrl: redis.url, now: () => clock.now });
  const run = { engine, model: createModel(), clock };
  const document = { document: documentOf(tariff) };
  publish(run.model, tariff);
  await ask(engine, { operation: "publishTariff", request: document });
  await both(run, { operation: "putAccount", request: account });
  for (const [slot, { bucketId }] of account.buckets.entries()) {
    const request = { requestId: bucketId, accountId: "anna", bucketId, amount: credit[slot]! };
    await both(run, { operation: "topUp", request });
  }
  return run;
};

const close = async ({ engine }: Run) => {
  const report = await audit(engine.store, 1, () => undefined);
  expect(report.isOk ? report.value.drifted : report.error).toEqual([]);
  expect(engine.faults).toEqual([]);
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const options = { seed, numRuns: 60 };

test(`refunds and enquiries come to what the model says (seed ${seed})`, async () => {
  const runProgram = async (program: Program) => {
    const run = await open(program);
    try {
      for (const step of program.steps) {
        await carryOut(run, step);
        await both(run, query);
      }
      await close(run);
    } finally {
      await run.engine.close();
    }
  };
  await fc.assert(fc.asyncProperty(programs, runProgram), options);
});

test(`an event given back in parts leaves the account as it was (seed ${seed})`, async () => {
  const parts = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 });
  const runParts = async (
    program: Omit<Program, "steps">,
    units: number,
    cut: readonly number[],
  ) => {
    const run = await open({ ...program, credit: [5, 5, 20, 400, 5] });
    try {
      const balances = async () => (await both(run, query)).fields as { buckets: object[] };
      const before = await balances();
      const about = { subscriberIdentifier, eventTimestamp: start };
      const usedUnits = [{ ratingGroup: 41, usedUnit: units }];
      const event = await both(run, {
        operation: "event",
        request: { requestId: "e", ...about, usedUnits },
      });
      fc.pre(event.code === "SUCCESS" && units > 0);
      let money = 0;
      for (const [index, usedUnit] of [...cut, 0].entries()) {
        const request = {
          ...about,
          requestId: `r${index}`,
          refundedRequestId: "e",
          usedUnits: usedUnit === 0 ? [] : [{ ratingGroup: 41, usedUnit }],
        };
        const { code, fields } = await both(run, { operation: "refund", request });
        if (code === "SUCCESS") money += (fields as { refundedCost: number }).refundedCost;
      }
      expect({ cost: money }).toEqual(event.fields);
      const amounts = ({ buckets: list, ...rest }: { buckets: object[] }) => {
        return { ...rest, buckets: list.map((one) => ({ ...one, validFrom: 0, validUntil: 0 })) };
      };
      expect(amounts(await balances())).toEqual(amounts(before));
    } finally {
      await run.engine.close();
    }
  };
  const drawn = fc.record({
    tariff: tariffs,
    account: accounts,
    credit: programs.map((p) => p.credit),
  });
  const property = fc.asyncProperty(drawn, fc.integer({ min: 1, max: 40 }), parts, runParts);
  await fc.assert(property, { ...options, numRuns: 40 });
});
