// How long a client waits before it reconnects and repeats.

import { expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { reconnectDelayMs, retryDelayMs } from "./delays.ts";

test("reconnects after any time up to a bound that doubles", () => {
  expect(reconnectDelayMs(0, 0)).toBe(0);
  expect(reconnectDelayMs(0, 0.5)).toBe(25);
  expect(reconnectDelayMs(3, 0.5)).toBe(200);
  expect(reconnectDelayMs(99, 0.5)).toBe(limits.clientReconnectMsMax / 2);
});

test("retries never sooner than the server asks, and spread over the same time again", () => {
  expect(retryDelayMs(0, 50, 0)).toBe(50);
  expect(retryDelayMs(0, 50, 0.5)).toBe(75);
  expect(retryDelayMs(9, 50, 0.5)).toBe(50 + limits.clientRetryMsMax / 2);
});

test("retries with full jitter where the server asks for no delay", () => {
  expect(retryDelayMs(0, 0, 0)).toBe(0);
  expect(retryDelayMs(2, 0, 0.5)).toBe(20);
  expect(retryDelayMs(99, 0, 0.5)).toBe(limits.clientRetryMsMax / 2);
});

test("a dead peer is noticed in time to ask another one before the deadline", () => {
  expect(2 * limits.clientPingIntervalMs).toBeLessThan(limits.clientDeadlineMs);
  expect(limits.clientConnectMsMax).toBeLessThanOrEqual(limits.clientDeadlineMs);
  expect(limits.clientRetryMsMax).toBeLessThan(limits.clientDeadlineMs);
  expect(limits.clientInFlightMax).toBeLessThanOrEqual(limits.operationsInFlightPerConnectionMax);
});
