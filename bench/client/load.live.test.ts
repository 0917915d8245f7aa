// The load driver over real WebSockets, against an engine that answers as the test tells it.

import { expect, onTestFinished, test } from "vitest";
import { answerMessage, refusalMessage } from "../../engine/protocol/messages.ts";
import type { RequestOf } from "../../engine/protocol/operations.ts";
import { refusal } from "../../engine/protocol/result-codes.ts";
import {
  type Script,
  type ScriptedEngine,
  startScriptedEngine,
} from "../../scripts/testing/scripted-engine.ts";
import { grantAll, grantUpTo } from "../traffic/granting.ts";
import { nextSteadyOperation, settleSteady, startSteady } from "../traffic/steady.ts";
import { openConnection } from "./connection.ts";
import { type Lane, openLane } from "./lane.ts";
import { type Load, type LoadShape, openLoad, receiveFrame } from "./load.ts";
import { measure } from "./measure.ts";
import { openPopulation } from "./population.ts";

const accounts = 300;

const grant: Script = ({ correlation, request }) =>
  answerMessage("update", correlation, {
    cost: 0,
    ...grantAll(request as RequestOf<"update">),
  });

const openOver = async (script: Script, connections: number) => {
  const engine = await startScriptedEngine(script);
  const steady = startSteady({ accounts, seed: 1, epoch: 1_795_000_000 });
  const sessions = Array.from({ length: accounts }, () => {
    const operation = nextSteadyOperation(steady, Date.now());
    if (operation === undefined) throw new Error("no session");
    settleSteady(steady, operation.session, grantAll(operation.request));
    return operation.session;
  });
  const lanes: Lane[] = [];
  const load = openLoad(openPopulation(sessions), lanes, 1);
  for (let lane = 0; lane < connections; lane++) {
    const connection = await openConnection({
      endpoint: engine.endpoint,
      token: "secret",
      onFrame: (frame) => receiveFrame(load, lanes[lane] as Lane, frame),
      onLost: () => undefined,
    });
    lanes.push(openLane(connection, { lane, lanes: connections, sessions: accounts }));
  }
  onTestFinished(async () => {
    for (const lane of lanes) lane.connection.close();
    await engine.close();
  });
  return { engine, load };
};

const measureFor = (load: Load, shape: LoadShape, seconds: number) =>
  measure(
    load,
    { shape, warmupSeconds: 0.1, seconds, enginePid: process.pid, redisPid: process.pid },
    () => undefined,
  );

const sequencesBySession = ({ requests }: ScriptedEngine): Map<string, number[]> => {
  const sequences = new Map<string, number[]>();
  for (const { request } of requests) {
    const { sessionId, sequence } = request as RequestOf<"update">;
    sequences.set(sessionId, [...(sequences.get(sessionId) ?? []), sequence]);
  }
  return sequences;
};

test("a closed loop draws any session, each in sequence, and leaves none under way", async () => {
  const { engine, load } = await openOver(grant, 3);
  const measured = await measureFor(load, { kind: "closed", outstanding: 60 }, 0.5);
  expect(measured.errors).toBe(0);
  expect(measured.operations).toBeGreaterThan(100);
  expect(measured.latency.count).toBe(measured.operations);
  expect(load.lanes.map((lane) => lane.underWay)).toEqual([0, 0, 0]);
  const sequences = sequencesBySession(engine);
  expect(sequences.size).toBeGreaterThan(accounts / 2);
  for (const one of sequences.values()) {
    expect(one).toEqual(one.map((_, index) => index + 1));
  }
});

test("several phases follow each other on the same sessions", async () => {
  const { engine, load } = await openOver(grant, 2);
  const closed = await measureFor(load, { kind: "closed", outstanding: 32 }, 0.2);
  const shape = { kind: "open", ratePerSecond: 500, outstandingMax: 100 } as const;
  const open = await measureFor(load, shape, 0.4);
  const again = await measureFor(load, { kind: "closed", outstanding: 8 }, 0.2);
  expect([closed.errors, open.errors, again.errors]).toEqual([0, 0, 0]);
  expect(open.operations).toBeGreaterThan(120);
  expect(open.operations).toBeLessThan(280);
  for (const one of sequencesBySession(engine).values()) {
    expect(one).toEqual(one.map((_, index) => index + 1));
  }
});

test("an open loop counts the wait of what a stalled engine kept from being sent", async () => {
  let startAt = 0;
  const { load } = await openOver((request, socket) => {
    startAt ||= performance.now();
    const elapsed = performance.now() - startAt;
    // From here on nothing is read for a while: the whole process stands still.
    if (elapsed > 400 && elapsed < 600) {
      while (performance.now() < startAt + 700) Math.sqrt(elapsed);
    }
    return grant(request, socket);
  }, 1);
  const shape = { kind: "open", ratePerSecond: 400, outstandingMax: 50 } as const;
  const { latency, errors } = await measureFor(load, shape, 1);
  expect(errors).toBe(0);
  expect(latency.count).toBeGreaterThan(350);
  expect(latency.p90Ms).toBeGreaterThan(50);
});

test("refusals and denials are errors by their names", async () => {
  let count = 0;
  const { load } = await openOver((request, socket) => {
    count += 1;
    if (count === 5) return refusalMessage(request.correlation, refusal("TOO_BUSY", "full", 50));
    if (count !== 6) return grant(request, socket);
    const update = request.request as RequestOf<"update">;
    return answerMessage("update", request.correlation, { cost: 0, ...grantUpTo(0, update) });
  }, 1);
  const measured = await measureFor(load, { kind: "closed", outstanding: 16 }, 0.2);
  expect(measured.errorsByKind).toEqual({ TOO_BUSY: 1, CREDIT_LIMIT_REACHED: 1 });
  expect(measured.errors).toBe(2);
});

test("to a silent engine it sends what may be under way, and each is an error", async () => {
  const { engine, load } = await openOver(() => undefined, 2);
  const measured = await measureFor(load, { kind: "closed", outstanding: 16 }, 0.2);
  expect(measured.errorsByKind).toEqual({ unanswered: 16 });
  expect(engine.requests.length).toBe(16);
  expect(load.lanes.map((lane) => lane.underWay)).toEqual([8, 8]);
});
