// Ports are tried before anything starts; real sockets, on ports that the system chose.

import net from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePorts } from "../testing/free-ports.ts";
import { checkPorts } from "./ports.ts";

const servers: net.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listen = (host: string): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer();
    servers.push(server);
    server.listen(0, host, () => resolve((server.address() as net.AddressInfo).port));
  });

const use = (port: number, host = "127.0.0.1") => ({ port, variable: "ENGINE_PORT", host });

test("free ports pass, and are free afterwards", async () => {
  const [first = 0, second = 0] = await freePorts(2);
  expect(first).not.toBe(second);
  expect((await checkPorts([use(first), use(second)])).isOk).toBe(true);
  expect((await checkPorts([use(first), use(second)])).isOk).toBe(true);
});

test.each(["127.0.0.1", "0.0.0.0"])(
  "a port taken on %s is refused with the remedy",
  async (host) => {
    const port = await listen(host);
    const remedy = "stop what listens there, or set ENGINE_PORT to a free one";
    const message = `port ${port} is taken; ${remedy}`;
    expect(await checkPorts([use(port)])).toEqual({ isOk: false, error: { message, exitCode: 1 } });
  },
);

test("a host that is not ours is refused with the remedy", async () => {
  const [port = 0] = await freePorts(1);
  const outcome = await checkPorts([use(port, "192.0.2.1")]);
  expect(outcome).toMatchObject({ error: { message: expect.stringMatching(/set ENGINE_HOST/) } });
});
