// The wire that tests spoil does what it says: otherwise what stands on it proves nothing.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { until } from "./engine.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

/** A server that says everything back, and keeps the connections that it has. */
const startEcho = async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await startTcpProxy((server.address() as AddressInfo).port);
  onTestFinished(async () => {
    await proxy.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { proxy, sockets };
};

const open = async (port: number) => {
  const socket = connect(port, "127.0.0.1");
  const heard = { text: "", isClosed: false };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    heard.text += chunk;
  });
  socket.on("close", () => {
    heard.isClosed = true;
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return { socket, heard };
};

test("delays both ways, in order, and mends", async () => {
  const { proxy } = await startEcho();
  const { socket, heard } = await open(proxy.port);
  proxy.delay(60);
  const askedAt = performance.now();
  for (const word of ["a", "b", "c"]) socket.write(word);
  await until("all is back", () => heard.text === "abc");
  expect(performance.now() - askedAt).toBeGreaterThan(115);
  socket.write("d");
  proxy.mend();
  socket.write("e");
  await until("the rest is back", () => heard.text === "abcde");
});

test("keeps the order when what is late and what is on time meet", async () => {
  const { proxy } = await startEcho();
  const { socket, heard } = await open(proxy.port);
  let said = "";
  for (let turn = 0; turn < 40; turn++) {
    proxy.delay(20);
    for (let word = 0; word < 60; word++) {
      if (word === 30) proxy.mend();
      const text = `${turn}.${word} `;
      said += text;
      socket.write(text);
      await pause(word % 3 === 0 ? 1 : 0);
    }
  }
  await until("all is back", () => heard.text.length === said.length);
  expect(heard.text === said, "each octet where it belongs").toBe(true);
});

test("goes silent without closing, for old connections for ever", async () => {
  const { proxy, sockets } = await startEcho();
  const old = await open(proxy.port);
  await until("it is there", () => sockets.size === 1);
  proxy.silence();
  const meanwhile = await open(proxy.port);
  await until("it is there too", () => sockets.size === 2);
  for (const { socket } of [old, meanwhile]) socket.write("x");
  old.socket.end();
  await pause(100);
  proxy.mend();
  const fresh = await open(proxy.port);
  for (const { socket } of [meanwhile, fresh]) socket.write("y");
  await until("a new one is forwarded", () => fresh.heard.text === "y");
  await pause(50);
  expect([old.heard, meanwhile.heard]).toEqual([
    { text: "", isClosed: false },
    { text: "", isClosed: false },
  ]);
  // The server never hears that the first one hung up.
  expect(sockets.size).toBe(3);
});

test("lets so many octets pass of each connection, then cuts it", async () => {
  const { proxy } = await startEcho();
  const old = await open(proxy.port);
  proxy.truncate(3);
  const fresh = await open(proxy.port);
  for (const { socket } of [old, fresh]) socket.write("abcdef");
  await until("both are cut", () => old.heard.isClosed && fresh.heard.isClosed);
  for (const { heard } of [old, fresh]) expect(heard.text.length).toBeLessThanOrEqual(3);
  proxy.mend();
  const whole = await open(proxy.port);
  whole.socket.write("abcdef");
  await until("all is back", () => whole.heard.text === "abcdef");
});

test("blocks until it is mended", async () => {
  const { proxy, sockets } = await startEcho();
  const old = await open(proxy.port);
  await until("it is there", () => sockets.size === 1);
  proxy.block();
  const refused = await open(proxy.port);
  await until("both are closed", () => old.heard.isClosed && refused.heard.isClosed);
  proxy.mend();
  const { socket, heard } = await open(proxy.port);
  socket.write("a");
  await until("it is forwarded", () => heard.text === "a");
});
