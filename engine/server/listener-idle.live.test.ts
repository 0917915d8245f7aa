// Connections that do nothing: each must end by itself, unless the peer shows that it is there.
// These tests mostly wait, so they wait side by side.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificates, type TestCertificates } from "../../scripts/testing/certificates.ts";
import {
  dialOpen,
  dialRaw,
  eventually,
  rawFrame,
  start,
  stopAll,
  upgradeRequest,
} from "../../scripts/testing/listener.ts";
import { listenerKinds } from "../config.ts";
import { limits } from "../limits.ts";

const folder = mkdtempSync(join(tmpdir(), "tollgate-certificates-"));
let made: TestCertificates;
beforeAll(() => {
  made = makeCertificates(folder);
});
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

// The shortest that uWebSockets.js knows, and how coarse its clock is.
const idleSecondsMax = 8;
const slackMs = 5_000;
const upgradeMsMax = limits.upgradeSecondsMax * 1_000 + slackMs;
const idleMsMax = idleSecondsMax * 1_000 + slackMs;

describe.concurrent("left alone,", () => {
  describe.each(listenerKinds)("%s ends", (implementation) => {
    test("a TCP connection that says nothing", async () => {
      const { port } = await start({ implementation });
      expect(await dialRaw(port).closed).toBeLessThan(upgradeMsMax);
    });

    test("an upgrade whose headers come one by one and never end", async () => {
      const { port } = await start({ implementation });
      const { socket, closed } = dialRaw(port, "GET / HTTP/1.1\r\nHost: a\r\n");
      const drip = setInterval(() => socket.write("X: 1\r\n"), 1_000);
      expect(await closed).toBeLessThan(upgradeMsMax);
      clearInterval(drip);
    });

    test("a connection that never begins its TLS handshake", async () => {
      const tls = { ...made.server, caFile: undefined };
      const { port } = await start({ implementation, tls });
      expect(await dialRaw(port).closed).toBeLessThan(upgradeMsMax);
    });

    test("a peer that answers no ping, and tells the dispatcher", async () => {
      const { port, closed } = await start({ implementation, idleSecondsMax });
      expect(await dialRaw(port, upgradeRequest()).closed).toBeLessThan(idleMsMax);
      expect(await eventually(() => closed.length === 1)).toBe(true);
    });

    test("a peer that stops in the middle of a frame", async () => {
      const { port } = await start({ implementation, idleSecondsMax });
      const { socket, closed } = dialRaw(port, upgradeRequest());
      socket.once("data", () => socket.write(rawFrame(2, Buffer.alloc(100)).subarray(0, 50)));
      expect(await closed).toBeLessThan(idleMsMax);
    });

    test("a peer that was told to go and keeps its side open", async () => {
      const { port, closed: told } = await start({ implementation, idleSecondsMax });
      const { socket, closed } = dialRaw(port, upgradeRequest(), { allowHalfOpen: true });
      socket.once("data", () => socket.write(rawFrame(1, Buffer.from("text"))));
      await sleep(idleMsMax);
      expect(told).toHaveLength(1);
      // The first octet to a socket that is gone brings a reset, the second finds it.
      socket.write("x");
      await sleep(100);
      socket.write("x");
      expect(await closed).toBeLessThan(idleMsMax + 1_000);
    });

    test("a peer that was told to go and keeps talking", async () => {
      const { port, closed: told } = await start({ implementation, idleSecondsMax });
      const { socket, closed } = dialRaw(port, upgradeRequest(), { allowHalfOpen: true });
      socket.once("data", () => socket.write(rawFrame(1, Buffer.from("text"))));
      const drip = setInterval(() => socket.write(rawFrame(2, Buffer.alloc(10))), 500);
      expect(await closed).toBeLessThan(idleMsMax);
      clearInterval(drip);
      // The peer may see the end before the dispatcher is told of it.
      await eventually(() => told.length > 0);
      expect(told).toHaveLength(1);
    });

    test("no peer that is silent but answers pings", async () => {
      const { port, closed } = await start({ implementation, idleSecondsMax });
      const { socket } = await dialOpen(port);
      let pings = 0;
      socket.on("ping", () => pings++);
      await sleep(2 * idleSecondsMax * 1_000);
      expect(closed).toEqual([]);
      expect(pings).toBeGreaterThan(0);
      expect(socket.readyState).toBe(socket.OPEN);
      socket.terminate();
    });
  });
});
