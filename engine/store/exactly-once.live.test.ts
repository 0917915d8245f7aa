// Random programs on a real Redis against the naive model: every answer, every balance, every hold.
// Sessions, events and top-ups of several accounts in one batch, repeated, reordered, contradicted;
// tariffs and profiles that change behind the back of one engine through another; time that passes;
// Redis that forgets the library. At the end of each program the audit must find no drift.

import fc from "fast-check";
import { expect, test } from "vitest";
import { documentOf } from "../../scripts/testing/document-of.ts";
import { expectExplained } from "../../scripts/testing/explained.ts";
import { calledNumbers, randomRules, servingNetworks } from "../../scripts/testing/random-rules.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { onceMessages, refundOf } from "../../scripts/testing/refund-of.ts";
import { ruleHitsTold } from "../../scripts/testing/rule-hits-told.ts";
import { steppedPrices } from "../../scripts/testing/stepped-prices.ts";
import type { PeriodSpec } from "../balance/calendar-period.ts";
import { type Eligibility, eligibilityDimensions } from "../balance/eligibility.ts";
import { limits } from "../limits.ts";
import { readServerMessage } from "../protocol/messages.ts";
import { operations, type RequestOf } from "../protocol/operations.ts";
import { decodeFrame } from "../protocol/wire.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import { apply, createModel, type Model, publish, sweep } from "../simulation/model.ts";
import type {
  ModelAccount,
  ModelAnswer,
  ModelTariff,
  PutAccount,
} from "../simulation/model-account.ts";
import { ruleStateOf } from "../simulation/model-rules.ts";
import {
  adjustRequest,
  bonusRules,
  randomMovements,
  transferRequest,
} from "../simulation/random-movements.ts";
import { readAccountValue } from "./account-value.ts";
import { audit } from "./audit.ts";
import { keys } from "./keys.ts";
import { accountLayout } from "./lua-constants.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const hour = 3_600_000;
const amountMax = Number.MAX_SAFE_INTEGER;
/** Money of an account stays below 2^53 altogether, so that a cost does. */
const moneyMax = amountMax - 2 ** 20;

// --- Programs ---------------------------------------------------------------------------------

const ratingGroups = [10, 20, 30, 40, 50] as const;
const unitOfGroup = ["octets", "octets", "seconds", "messages"] as const;
const tariffIds = fc.constantFrom("base", "extra");
const often = <T>(arbitrary: fc.Arbitrary<T>, weight = 6) => ({ arbitrary, weight });
const seldom = <T>(arbitrary: fc.Arbitrary<T>) => ({ arbitrary, weight: 1 });

const moments = fc.oneof(
  often(fc.constant(start - 24 * hour)),
  seldom(fc.integer({ min: -60, max: 600 }).map((seconds) => start + 1_000 * seconds)),
  seldom(fc.integer({ min: -60_000, max: 600_000 }).map((ms) => start + ms)),
);
const validity = fc
  .tuple(
    moments,
    fc.oneof(often(fc.constant(9 * hour)), seldom(fc.integer({ min: 1, max: 900_000 }))),
  )
  .map(([validFrom, length]) => ({ validFrom, validUntil: Math.max(validFrom, start) + length }));
const served = fc.oneof(
  often(fc.constant<number[]>([])),
  seldom(fc.uniqueArray(fc.constantFrom(...ratingGroups), { maxLength: 3 })),
);

const tariffs: fc.Arbitrary<ModelTariff> = fc
  .record({
    tariffId: tariffIds,
    currency: fc.oneof(often(fc.constant("EUR"), 12), seldom(fc.constant("USD"))),
    effectiveFrom: moments,
    bonusRules,
    openSessions: fc.constantFrom("keep", "switch"),
    groups: fc.array(
      fc.record({
        blockUnits: fc.constantFrom(1, 7, 1_000, 2 ** 20, 2 ** 50),
        blockPriceMicros: fc.oneof(
          often(fc.integer({ min: 0, max: 20 })),
          seldom(fc.integer({ min: 0, max: 999_999_999_999_999 })),
        ),
        quotaUnits: fc.oneof(
          often(fc.integer({ min: 1, max: 5_000 })),
          seldom(fc.constant(2 ** 40)),
        ),
        more: fc.oneof(often(fc.nat(5_000)), seldom(fc.constant(2 ** 52))),
        validityTimeSeconds: fc.constantFrom(1, 30, 600, 86_400),
        quotaThresholdPercent: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
        quotaHoldingTimeSeconds: fc.constantFrom(0, 60),
        quotaSizing: fc.constantFrom(undefined, "fixed" as const, "adaptive" as const),
        price: fc.oneof(often(fc.constant(undefined), 2), seldom(steppedPrices)),
      }),
      { minLength: 1, maxLength: unitOfGroup.length },
    ),
  })
  .map(({ groups, ...tariff }) => ({
    ...tariff,
    groups: groups.map(({ more, quotaUnits, ...rest }, index) => ({
      ratingGroup: ratingGroups[index]!,
      unit: unitOfGroup[index]!,
      quotaUnits,
      quotaUnitsMin: Math.ceil(quotaUnits / 4),
      quotaUnitsMax: quotaUnits + more,
      ...rest,
    })),
  }));

const periods: fc.Arbitrary<Required<PeriodSpec>> = fc.record({
  unit: fc.constantFrom("hour" as const, "hour" as const, "day" as const),
  anchorDay: fc.constant(1),
  count: fc.integer({ min: 1, max: 3 }),
});
const anywhere = Object.fromEntries(
  eligibilityDimensions.map((dimension) => [dimension, [] as string[]]),
) as unknown as Eligibility;
/** By who uses it. */
const restrictions = fc.oneof(
  often(fc.constant(null), 6),
  seldom(
    fc
      .tuple(fc.constantFrom("msisdn", "imsi"), fc.constantFrom("anna", "bruno", "clara"))
      .map(([kind, name]) => ({ ...anywhere, subscribers: [`${kind}-${name}`] })),
  ),
);
const rollovers = fc.record({
  bucketId: fc.constantFrom("bonus", "data", "more"),
  amountMax: fc.nat(5_000),
  lastsOnePeriod: fc.boolean(),
});
const renewals = fc.record({
  period: periods,
  amount: fc.nat(2_000),
  rollover: fc.option(rollovers),
});

/** A bucket changes its unit now and then, which it may only while it is empty. */
const bucketUnits = {
  main: ["money"],
  bonus: ["money", "octets"],
  data: ["octets"],
  more: ["octets", "seconds"],
  talk: ["seconds"],
  texts: ["messages"],
} as const;
type Renewed = Pick<PutAccount["buckets"][number], "bucketId" | "unit" | "renewal">;
/** What rolls over goes to another bucket of the same unit that is not renewed itself. */
const withTarget = ({ bucketId, unit, renewal }: Renewed, all: readonly Renewed[]) => {
  if (renewal === null) return null;
  const target = all.find((one) => one.bucketId === renewal.rollover?.bucketId);
  const isFit = target?.unit === unit && target.renewal === null && target.bucketId !== bucketId;
  return { ...renewal, rollover: isFit ? renewal.rollover : null };
};
const buckets = fc
  .uniqueArray(
    fc
      .record({
        bucketId: fc.constantFrom(...(Object.keys(bucketUnits) as (keyof typeof bucketUnits)[])),
        second: fc.oneof(often(fc.constant(false), 9), seldom(fc.constant(true))),
        priority: fc.nat(2),
        valid: validity,
        ratingGroups: served,
        credit: fc.oneof(often(fc.constant(0), 3), seldom(fc.nat(5_000_000))),
        eligibility: restrictions,
        isBlocker: fc.oneof(often(fc.constant(false), 9), seldom(fc.constant(true))),
        byTime: fc.oneof(
          often(fc.constant({ ownValiditySeconds: 0, renewal: null }), 6),
          seldom(
            fc.integer({ min: 1, max: 180 }).map((ownValiditySeconds) => {
              return { ownValiditySeconds, renewal: null };
            }),
          ),
          seldom(renewals.map((renewal) => ({ ownValiditySeconds: 0, renewal }))),
        ),
      })
      .map(({ bucketId, second, valid, credit, byTime, ...rest }) => {
        const [unit, other = unit] = bucketUnits[bucketId];
        const creditLimit = bucketId === "main" && byTime.renewal === null ? credit : 0;
        const currency = null;
        return {
          bucketId,
          unit: second ? other : unit,
          ...valid,
          ...rest,
          ...byTime,
          creditLimit,
          currency,
        };
      }),
    { selector: ({ bucketId }) => bucketId, minLength: 2, maxLength: 6 },
  )
  .map((list) => list.map((bucket) => ({ ...bucket, renewal: withTarget(bucket, list) })));
const thresholds = fc
  .uniqueArray(fc.integer({ min: 1, max: 3_000 }), { maxLength: 3 })
  .map((list) => {
    const rising = list.sort((a, b) => a - b);
    return rising.map((reachedAt, index) => {
      const below = rising[index - 1] ?? -1;
      return { status: `s${index}`, reachedAt, leftAt: Math.max(below + 1, reachedAt - 100) };
    });
  });
const counters = fc.uniqueArray(
  fc.record({
    counterId: fc.constantFrom("spent", "octets", "some", "other"),
    unit: fc.constantFrom("money" as const, "octets" as const, "seconds" as const),
    ratingGroups: served,
    period: fc.oneof(often(fc.constant(null)), seldom(periods)),
    cap: fc.oneof(often(fc.constant(null)), seldom(fc.nat(20_000))),
    thresholds: fc.oneof(often(fc.constant([])), seldom(thresholds)),
    eligibility: restrictions,
  }),
  { selector: ({ counterId }) => counterId, maxLength: 3 },
);
const products = fc
  .array(fc.tuple(tariffIds, validity), { minLength: 1, maxLength: 3 })
  .map((list) =>
    list.map(([tariffId, valid], index) => ({ productId: `p${index}`, tariffId, ...valid })),
  );
const accountCount = 3;
const accountNumbers = fc.nat(accountCount - 1);
const rules = fc.oneof(fc.constant([]), randomRules);
const profiles = fc
  .record({ account: accountNumbers, products, buckets, counters, rules })
  .chain((rest) =>
    fc.record({
      rest: fc.constant(rest),
      currency: fc.oneof(often(fc.constant("EUR"), 20), seldom(fc.constant("USD"))),
    }),
  );

const amounts = fc.oneof(
  often(fc.nat(50)),
  often(fc.nat(20_000)),
  seldom(fc.maxSafeNat()),
  seldom(fc.constant(amountMax)),
);
/** Of what was granted, or so many units. */
const usedUnits = fc.oneof(
  often(fc.constantFrom({ part: 1 }, { part: 0.5 }, { part: 1.25 })),
  often(fc.constant(null), 2),
  seldom(amounts.map((units) => ({ units }))),
);
type Before = { readonly units: number; readonly ago: number };
/** Units, and how long before the message; the longest first, as it must be. */
const usedBefore: fc.Arbitrary<readonly Before[]> = fc
  .uniqueArray(
    fc.record({
      units: fc.oneof(often(fc.nat(3_000)), seldom(amounts)),
      ago: fc.oneof(often(fc.nat(600_000)), seldom(fc.constant(limits.eventAgeMsMax))),
    }),
    { selector: ({ ago }) => ago, minLength: 1, maxLength: limits.usedBeforeMax },
  )
  .map((list) => list.sort((a, b) => b.ago - a.ago));
const usage = fc.uniqueArray(
  fc.record({
    ratingGroup: fc.constantFrom(...ratingGroups),
    requestedUnit: fc.oneof(often(fc.constant(0)), seldom(fc.constant(null)), seldom(amounts)),
    usedUnit: usedUnits,
    before: fc.oneof(often(fc.constant<readonly Before[]>([])), seldom(usedBefore)),
  }),
  { selector: ({ ratingGroup }) => ratingGroup, maxLength: 3 },
);
/** How far the clock of the network element is off, in ms. */
const clockOffsets = fc.oneof(
  often(fc.constant(0), 8),
  seldom(fc.integer({ min: -400_000, max: limits.eventAheadMsMax })),
  seldom(fc.constantFrom(limits.eventAheadMsMax + 1, -limits.eventAgeMsMax - 1)),
);

/** What rules look at. */
const said = fc.oneof(
  often(fc.constant(null), 1),
  seldom(
    fc.record({
      calledPartyAddress: fc.oneof(often(calledNumbers, 3), seldom(fc.constant("112"))),
      servingNetwork: servingNetworks,
    }),
  ),
);

const movements = randomMovements(accountCount, Object.keys(bucketUnits));
const usedOnce = fc.uniqueArray(
  fc.record({ ratingGroup: fc.constantFrom(...ratingGroups), usedUnit: amounts }),
  { selector: ({ ratingGroup }) => ratingGroup, maxLength: 3 },
);
const once = onceMessages({ account: accountNumbers, offset: clockOffsets, used: usedOnce, said });

const messages = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("session" as const),
      account: accountNumbers,
      session: fc.nat(3),
      ends: fc.oneof(often(fc.constant(false), 4), seldom(fc.constant(true))),
      /** Another verb or sequence than the next one. */
      stray: fc.oneof(
        often(fc.constant(undefined), 12),
        seldom(
          fc
            .constantFrom("initiate", "update", "terminate")
            .chain((verb) =>
              fc.record({ verb: fc.constant(verb as "update"), sequence: fc.nat(4) }),
            ),
        ),
      ),
      usage,
      isAware: fc.boolean(),
      isAllOrNothing: fc.oneof(often(fc.constant(false), 3), seldom(fc.constant(true))),
      offset: clockOffsets,
      said,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("event" as const),
      account: accountNumbers,
      id: fc.nat(9),
      used: usedOnce,
      offset: clockOffsets,
      said,
    }),
  },
  { weight: 2, arbitrary: once.refunds },
  { weight: 1, arbitrary: once.enquiries },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("topUp" as const),
      account: fc.nat(accountCount),
      id: fc.nat(9),
      bucketId: fc.constantFrom(...Object.keys(bucketUnits)),
      amount: amounts,
    }),
  },
  { weight: 2, arbitrary: movements.adjustments },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("query" as const), account: fc.nat(accountCount) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("again" as const),
      /** So many messages ago. */
      ago: fc.nat(40),
      isOther: fc.oneof(often(fc.constant(false), 3), seldom(fc.constant(true))),
    }),
  },
);
type Message = typeof messages extends fc.Arbitrary<infer T> ? T : never;

const engineNumbers = fc.oneof(often(fc.constant(0), 3), seldom(fc.constant(1)));
const steps = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("tick" as const),
      engine: engineNumbers,
      messages: fc.array(messages, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      engine: engineNumbers,
      profile: profiles,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      engine: engineNumbers,
      tariff: tariffs,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(
        often(fc.nat(90_000), 3),
        seldom(fc.nat(20 * 60_000)),
        seldom(fc.nat(2 * hour)),
        seldom(fc.nat(30 * hour)),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("transfer" as const),
      engine: engineNumbers,
      transfer: movements.transfers,
      isAgain: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const) }) },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const programs = fc.record({
  tariffs: fc.array(tariffs, { minLength: 1, maxLength: 3 }),
  profiles: fc.tuple(profiles, profiles, profiles),
  /** What each bucket begins with. */
  credit: fc.array(fc.nat(200_000), { minLength: 6, maxLength: 6 }),
  steps: fc.array(steps, { minLength: 5, maxLength: 40, size: "max" }),
});
type Program = typeof programs extends fc.Arbitrary<infer T> ? T : never;

// --- Running them -----------------------------------------------------------------------------

const accountIds = ["anna", "bruno", "clara", "nobody"];

const requestOfProfile = ({ rest, currency }: { rest: object; currency: string }): PutAccount => {
  const { account, ...parts } = rest as { account: number } & Omit<PutAccount, "accountId">;
  return { ...namesOf(accountIds[account]!), currency, ...pick(parts) };
};
const namesOf = (accountId: string) => {
  return { accountId, subscriberIdentifiers: [`msisdn-${accountId}`, `imsi-${accountId}`] };
};
const pick = (parts: Omit<PutAccount, "accountId">) => ({
  products: parts.products,
  buckets: parts.buckets,
  counters: parts.counters,
  rules: parts.rules,
  timeZone: "Europe/Berlin",
});

type Run = {
  readonly engines: readonly DirectEngine[];
  readonly model: Model;
  readonly clock: { now: number };
  readonly history: AnyRequest[];
  readonly transfers: AnyRequest[];
  /** Of each answer of the model, what first came for it. */
  readonly octetsOf: WeakMap<ModelAnswer, Buffer>;
};

const answerOf = (octets: Buffer): ModelAnswer => {
  const frame = decodeFrame(octets);
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  if (message.kind === "refusal") return { code: message.refusal.code, fields: undefined };
  if (message.kind === "answer") return { code: "SUCCESS", fields: message.answer };
  throw new Error(`no answer: ${JSON.stringify(message)}`);
};

/** Hands the requests to one engine in one tick; the model takes them as they were carried out. */
const handle = async (run: Run, engine: number, requests: readonly AnyRequest[]) => {
  for (const { index, octets } of await run.engines[engine]!.handle(requests)) {
    const request = requests[index]!;
    const expected = apply(run.model, request, run.clock.now);
    expect({ request, ...answerOf(octets) }).toEqual({ request, ...expected });
    if (expected.code !== "SUCCESS" || operations[request.operation].key === 0) continue;
    const first = run.octetsOf.get(expected);
    if (first === undefined) run.octetsOf.set(expected, octets);
    else expect(octets.equals(first), "a repeat is the same to the octet").toBe(true);
  }
};

const publishTariff = async (run: Run, engine: number, tariff: ModelTariff) => {
  const request = { document: documentOf(tariff) };
  const [completion] = await run.engines[engine]!.handle([{ operation: "publishTariff", request }]);
  expect(answerOf(completion!.octets)).toEqual(publish(run.model, tariff));
  // What an engine does that has not heard of a tariff is told in stale-plans.live.test.ts.
  for (const one of run.engines) await one.refresh();
};

const sessionIdOf = (session: number) => `session-${session}`;

const requestOf = (run: Run, message: Message, sent: Map<string, number>): AnyRequest => {
  const { model, clock, history } = run;
  const at = clock.now + ("offset" in message ? message.offset : 0);
  switch (message.kind) {
    case "session": {
      const accountId = accountIds[message.account]!;
      const sessionId = sessionIdOf(message.session);
      const key = `${accountId} ${sessionId}`;
      const expired = model.ended.current.get(key);
      const open =
        model.accounts.get(accountId)?.sessions.get(sessionId) ??
        (expired?.isExpired ? expired : undefined);
      // What this tick has sent before counts as carried out.
      const last = sent.get(key) ?? (open === undefined ? -1 : open.sequence);
      const verb = last < 0 ? "initiate" : message.ends ? "terminate" : "update";
      const operation = message.stray?.verb ?? verb;
      const sequence = message.stray?.sequence ?? last + 1;
      if (message.stray === undefined) sent.set(key, verb === "terminate" ? -1 : sequence);
      const groupOf = (group: number) =>
        open?.groups.find(({ ratingGroup }) => ratingGroup === group);
      const granted = (group: number) => groupOf(group)?.granted ?? 0;
      const changeOf = (group: number) => groupOf(group)?.change ?? 0;
      const multipleUnitUsage = usageOf(message).map((one) => {
        const { ratingGroup, requestedUnit, usedUnit, before } = one;
        if (operation === "initiate" || usedUnit === null) {
          return { ratingGroup, requestedUnit, usedUnit: null };
        }
        const part = "part" in usedUnit ? usedUnit.part * granted(ratingGroup) : usedUnit.units;
        const used = Math.min(amountMax, Math.floor(part));
        const earlier = before.map(({ units, ago }) => {
          // Up to the change that the grant told of, as a network element reports it.
          const told = 1_000 * changeOf(ratingGroup);
          const isTold = before.length === 1 && told > 0 && told <= at;
          return { usedUnit: units, until: isTold ? told : at - ago };
        });
        return { ratingGroup, requestedUnit, usedUnit: used, usedBefore: earlier };
      });
      const subscriberIdentifier = `${message.session % 2 === 0 ? "msisdn" : "imsi"}-${accountId}`;
      const request: RequestOf<"update"> = {
        sessionId,
        sequence,
        subscriberIdentifier,
        eventTimestamp: at,
        multipleUnitUsage,
        serviceInformation: message.said,
        isTariffTimeChangeSupported: message.isAware,
        isAllOrNothing: message.isAllOrNothing,
      };
      return { operation, request };
    }
    case "event": {
      const subscriberIdentifier = `msisdn-${accountIds[message.account]}`;
      const rest = {
        usedUnits: message.used,
        eventTimestamp: at,
        serviceInformation: message.said,
      };
      const request = { requestId: `request-${message.id}`, subscriberIdentifier, ...rest };
      return { operation: "event", request };
    }
    case "refund": {
      const accountId = accountIds[message.account]!;
      const [refundedRequestId, usedUnits] = refundOf(model, accountId, message);
      const subscriberIdentifier = `imsi-${accountId}`;
      const rest = { eventTimestamp: at, refundedRequestId, usedUnits };
      const request = { requestId: `request-${message.id}`, subscriberIdentifier, ...rest };
      return { operation: "refund", request };
    }
    case "enquiry": {
      const subscriberIdentifier = `msisdn-${accountIds[message.account]}`;
      const rest = {
        usedUnits: message.used,
        eventTimestamp: at,
        serviceInformation: message.said,
      };
      return { operation: "priceEnquiry", request: { subscriberIdentifier, ...rest } };
    }
    case "topUp": {
      const accountId = accountIds[message.account]!;
      const { bucketId } = message;
      const bucket = model.accounts.get(accountId)?.buckets.find((b) => b?.bucketId === bucketId);
      const most = bucketId === "main" ? moneyMax : bucket?.unit === "money" ? 1_000 : amountMax;
      const amount = Math.min(most, message.amount);
      const request = { requestId: `request-${message.id}`, accountId, bucketId, amount };
      return { operation: "topUp", request };
    }
    case "adjust":
      return adjustRequest(message, accountIds, clock.now);
    case "query": {
      const subscriberIdentifier = `imsi-${accountIds[message.account]}`;
      return { operation: "queryBalance", request: { subscriberIdentifier } };
    }
    case "again": {
      const earlier = history.at(-1 - (message.ago % Math.max(1, history.length)));
      if (earlier === undefined) return requestOf(run, { kind: "query", account: 0 }, sent);
      return message.isOther ? contradict(earlier) : earlier;
    }
  }
};

/** Sessions of one rating group are the common case, and have a path of their own in Lua. */
const usageOf = ({ session, usage: named }: Extract<Message, { kind: "session" }>) => {
  const ratingGroup = ratingGroups[session - 2];
  return ratingGroup === undefined
    ? named
    : named.slice(0, 1).map((one) => ({ ...one, ratingGroup }));
};

/** The same key with another body. */
const contradict = (earlier: AnyRequest): AnyRequest => {
  switch (earlier.operation) {
    case "topUp":
    case "adjust": {
      const amount = earlier.request.amount + (earlier.request.amount > 0 ? -1 : 1);
      return { ...earlier, request: { ...earlier.request, amount } } as AnyRequest;
    }
    case "initiate":
    case "update":
    case "terminate":
    case "refund":
    case "event": {
      const eventTimestamp = earlier.request.eventTimestamp - 1;
      return { ...earlier, request: { ...earlier.request, eventTimestamp } } as AnyRequest;
    }
    case "queryBalance":
    case "transfer":
    case "priceEnquiry":
    case "putAccount":
    case "publishTariff":
    case "putRateDeckPart":
    case "publishRateDeck":
    case "acknowledgeNotice":
    case "requestNotice":
    case "explain":
      return earlier;
  }
};

const carryOut = async (run: Run, step: Step) => {
  switch (step.kind) {
    case "tick": {
      const sent = new Map<string, number>();
      const requests = step.messages.map((message) => {
        const request = requestOf(run, message, sent);
        run.history.push(request);
        return request;
      });
      return handle(run, step.engine, requests);
    }
    case "put":
      return handle(run, step.engine, [
        { operation: "putAccount", request: requestOfProfile(step.profile) },
      ]);
    case "publish":
      return publishTariff(run, step.engine, step.tariff);
    case "pass":
      run.clock.now += step.ms;
      await run.engines[0]!.sweep();
      return sweep(run.model, run.clock.now);
    case "transfer": {
      const { model, clock } = run;
      const drawn = transferRequest(model.accounts, step.transfer, accountIds, clock.now);
      const request = step.isAgain ? (run.transfers.at(-1) ?? drawn) : drawn;
      run.transfers.push(request);
      return handle(run, step.engine, [request]);
    }
    case "forget":
      await run.engines[0]!.store.call("FUNCTION", "FLUSH");
      return;
  }
};

/** The pair of numbers that a slot behind the buckets holds. */
const slotState = ({ buckets, counters, rules: kept }: ModelAccount, name: string | null) => {
  const ruleState = ruleStateOf(kept, name ?? "");
  if (ruleState !== undefined) return ruleState;
  const [id, state] = name?.split(" ") ?? [];
  const counter = counters.find((one) => one?.counterId === id);
  const bucket = buckets.find((one) => one?.bucketId === id);
  if (state === "validity") {
    return { value: bucket?.own?.from ?? 0, period: bucket?.own?.until ?? 0 };
  }
  if (state === "renewal") return { value: bucket?.renewedFor ?? 0, period: 0 };
  if (state === "state") return { value: Number(counter?.reservedUnder), period: counter?.level };
  return { value: Number(counter?.value ?? 0n), period: counter?.periodNumber ?? 0 };
};

/** Balances, counters, sessions and holds in Redis are those of the model. */
const compareState = async ({ engines, model }: Run) => {
  for (const [accountId, account] of model.accounts) {
    const bytes = await engines[0]!.store.call("GET", keys.account(0, accountId));
    const value = readAccountValue(bytes as Buffer);
    const cellOf = (bucket: unknown) => 4 + 2 * account.buckets.indexOf(bucket as never);
    expect({ accountId, ...value }).toEqual({
      accountId,
      layout: accountLayout,
      profileVersion: account.version,
      buckets: account.buckets.map((bucket) => ({
        remaining: Number(bucket?.remaining ?? 0n),
        reserved: Number(bucket?.reserved ?? 0n),
      })),
      counters: account.slots.map((name) => slotState(account, name)),
      sessions: new Map(
        [...account.sessions].map(([id, session]) => [
          id,
          {
            sequence: session.sequence,
            fingerprint: expect.any(Number),
            deadline: session.deadline,
            peer: 0,
            tariffVersion: session.tariffVersion,
            cost: (session.answer.fields as { cost: number }).cost,
            groups: session.groups.map((group) => ({
              ratingGroup: group.ratingGroup,
              resultCode: group.code,
              grantedUnit: group.granted,
              validityTime: group.validityTime,
              finalUnitIndication: group.isFinal,
              publication: group.publication,
              tariffTimeChange: group.change,
              ratedMicros: group.rated,
              positionUnit: group.position,
              aheadUnit: Number(group.ahead),
              holds: group.holds.map(({ bucket, amount }) => {
                return { cell: cellOf(bucket), amount: Number(amount) };
              }),
              underCaps: group.underCaps.map(({ counter, amount }) => {
                const slot = account.slots.indexOf(`${counter.counterId} state`);
                return { slot, amount: Number(amount) };
              }),
            })),
          },
        ]),
      ),
    });
  }
};

const checkConservation = async ({ engines, model }: Run) => {
  for (const account of model.accounts.values()) {
    for (const bucket of account.buckets.filter((one) => one !== null)) {
      const { credited, debited, expired, remaining, reserved } = bucket;
      const isInDebt = remaining < 0n && bucket.unit !== "money";
      expect(!isInDebt && reserved >= 0n).toBe(true);
      expect(credited).toBe(remaining + reserved + debited + expired);
    }
  }
  const report = await audit(engines[0]!.store, 1, () => undefined);
  expect(report.isOk ? report.value.drifted : report.error).toEqual([]);
  if (!report.isOk) return;
  for (const [unit, sums] of report.value.totals) {
    expect({ unit, drift: sums.drift }).toEqual({ unit, drift: 0n });
    expect(sums.credited).toBe(sums.remaining + sums.reserved + sums.debited + sums.expired);
    expect(sums.inTransit).toBe(0n);
  }
};

/** Each hit of a rule is told once. */
const compareHits = async ({ engines, model }: Run) => {
  const told = await ruleHitsTold(engines[0]!.store);
  for (const [accountId, { hits }] of model.accounts) {
    expect({ accountId, hits: told.get(accountId) ?? [] }).toEqual({ accountId, hits });
  }
};

const redis = redisOfFile();

const runProgram = async (program: Program) => {
  const clock = { now: start };
  const options = { redisUrl: redis.url, now: () => clock.now };
  await redis.client.flushall();
  const run: Run = {
    engines: [await openDirectEngine(options), await openDirectEngine(options)],
    model: createModel(),
    clock,
    history: [],
    transfers: [],
    octetsOf: new WeakMap(),
  };
  try {
    for (const tariff of program.tariffs) await publishTariff(run, 0, tariff);
    for (const [index, profile] of program.profiles.entries()) {
      const request = { ...requestOfProfile(profile), ...namesOf(accountIds[index]!) };
      await handle(run, 0, [{ operation: "putAccount", request }]);
    }
    for (const [accountId, { buckets: opened }] of run.model.accounts) {
      for (const [slot, bucket] of opened.entries()) {
        if (bucket === null) continue;
        const { bucketId } = bucket;
        const amount = program.credit[slot] ?? 0;
        const request = { requestId: `credit-${slot}`, accountId, bucketId, amount };
        await handle(run, 0, [{ operation: "topUp", request }]);
      }
    }
    for (const step of program.steps) await carryOut(run, step);
    await compareState(run);
    await checkConservation(run);
    await expectExplained(run.engines[0]!.store, [...run.model.accounts.keys()]);
    await compareHits(run);
    expect(run.engines.flatMap(({ faults }) => faults)).toEqual([]);
  } finally {
    for (const engine of run.engines) await engine.close();
  }
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`whatever happens, the engine does what the model does (seed ${seed})`, async () => {
  const bounds = { seed, numRuns: 100, interruptAfterTimeLimit: 45_000 };
  await fc.assert(fc.asyncProperty(programs, runProgram), bounds);
});
