// The settings of the business side: defaults, every variable, every way to get one wrong.

import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

test("needs nothing; the defaults are those of a Tollgate that npm start has started", () => {
  const config = readConfig({});
  expect(config.isOk && config.value).toEqual({
    host: "127.0.0.1",
    port: 7700,
    operationsPort: 7701,
    publicUrl: "http://127.0.0.1:7700",
    firstPasswordFile: undefined,
    timeZone: "Europe/Berlin",
    adjustAloneMax: 100,
    databaseUrl: "postgres://127.0.0.1:7632/tollgate",
    redisUrl: "redis://127.0.0.1:7679",
    isRedisCluster: false,
    engineUrl: "ws://127.0.0.1:7600",
    engineToken: undefined,
    engineTokenFile: ".tollgate/tokens/business",
    ledgerJournalKeptSeconds: 300,
    privacyKeysFile: ".tollgate/privacy-keys.json",
    webhookPrivateNetworks: [],
    isWebhookHttpAllowed: false,
    logLevel: "info",
    isClockMovable: false,
  });
});

test("reads every variable", () => {
  const config = readConfig({
    BSS_HOST: "0.0.0.0",
    BSS_PORT: "7",
    BSS_OPS_PORT: "0",
    BSS_PUBLIC_URL: "https://tollgate.example/",
    BSS_FIRST_PASSWORD_FILE: "/run/first",
    OPERATOR_TIME_ZONE: "Asia/Tokyo",
    BSS_ADJUST_ALONE_MAX: "0",
    BSS_TLS_KEY_FILE: "key.pem",
    BSS_TLS_CERT_FILE: "cert.pem",
    BSS_TLS_CA_FILE: "ca.pem",
    DATABASE_URL: "postgresql://user:word@db.example/ledger",
    REDIS_URL: "rediss://redis.example:6380",
    ENGINE_REDIS_CLUSTER: "yes",
    ENGINE_URL: "wss://engine.example:7600",
    BSS_ENGINE_TOKEN: "t",
    BSS_ENGINE_TOKEN_FILE: "/run/secrets/business",
    LEDGER_JOURNAL_KEPT_SECONDS: "0",
    PRIVACY_KEYS_FILE: "/run/secrets/privacy-keys",
    WEBHOOK_PRIVATE_NETWORKS: "10.1.0.0/16, fd00::/8,",
    WEBHOOK_HTTP_ALLOWED: "yes",
    LOG_LEVEL: "debug",
    CLOCK_MOVABLE: "yes",
  });
  expect(config.isOk && config.value).toEqual({
    host: "0.0.0.0",
    port: 7,
    operationsPort: 0,
    publicUrl: "https://tollgate.example",
    firstPasswordFile: "/run/first",
    timeZone: "Asia/Tokyo",
    adjustAloneMax: 0,
    tls: { keyFile: "key.pem", certificateFile: "cert.pem", caFile: "ca.pem" },
    databaseUrl: "postgresql://user:word@db.example/ledger",
    redisUrl: "rediss://redis.example:6380",
    isRedisCluster: true,
    engineUrl: "wss://engine.example:7600",
    engineToken: "t",
    engineTokenFile: "/run/secrets/business",
    ledgerJournalKeptSeconds: 0,
    privacyKeysFile: "/run/secrets/privacy-keys",
    webhookPrivateNetworks: ["10.1.0.0/16", "fd00::/8"],
    isWebhookHttpAllowed: true,
    logLevel: "debug",
    isClockMovable: true,
  });
});

test.each([
  [
    { DATABASE_URL: "mysql://secret@db" },
    "DATABASE_URL: expected postgres://host:port or postgresql://host:port",
  ],
  [{ DATABASE_URL: "db" }, "DATABASE_URL: expected postgres://host:port"],
  [{ REDIS_URL: "http://secret@db" }, "REDIS_URL: expected redis://host:port"],
  [{ ENGINE_URL: "http://secret@engine" }, "ENGINE_URL: expected ws://host:port or wss://"],
  [{ BSS_OPS_PORT: "65536" }, 'BSS_OPS_PORT: expected a whole number from 0 to 65535, got "65536"'],
  [{ BSS_HOST: "a b" }, 'BSS_HOST: expected a host, got "a b"'],
  [{ LEDGER_JOURNAL_KEPT_SECONDS: "-1" }, "LEDGER_JOURNAL_KEPT_SECONDS: expected a whole number"],
  [{ OPERATOR_TIME_ZONE: "Mars" }, 'OPERATOR_TIME_ZONE: expected an IANA time zone, got "Mars"'],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL: expected fatal or error"],
  [
    { WEBHOOK_PRIVATE_NETWORKS: "10.0.0.0/8,10.0.0/33,x" },
    'WEBHOOK_PRIVATE_NETWORKS: expected networks as 10.0.0.0/8, got "10.0.0/33", "x"',
  ],
  [{ WEBHOOK_HTTP_ALLOWED: "true" }, "WEBHOOK_HTTP_ALLOWED: expected yes or no"],
  [{ ENGINE_REDIS_CLUSTER: "1" }, 'ENGINE_REDIS_CLUSTER: expected yes or no, got "1"'],
])("%j is refused in one line", (environment, line) => {
  const config = readConfig(environment);
  const problems = config.isOk ? [] : config.error;
  expect(problems).toEqual([expect.stringContaining(line)]);
  expect(problems.join()).not.toContain("secret");
});

test("TLS takes a key and a certificate, or is not asked for", () => {
  const problemsOf = (env: Readonly<Record<string, string>>) => {
    const config = readConfig(env);
    return config.isOk ? [] : config.error;
  };
  const missing = ["KEY", "CERT"].map((name) => `BSS_TLS_${name}_FILE: missing; TLS needs it`);
  expect(problemsOf({ BSS_TLS_CA_FILE: "ca.pem" })).toEqual(missing);
  expect(problemsOf({ BSS_TLS_KEY_FILE: "key.pem" })).toEqual([missing[1]]);
});
