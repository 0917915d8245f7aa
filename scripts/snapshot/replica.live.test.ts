// A replica of a Redis that is not easily come by: behind TLS and a password, in a database of some
// number; and what is told where there is no copy to be had.

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer, type Server } from "node:tls";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificates, type TestCertificates } from "../testing/certificates.ts";
import { cleanUpOfTest } from "../testing/engine.ts";
import { findRedisServer } from "../testing/redis-binary.ts";
import { type RunningRedis, startRedis } from "../testing/redis-server.ts";
import { type Primary, startReplica } from "./replica.ts";

const password = "p@ss word";
const events = { signal: new AbortController().signal, onCopied: () => undefined };
let folder: string;
let certificates: TestCertificates;
let redis: RunningRedis;
let front: Server;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-replica-"));
  certificates = makeCertificates(folder);
  redis = await startRedis();
  const client = new Redis(redis.url);
  await client.select(2);
  await client.set("{0}:account:anna", Buffer.from([1, 2, 255]));
  await client.config("SET", "requirepass", password);
  client.disconnect();
  const { keyFile, certificateFile } = certificates.server;
  const pair = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
  front = createServer(pair, (secure) => {
    const plain = connect(redis.port, "127.0.0.1");
    for (const socket of [secure, plain]) socket.on("error", () => undefined);
    secure.pipe(plain).pipe(secure);
  }).on("tlsClientError", () => undefined);
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
});
afterAll(async () => {
  front.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const primary = (more: Partial<Primary>): Primary => {
  const { port } = front.address() as AddressInfo;
  const tls = { ca: readFileSync(certificates.caFile) };
  return { host: "localhost", port, username: undefined, password, database: 2, tls, ...more };
};

test("behind TLS it is copied as any other, and follows no more", async () => {
  const replica = await startReplica(await findRedisServer(), primary({}));
  cleanUpOfTest().add({ close: () => replica.stop() });
  expect(await replica.copy(events)).toEqual({ isOk: true, value: undefined });
  const value = await replica.store.call("GET", "{0}:account:anna");
  expect(value).toEqual(Buffer.from([1, 2, 255]));
  expect(String(await replica.store.call("INFO", "replication"))).toContain("role:master");
});

test.concurrent.each([
  [{ tls: {} }, /gives no copy of itself: unable to verify the first certificate/],
  [{ password: "wrong" }, /gives no copy of itself: .*(?:WRONGPASS|AUTH)/],
])("%j: what is wrong is told", { timeout: 60_000 }, async (more, line) => {
  const replica = await startReplica(await findRedisServer(), primary(more));
  const copied = await replica.copy(events);
  await replica.stop();
  expect(copied).toEqual({ isOk: false, error: expect.stringMatching(line) });
});
