// The settings from the environment: defaults, every variable, every way to get one wrong.

import { expect, test } from "vitest";
import { readConfig } from "./config.ts";
import type { Environment } from "./values/environment-reader.ts";

const peers = { ENGINE_PEERS_FILE: "/etc/tollgate/peers.json" };

const config = (env: Environment) => {
  const result = readConfig({ ...peers, ...env });
  if (!result.isOk) throw new Error(result.error.join("; "));
  return result.value;
};
const problems = (env: Environment) => {
  const result = readConfig(env);
  return result.isOk ? [] : result.error;
};

test("needs nothing but the peers file; the rest has the documented defaults", () => {
  expect(config({})).toEqual({
    host: "127.0.0.1",
    port: 7600,
    operationsPort: 7601,
    redisUrl: "redis://127.0.0.1:7679",
    isRedisCluster: false,
    peersFile: "/etc/tollgate/peers.json",
    shards: 1,
    durability: "everysec",
    logLevel: "info",
    isClockMovable: false,
    tls: undefined,
    listener: undefined,
  });
});

test("reads every variable", () => {
  expect(
    config({
      ENGINE_HOST: "::1",
      ENGINE_PORT: "0",
      ENGINE_OPS_PORT: "0",
      REDIS_URL: "rediss://user:word@redis.example:6380/2",
      ENGINE_REDIS_CLUSTER: "yes",
      ENGINE_SHARDS: "4096",
      ENGINE_DURABILITY: "always",
      LOG_LEVEL: "debug",
      ENGINE_TLS_KEY_FILE: "key.pem",
      ENGINE_TLS_CERT_FILE: "certificate.pem",
      ENGINE_TLS_CA_FILE: "ca.pem",
      ENGINE_LISTENER: "ws",
    }),
  ).toMatchObject({
    host: "::1",
    port: 0,
    operationsPort: 0,
    redisUrl: "rediss://user:word@redis.example:6380/2",
    isRedisCluster: true,
    shards: 4096,
    durability: "always",
    logLevel: "debug",
    tls: { keyFile: "key.pem", certificateFile: "certificate.pem", caFile: "ca.pem" },
    listener: "ws",
  });
});

test("cannot be changed afterwards", () => {
  expect(Object.isFrozen(config({}))).toBe(true);
});

test("takes an empty variable for one that is not set", () => {
  expect(config({ ENGINE_PORT: "", ENGINE_TLS_KEY_FILE: " ", ENGINE_LISTENER: "" })).toEqual(
    config({}),
  );
});

test("reports every problem at once, one line each, naming the variable", () => {
  expect(
    problems({
      ENGINE_HOST: "no host",
      ENGINE_PORT: "tcp://10.0.0.1:7600",
      ENGINE_OPS_PORT: "65536",
      REDIS_URL: "http://:s3cret@redis",
      ENGINE_REDIS_CLUSTER: "true",
      ENGINE_SHARDS: "0",
      ENGINE_DURABILITY: "sometimes",
      LOG_LEVEL: "loud",
      ENGINE_TLS_CA_FILE: "ca.pem",
      ENGINE_LISTENER: "express",
    }),
  ).toEqual([
    'ENGINE_HOST: expected a host, got "no host"',
    'ENGINE_PORT: expected a whole number from 0 to 65535, got "tcp://10.0.0.1:7600"',
    'ENGINE_OPS_PORT: expected a whole number from 0 to 65535, got "65536"',
    "REDIS_URL: expected redis://host:port or rediss://host:port",
    'ENGINE_REDIS_CLUSTER: expected yes or no, got "true"',
    "ENGINE_PEERS_FILE: missing; set it to the JSON file that lists who may connect",
    'ENGINE_SHARDS: expected a whole number from 1 to 4096, got "0"',
    'ENGINE_DURABILITY: expected everysec or always, got "sometimes"',
    expect.stringMatching(/^LOG_LEVEL: expected fatal or .* got "loud"$/),
    "ENGINE_TLS_KEY_FILE: missing; TLS needs it",
    "ENGINE_TLS_CERT_FILE: missing; TLS needs it",
    'ENGINE_LISTENER: expected uWebSockets.js or ws, got "express"',
  ]);
});

test("never repeats a Redis URL that it refuses: it may hold a password", () => {
  expect(problems({ ...peers, REDIS_URL: "s3cret" }).join()).not.toContain("s3cret");
});

test.each(["1.5", "-1", "1e3", "0x10", "12345678901"])("refuses %s as a port", (port) => {
  expect(problems({ ...peers, ENGINE_PORT: port })).toHaveLength(1);
});

test("refuses one port for both listeners, unless both are free ones", () => {
  expect(problems({ ...peers, ENGINE_PORT: "7000", ENGINE_OPS_PORT: "7000" })).toEqual([
    "ENGINE_OPS_PORT: 7000 is ENGINE_PORT already; give it another one",
  ]);
});
