// A machine for which uWebSockets.js has no binary: this file's process says that it is one, before
// the library is loaded for the first time.

import { afterAll, afterEach, expect, test } from "vitest";
import { dialOpen, start, stopAll } from "../../scripts/testing/listener.ts";

const versions = Object.getOwnPropertyDescriptor(process, "versions")!;
Object.defineProperty(process, "versions", {
  ...versions,
  value: { ...process.versions, modules: "no-such-abi" },
});
afterAll(() => {
  Object.defineProperty(process, "versions", versions);
});
afterEach(stopAll);

test("ws listens instead, and the log says so and what to install", async () => {
  const { port, listener, lines } = await start({});
  await dialOpen(port);
  expect(listener.kind).toBe("ws");
  expect(lines.join("")).toMatch(
    /uWebSockets.js has no binary for .*npm install uWebSockets.js@.*until then the slower ws/,
  );
});

test("nobody listens when uWebSockets.js was asked for by name", async () => {
  await expect(start({ implementation: "uWebSockets.js" })).rejects.toThrow(
    /^ENGINE_LISTENER: uWebSockets.js has no binary for [^\n]+$/,
  );
});
