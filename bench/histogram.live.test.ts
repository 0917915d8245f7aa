// Over real sockets: a server that answers nothing for a second, and what the two ways of measuring
// see.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { expect, onTestFinished, test } from "vitest";
import {
  isComplete,
  newLatencies,
  nextIntended,
  recordLatency,
  startOpenLoop,
  summarize,
} from "./histogram.ts";

const ratePerSecond = 1_000;
const seconds = 3;
const stall = { fromMs: 1_000, toMs: 2_000 };

/** Echoes every byte; what comes during the stall is echoed at its end. */
const startStallingServer = async (startAt: number): Promise<Socket> => {
  const server = createServer((socket) => {
    socket.on("data", (bytes) => {
      const elapsed = performance.now() - startAt;
      const isStalled = elapsed >= stall.fromMs && elapsed < stall.toMs;
      setTimeout(() => socket.write(bytes), isStalled ? stall.toMs - elapsed : 0);
    });
    socket.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").setNoDelay();
  await once(client, "connect");
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return client;
};

test("an open loop sees a stalled second in its p99; a closed loop does not", async () => {
  const startAt = performance.now() + 50;
  const [openSocket, closedSocket] = await Promise.all([
    startStallingServer(startAt),
    startStallingServer(startAt),
  ]);
  const open = newLatencies();
  const loop = startOpenLoop({ ratePerSecond, startAt, seconds });
  const underWay: number[] = [];
  openSocket.on("data", (bytes) => {
    const now = performance.now();
    for (const _ of bytes) recordLatency(open, underWay.shift() ?? Number.NaN, now);
  });
  const closed = newLatencies();
  let sentAt = performance.now();
  closedSocket.on("data", () => {
    recordLatency(closed, sentAt, performance.now());
    sentAt = performance.now();
    if (sentAt < startAt + seconds * 1000) closedSocket.write("x");
  });
  closedSocket.write("x");
  while (!isComplete(loop) || underWay.length > 0) {
    for (;;) {
      const intendedAt = nextIntended(loop, performance.now());
      if (intendedAt === undefined) break;
      underWay.push(intendedAt);
      openSocket.write("x");
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(open.totalCount).toBe(ratePerSecond * seconds);
  expect(summarize(open).p99Ms).toBeGreaterThan(900);
  expect(summarize(open).p99Ms).toBeLessThan(1_300);
  expect(closed.totalCount).toBeGreaterThan(200);
  expect(summarize(closed).p99Ms).toBeLessThan(300);
});
