// The common update has a path of its own in Lua (lib/common-update.lua), which must do exactly
// what the general one does. Each batch of these programs is run twice from the same state, first
// by a library without that path: reply, account and journal must be the same to the octet.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  calledNumbers,
  randomRules,
  servingNetworks,
  zonesOfRules,
} from "../../scripts/testing/random-rules.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { plainBucket, plainCounter } from "../balance/profile.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import type { PutAccount } from "../simulation/model-account.ts";
import type { Store } from "../store/connection.ts";
import { keys } from "../store/keys.ts";
import { library } from "../store/scripts.ts";

/** Just before an hour ends, and with it the period of counters. */
const start = Date.parse("2027-01-01T00:59:00Z");
const far = start + 24 * 3_600_000;
const amountMax = Number.MAX_SAFE_INTEGER;
const accountId = "anna";
const entrance = /(function applyCommonUpdate\(.*\)\n)/;
/** Another library with other function names, where no update is common. */
const general = {
  source: library.source
    .replaceAll(library.name, `${library.name}_general`)
    .replaceAll(/'(tollgate_\w+)'/g, "'$1_general'")
    .replace(entrance, "$1do return nil end\n"),
  applyBatch: `${library.functions["apply-batch"]}_general`,
};

const redis = redisOfFile();

type Outcome = { reply: unknown; account: unknown; journal: unknown };

/** Runs each batch by the general path, undoes that, and runs it as it is. */
const compareBatches = (store: Store, counts: { common: number }): Store => ({
  ...store,
  run: async (name, names, args) => {
    if (name !== "apply-batch") return store.run(name, names, args);
    const outcome = async (reply: unknown): Promise<Outcome> => {
      const entries = (await store.call("XREVRANGE", keys.journal(0), "+", "-", "COUNT", 1)) as [
        Buffer,
        Buffer[],
      ][];
      const account = await store.call("GET", keys.account(0, accountId));
      return { reply, account, journal: entries[0]?.[1] };
    };
    // Whole keys with all they hold, answers and journal too.
    const before = await Promise.all(names.map((key) => redis.client.dumpBuffer(key)));
    const rest = [names.length, ...names, ...args];
    const expected = await outcome(await store.call("FCALL", general.applyBatch, ...rest));
    for (const [index, key] of names.entries()) {
      await redis.client.del(key);
      const dump = before[index];
      if (dump) await redis.client.restore(key, 0, dump);
    }
    const reply = await store.run(name, names, args);
    expect(await outcome(reply)).toEqual(expected);
    counts.common += (reply as Buffer).readUInt16LE(4) === 80 ? 1 : 0;
    return reply;
  },
});

const validities = fc.oneof(
  { weight: 2, arbitrary: fc.constant(far) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }).map((s) => start + 1_000 * s) },
);
const served = fc.constantFrom<readonly number[]>([], [10], [20]);
const profiles = fc
  .record({
    product: validities,
    data: validities,
    creditLimit: fc.constantFrom(0, 0, 5_000),
    bonus: validities,
    counters: fc.array(
      fc.record({
        unit: fc.constantFrom("octets" as const, "money" as const),
        ratingGroups: served,
        period: fc.constantFrom(null, { unit: "hour" as const, anchorDay: 1, count: 1 }),
      }),
      { maxLength: 3 },
    ),
    dataServes: served,
    bonusServes: served,
    rules: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, randomRules),
  })
  .map(
    ({
      product,
      data,
      bonus,
      creditLimit,
      counters,
      dataServes,
      bonusServes,
      rules,
    }): PutAccount => {
      const from = { validFrom: 0, priority: 1, ...plainBucket };
      return {
        accountId,
        currency: "EUR",
        subscriberIdentifiers: ["anna"],
        products: [{ productId: "p", tariffId: "t", validFrom: 0, validUntil: product }],
        buckets: [
          {
            bucketId: "main",
            unit: "money",
            ...from,
            validUntil: far,
            ratingGroups: [],
            creditLimit,
          },
          { bucketId: "data", unit: "octets", ...from, validUntil: data, ratingGroups: dataServes },
          {
            bucketId: "bonus",
            unit: "octets",
            ...from,
            validUntil: bonus,
            ratingGroups: bonusServes,
          },
        ],
        counters: counters.map((rest, index) => ({
          counterId: `c${index}`,
          ...plainCounter,
          ...rest,
        })),
        timeZone: "UTC",
        rules,
      };
    },
  );

const amounts = fc.oneof(
  { weight: 16, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.constant(amountMax) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const prices = fc.constantFrom("0", "0.000003", "0.000007");
const steps = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant("update" as const),
      session: fc.constantFrom(0, 0, 0, 1),
      ratingGroup: fc.constantFrom(10, 10, 10, 10, 10, 10, 10, 10, 20),
      used: fc.oneof(
        { weight: 9, arbitrary: amounts },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
      requested: fc.oneof(
        { weight: 9, arbitrary: amounts },
        { weight: 2, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
      /** A repeat, or one too many. */
      skew: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, -1, 1),
      calledPartyAddress: calledNumbers,
      servingNetwork: servingNetworks,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("topUp" as const),
      bucketId: fc.constantFrom("main", "data", "data", "bonus"),
      amount: amounts,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(40_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("put" as const), profile: profiles }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("end" as const), session: fc.constantFrom(0, 1) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("publish" as const), price: prices }) },
);
const programs = fc.record({
  profile: profiles,
  price: prices,
  /** Counters have counted all that a number can hold. */
  isCounted: fc.constantFrom(false, false, false, true),
  credit: fc.constantFrom(0, 60, 5_000, 5_000),
  money: fc.constantFrom(1_000, 1_000, 40),
  steps: fc.array(steps, { minLength: 10, maxLength: 40, size: "max" }),
});
type Program = typeof programs extends fc.Arbitrary<infer T> ? T : never;

const documentOf = (blockPrice: string) => {
  const terms = { unit: "octets", blockUnits: 10, blockPrice, quotaUnits: 100 };
  return JSON.stringify({
    tariffId: "t",
    currency: "EUR",
    effectiveFrom: "2020-01-01T00:00:00Z",
    ...zonesOfRules,
    ratingGroups: [
      {
        ratingGroup: 10,
        ...terms,
        quotaSizing: "adaptive",
        quotaUnitsMax: amountMax,
        validityTimeSeconds: 30,
      },
      { ratingGroup: 20, ...terms, quotaUnitsMax: amountMax, validityTimeSeconds: 600 },
    ],
  });
};

const creditRequest = (bucketId: string, amount: number): AnyRequest => {
  const requestId = `${bucketId}-${amount}`;
  return { operation: "topUp", request: { requestId, accountId, bucketId, amount } };
};

const countedRequests: readonly AnyRequest[] = [
  creditRequest("data", amountMax),
  {
    operation: "event",
    request: {
      requestId: "everything",
      subscriberIdentifier: "anna",
      eventTimestamp: start,
      usedUnits: [{ ratingGroup: 10, usedUnit: amountMax }],
      serviceInformation: null,
    },
  },
];

/** Next sequence numbers by session, and a number for each top-up. */
type Sent = { readonly sequences: [number, number]; ordinal: number };

const requestOf = (
  step: Exclude<Program["steps"][number], { kind: "pass" | "publish" }>,
  at: number,
  sent: Sent,
): AnyRequest => {
  switch (step.kind) {
    case "put":
      return { operation: "putAccount", request: step.profile };
    case "topUp": {
      const { bucketId, amount } = step;
      const requestId = `t${sent.ordinal++}`;
      return { operation: "topUp", request: { requestId, accountId, bucketId, amount } };
    }
    case "end":
    case "update": {
      const next = sent.sequences[step.session]!;
      const skew = "skew" in step && next > 1 ? step.skew : 0;
      const sequence = next + skew;
      if (skew === 0) sent.sequences[step.session] = next + 1;
      const request = {
        sessionId: `s${step.session}`,
        sequence,
        subscriberIdentifier: "anna",
        eventTimestamp: at,
        multipleUnitUsage:
          step.kind === "end"
            ? []
            : [
                {
                  ratingGroup: step.ratingGroup,
                  requestedUnit: step.requested,
                  usedUnit: sequence === 0 ? null : step.used,
                },
              ],
        serviceInformation:
          step.kind === "end"
            ? null
            : {
                calledPartyAddress: step.calledPartyAddress,
                servingNetwork: step.servingNetwork,
              },
      };
      if (sequence === 0) return { operation: "initiate", request };
      return { operation: step.kind === "end" ? "terminate" : "update", request };
    }
  }
};

const publish = (engine: DirectEngine, price: string) =>
  engine.handle([{ operation: "publishTariff", request: { document: documentOf(price) } }]);

const runProgram = async (program: Program, counts: { common: number }) => {
  await redis.client.flushall();
  await redis.client.call("FUNCTION", "LOAD", "REPLACE", general.source);
  const clock = { now: start };
  const options = { redisUrl: redis.url, now: () => clock.now };
  const between = (store: Store) => compareBatches(store, counts);
  const engine = await openDirectEngine({ ...options, between });
  // Profiles change through another engine, so that this one plans from old ones.
  const other: DirectEngine = await openDirectEngine(options);
  try {
    await publish(engine, program.price);
    await other.refresh();
    await other.handle([{ operation: "putAccount", request: program.profile }]);
    // One by one: two batches at once would get in each other's way when they are undone.
    const credits = [creditRequest("data", program.credit), creditRequest("main", program.money)];
    const first = program.isCounted ? [...countedRequests, ...credits] : credits;
    for (const request of first) await engine.handle([request]);
    const sent: Sent = { sequences: [0, 0], ordinal: 0 };
    for (const step of program.steps) {
      if (step.kind === "pass") clock.now += step.ms;
      else if (step.kind === "publish") await publish(other, step.price);
      else {
        const request = requestOf(step, clock.now, sent);
        await (step.kind === "put" ? other : engine).handle([request]);
        if (step.kind === "end") sent.sequences[step.session] = 0;
      }
    }
    expect([...engine.faults, ...other.faults]).toEqual([]);
  } finally {
    await engine.close();
    await other.close();
  }
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`the common update is the general one (seed ${seed})`, async () => {
  expect(library.source).toMatch(entrance);
  const counts = { common: 0 };
  await fc.assert(
    fc.asyncProperty(programs, (program) => runProgram(program, counts)),
    { seed, numRuns: 100, interruptAfterTimeLimit: 45_000 },
  );
  expect(counts.common).toBeGreaterThan(100);
});
