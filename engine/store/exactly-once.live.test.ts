// Random programs on a real Redis against the naive model: every answer, every balance, every hold.
// Sessions, events and top-ups of several accounts in one batch, repeated, reordered, contradicted;
// tariffs and profiles that change behind the back of one engine through another; time that passes;
// Redis that forgets the library. At the end of each program the audit must find no drift.

import fc from "fast-check";
import { expect, test } from "vitest";
import { documentOf } from "../../scripts/testing/document-of.ts";
import { expectExplained } from "../../scripts/testing/explained.ts";
import {
  accountIds,
  namesOf,
  requestOfProfile,
} from "../../scripts/testing/random-programs/accounts.ts";
import {
  expectConservation,
  expectHits,
  expectState,
} from "../../scripts/testing/random-programs/expect-model.ts";
import { start } from "../../scripts/testing/random-programs/moments.ts";
import { transferRequest } from "../../scripts/testing/random-programs/movements.ts";
import {
  type Program,
  programs,
  type Step,
} from "../../scripts/testing/random-programs/programs.ts";
import { requestOf } from "../../scripts/testing/random-programs/request-of.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { expectReplayed } from "../../scripts/testing/replayed.ts";
import { readServerMessage } from "../protocol/messages.ts";
import { operations } from "../protocol/operations.ts";
import { decodeFrame } from "../protocol/wire.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import { apply, createModel, type Model, publish, sweep } from "../simulation/model.ts";
import type { ModelAnswer, ModelTariff } from "../simulation/model-account.ts";

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

const redis = redisOfFile();
const other = redisOfFile();

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
    const { store } = run.engines[0]!;
    await expectState(run.model, store);
    await expectConservation(run.model, store);
    await expectExplained(store, [...run.model.accounts.keys()]);
    await expectHits(run.model, store);
    await expectReplayed(store, redis.client, other);
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
