// The operations port over real HTTP, with checks that pass, fail, throw and hang.

import { request } from "node:http";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createLog } from "../log.ts";
import { type Check, type OperationsPort, openOperationsPort } from "./operations-port.ts";

const log = createLog("silent");
const clock = {
  isMovable: true,
  now: () => Date.parse("2027-01-01T00:00:00Z"),
  standing: () => ({ revision: 3, offsetMs: 5_000, goalOffsetMs: 9_000 }),
};
const open: OperationsPort[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((port) => port.close()));
});

const start = async (checks: readonly Check[] = []) => {
  const port = await openOperationsPort({ host: "127.0.0.1", port: 0, checks, clock, log });
  open.push(port);
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port.port}${path}`, init);
};
const passing: Check = { name: "redis", check: () => ({ isOk: true, detail: "PONG in 0.2 ms" }) };

test("is alive whatever the checks say", async () => {
  const get = await start([{ name: "redis", check: () => ({ isOk: false, detail: "down" }) }]);
  const response = await get("/livez");
  expect([response.status, await response.text()]).toEqual([200, "alive\n"]);
});

test("is ready when every check passes, and shows each", async () => {
  const get = await start([passing, { ...passing, name: "scripts" }]);
  const response = await get("/readyz?verbose");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    isReady: true,
    checks: [
      { name: "redis", isOk: true, detail: "PONG in 0.2 ms" },
      { name: "scripts", isOk: true, detail: "PONG in 0.2 ms" },
    ],
  });
});

test("is not ready when a check fails, throws or hangs, and says which and why", async () => {
  const get = await start([
    passing,
    { name: "draining", check: () => ({ isOk: false, detail: "SIGTERM received" }) },
    { name: "scripts", check: () => Promise.reject(new Error("NOSCRIPT")) },
    { name: "clock", check: () => new Promise(() => undefined) },
  ]);
  const response = await get("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    isReady: false,
    checks: [
      { name: "redis", isOk: true, detail: "PONG in 0.2 ms" },
      { name: "draining", isOk: false, detail: "SIGTERM received" },
      { name: "scripts", isOk: false, detail: "NOSCRIPT" },
      { name: "clock", isOk: false, detail: "no answer within 2000 ms" },
    ],
  });
});

test("shows what time it is, and how far the clock was moved", async () => {
  const get = await start();
  expect(await (await get("/clock")).json()).toEqual({
    now: "2027-01-01T00:00:00.000Z",
    ...{ isMovable: true, isMoving: true, offsetMs: 5_000, revision: 3 },
  });
});

test("shows the metrics of the process, its event loop included", async () => {
  const get = await start();
  const response = await get("/metrics");
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0.0.4/);
  const text = await response.text();
  expect(text).toContain("# TYPE tollgate_operation_duration_seconds histogram");
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
});

test.each(["/", "/livez/", "/nothing", "//metrics"])("has nothing at %s", async (path) => {
  const get = await start();
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await response.json()).toMatchObject({ status: 404, title: "Not Found" });
});

test.each(["POST", "HEAD", "DELETE"])("refuses %s", async (method) => {
  const get = await start();
  const response = await get("/metrics", { method });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
});

test("says in one line that the port is taken", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  await expect(
    openOperationsPort({ host: "127.0.0.1", port, checks: [], clock, log }),
  ).rejects.toThrow(`ENGINE_OPS_PORT: 127.0.0.1:${port} is taken by another program`);
  other.close();
});

test("closes at once although a client keeps its connection", async () => {
  const port = await openOperationsPort({ host: "127.0.0.1", port: 0, checks: [], clock, log });
  await new Promise<void>((resolve, reject) => {
    const headers = { Connection: "keep-alive" };
    request({ host: "127.0.0.1", port: port.port, path: "/livez", headers }, (response) => {
      response.resume().once("end", resolve);
    })
      .once("error", reject)
      .end();
  });
  await port.close();
});
