// The end of an engine process, as an operator or a supervisor asks for it: it says so, opens
// nothing more, answers what it has taken on, closes with 1001 and exits with 0, whatever hangs.

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { startChargedWork } from "../../scripts/testing/charged-work.ts";
import {
  askOperations,
  businessToken,
  cleanUpOfTest,
  type EngineOptions,
  openClients,
  startEngineProcess,
  until,
} from "../../scripts/testing/engine.ts";
import { freePorts } from "../../scripts/testing/free-ports.ts";
import { dialRaw, upgradeRequest } from "../../scripts/testing/listener.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { openRawPeer, resultOf, wireOf } from "../../scripts/testing/raw-peer.ts";
import { startRedis } from "../../scripts/testing/redis-server.ts";
import {
  accountOf,
  cent,
  eventOf,
  mebi,
  message,
  openAccount,
  readHoldings,
  sessionMessage,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { startTcpProxy } from "../../scripts/testing/tcp-proxy.ts";
import { listenerKinds } from "../config.ts";
import { limits } from "../limits.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { encodeFrame } from "../protocol/wire.ts";

const start = async (options: Partial<EngineOptions> = {}) => {
  const redis = await startRedis();
  onTestFinished(redis.stop);
  const engine = await startEngineProcess({ redisUrl: redis.url, ...options });
  onTestFinished(engine.kill);
  return { redis, engine };
};

const clientsOf = (engines: readonly { readonly port: number }[]) =>
  openClients(cleanUpOfTest(), engines, { deadlineMs: 20_000 });

const goingAway = { code: closeCodes.GOING_AWAY.number, reason: "draining" };
const refusedConnection = async (engine: { readonly port: number }) =>
  openRawPeer(engine).then(
    () => "open",
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

describe.each(listenerKinds)("over %s,", (listener) => {
  test("SIGTERM: a notice, no new session, what is under way answered, 1001", async () => {
    const { redis, engine } = await start({ listener });
    const { business } = await clientsOf([engine]);
    await openAccount(business, accountOf("a"), { main: 100 * cent });
    const peer = await openRawPeer(engine);
    await peer.ask(wireOf("initiate", sessionMessage("a", "s", 0, usageOf(web, 0))));

    // Redis stands still, so that something is under way for as long as it takes to look.
    redis.process.kill("SIGSTOP");
    const underWay = peer.ask(
      wireOf("update", sessionMessage("a", "s", 1, usageOf(web, 0, mebi))),
      wireOf("event", eventOf("a", "e", { ratingGroup: message, usedUnit: 1 })),
    );
    await peer.ask([99, 4_000_000_000]);
    engine.process.kill("SIGTERM");
    expect((await peer.notice())[0]).toBe("SHUTTING_DOWN");
    const late = wireOf("update", sessionMessage("a", "s", 2, usageOf(web, null, mebi)));
    const goesOn = peer.ask(late);
    const opening = wireOf("initiate", sessionMessage("a", "t", 0, usageOf(web, 0)));
    expect((await peer.ask(opening)).map(resultOf)).toEqual(["SHUTTING_DOWN"]);
    const { status, text } = await askOperations(engine, "/readyz");
    expect([status, text]).toEqual([503, expect.stringContaining('"draining","isOk":false')]);
    expect(await refusedConnection(engine)).toMatch(/ECONNREFUSED|ECONNRESET|503/);
    engine.process.kill("SIGTERM");

    redis.process.kill("SIGCONT");
    expect((await underWay).map(resultOf)).toEqual(["SUCCESS", "SUCCESS"]);
    expect((await goesOn).map(resultOf)).toEqual(["SUCCESS"]);
    expect(await peer.ended).toEqual(goingAway);
    expect(await engine.exited).toBe(0);
  });
});

test("SIGTERM under load that never ends: what was carried out was answered", async () => {
  const redis = await startRedis();
  onTestFinished(redis.stop);
  // Redis answers so late that there is not one moment without something under way.
  const proxy = await startTcpProxy(redis.port, { delayMs: 25 });
  onTestFinished(proxy.stop);
  const engine = await startEngineProcess({ redisUrl: `redis://127.0.0.1:${proxy.port}` });
  onTestFinished(engine.kill);
  const { business } = await clientsOf([engine]);
  const ids = Array.from({ length: 8 }, (_, i) => `hammered-${i}`);
  for (const id of ids) await openAccount(business, accountOf(id), { main: 2 ** 50 });
  const peers = await Promise.all(ids.map(() => openRawPeer(engine, businessToken)));
  // Top-ups are never refused for opening something. Their senders heed no notice: they go on until
  // they are hung up on.
  const hammer = async (id: string, index: number) => {
    const peer = peers[index]!;
    for (let i = 0; peer.socket.readyState === peer.socket.OPEN; i++) {
      const topUp = { requestId: `t-${i}`, accountId: id, bucketId: "main", amount: 1 };
      peer.send(encodeFrame([wireOf("topUp", topUp)]));
      await sleep(2);
    }
    expect(await peer.ended).toEqual(goingAway);
    return peer.frames.flat().filter((answer) => answer[1] !== 0 && resultOf(answer) === "SUCCESS");
  };
  const hammering = ids.map(hammer);
  await until("work is done", () => peers.every(({ frames }) => frames.length > 20));
  engine.process.kill("SIGTERM");
  const credited = await Promise.all(hammering);
  expect(await engine.exited).toBe(0);

  const after = await startEngineProcess({ redisUrl: redis.url });
  onTestFinished(after.kill);
  const { network } = await clientsOf([after]);
  for (const [index, id] of ids.entries()) {
    const { buckets } = await readHoldings(network, id);
    expect([id, buckets["main"]]).toEqual([id, [2 ** 50 + credited[index]!.length, 0]]);
  }
  await expectNoDrift(redis.url);
});

test("engines are replaced one by one under load, and nobody notices", async () => {
  const redis = await startRedis();
  onTestFinished(redis.stop);
  const startOn = async (port: number) => {
    const engine = await startEngineProcess({ redisUrl: redis.url, port });
    onTestFinished(engine.kill);
    return engine;
  };
  const [onePort = 0, otherPort = 0] = await freePorts(2);
  const engines = [await startOn(onePort), await startOn(otherPort)];
  const ids = Array.from({ length: 24 }, (_, i) => `work-${i}`);
  const work = await startChargedWork(await clientsOf(engines), ids);
  for (let times = 0; times < 2; times++) {
    const before = work.answered();
    await until("work is done", () => work.answered() > before + 300);
    const old = engines[times % 2]!;
    old.process.kill("SIGTERM");
    expect(await old.exited).toBe(0);
    engines[times % 2] = await startOn(old.port);
  }
  await work.settle();
  await expectNoDrift(redis.url);
  expect([...work.refusals]).toEqual([]);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s: an idle engine is gone at once", async (signal) => {
  const { engine } = await start();
  const peer = await openRawPeer(engine);
  engine.process.kill(signal);
  expect(await peer.ended).toEqual(goingAway);
  expect(await engine.exited).toBe(0);
  expect(engine.lines.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
});

const faults = [
  ["hangs", "SIGSTOP"],
  ["is dead", "SIGKILL"],
] as const;

test.each(faults)(
  "SIGTERM while Redis %s: who waits is told, it ends in time",
  async (_, fault) => {
    const { redis, engine } = await start();
    const { business } = await clientsOf([engine]);
    await openAccount(business, accountOf("a"), { main: 100 * cent });
    const peer = await openRawPeer(engine);
    await peer.ask(wireOf("queryBalance", { subscriberIdentifier: "msisdn-a" }));
    // Nobody answers its close frame either.
    const silent = dialRaw(engine.port, upgradeRequest("n".repeat(43)));
    silent.socket.once("data", () => silent.socket.pause());
    onTestFinished(() => void silent.socket.destroy());
    redis.process.kill(fault);
    onTestFinished(() => void redis.process.kill("SIGCONT"));
    const event = wireOf("event", eventOf("a", "e", { ratingGroup: message, usedUnit: 1 }));
    const waiting = peer.ask(event);
    await peer.ask([99, 4_000_000_000]);
    const toldAt = performance.now();
    engine.process.kill("SIGTERM");
    const [told] = (await waiting).map(resultOf);
    expect(["OUTCOME_UNKNOWN", "STORE_UNAVAILABLE"]).toContain(told);
    expect(await peer.ended).toEqual(goingAway);
    expect(await engine.exited).toBe(0);
    // A supervisor waits 10 s before it kills.
    expect(performance.now() - toldAt).toBeLessThan(limits.drainMsMax + 2_000);
  },
);
