// The settings of the business side, all of them from the environment, read once at the start.

import { type Environment, portMax, readerOf } from "../engine/values/environment-reader.ts";
import { err, ok, type Result } from "../engine/values/result.ts";
import { readNetworks } from "./events/index.ts";
import { limits } from "./limits.ts";
import { type LogLevel, logLevels } from "./log.ts";

/** PEM. With `caFile` peers of the network may show a certificate; nobody has to. */
export type TlsFiles = {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly caFile: string | undefined;
};

export type Config = {
  readonly host: string;
  /** Of the API; 0 takes a free one, as with the next. */
  readonly port: number;
  readonly operationsPort: number;
  /** Undefined: plain HTTP, for behind a proxy that has TLS. */
  readonly tls: TlsFiles | undefined;
  /** As browsers reach the API, without a slash at its end. */
  readonly publicUrl: string;
  /** Where the first administrator's one-time password is written; undefined: to standard error. */
  readonly firstPasswordFile: string | undefined;
  /** Both may hold a password: never log them under another name. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly isRedisCluster: boolean;
  readonly engineUrl: string;
  /** A secret; undefined: it is in the file. */
  readonly engineToken: string | undefined;
  readonly engineTokenFile: string;
  /** IANA name of the operator's: calendars of what repeats. */
  readonly timeZone: string;
  /** Units of money that one may adjust alone; 0: any. */
  readonly adjustAloneMax: number;
  readonly ledgerJournalKeptSeconds: number;
  /** privacy/README.md */
  readonly privacyKeysFile: string;
  /** Networks that are not of the public internet and that callbacks may lead to all the same. */
  readonly webhookPrivateNetworks: readonly string[];
  readonly isWebhookHttpAllowed: boolean;
  readonly logLevel: LogLevel;
  /** A test installation, whose time can be moved through the API; never where money is real. */
  readonly isClockMovable: boolean;
};

const timeZoneDefault = "Europe/Berlin";

const readTimeZone = (name: string | undefined, problems: string[]): string => {
  const timeZone = name ?? timeZoneDefault;
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    problems.push(`OPERATOR_TIME_ZONE: expected an IANA time zone, got "${timeZone}"`);
    return timeZoneDefault;
  }
};

export const readConfig = (env: Environment): Result<Config, readonly string[]> => {
  const problems: string[] = [];
  const read = readerOf(env, problems);
  const config: Config = {
    host: read.host("BSS_HOST", "127.0.0.1"),
    port: read.integer("BSS_PORT", 7700, 0, portMax),
    operationsPort: read.integer("BSS_OPS_PORT", 7701, 0, portMax),
    tls: readTls(read.text, problems),
    publicUrl: read
      .url("BSS_PUBLIC_URL", "http://127.0.0.1:7700", ["http", "https"])
      .replace(/\/$/, ""),
    firstPasswordFile: read.text("BSS_FIRST_PASSWORD_FILE"),
    databaseUrl: read.url("DATABASE_URL", "postgres://127.0.0.1:7632/tollgate", [
      "postgres",
      "postgresql",
    ]),
    redisUrl: read.url("REDIS_URL", "redis://127.0.0.1:7679", ["redis", "rediss"]),
    isRedisCluster: read.oneOf("ENGINE_REDIS_CLUSTER", ["yes", "no"], "no") === "yes",
    engineUrl: read.url("ENGINE_URL", "ws://127.0.0.1:7600", ["ws", "wss"]),
    engineToken: read.text("BSS_ENGINE_TOKEN"),
    engineTokenFile: read.text("BSS_ENGINE_TOKEN_FILE") ?? ".tollgate/tokens/business",
    timeZone: readTimeZone(read.text("OPERATOR_TIME_ZONE"), problems),
    adjustAloneMax: read.integer("BSS_ADJUST_ALONE_MAX", 100, 0, limits.adjustAloneMax),
    ledgerJournalKeptSeconds: read.integer(
      "LEDGER_JOURNAL_KEPT_SECONDS",
      limits.ledgerJournalKeptSecondsDefault,
      0,
      limits.ledgerJournalKeptSecondsMax,
    ),
    privacyKeysFile: read.text("PRIVACY_KEYS_FILE") ?? ".tollgate/privacy-keys.json",
    webhookPrivateNetworks: networksIn(read.text("WEBHOOK_PRIVATE_NETWORKS"), problems),
    isWebhookHttpAllowed: read.oneOf("WEBHOOK_HTTP_ALLOWED", ["yes", "no"], "no") === "yes",
    logLevel: read.oneOf("LOG_LEVEL", logLevels, "info"),
    isClockMovable: read.oneOf("CLOCK_MOVABLE", ["yes", "no"], "no") === "yes",
  };
  return problems.length > 0 ? err(problems) : ok(Object.freeze(config));
};

const readTls = (
  text: (name: string) => string | undefined,
  problems: string[],
): TlsFiles | undefined => {
  const keyFile = text("BSS_TLS_KEY_FILE");
  const certificateFile = text("BSS_TLS_CERT_FILE");
  const caFile = text("BSS_TLS_CA_FILE");
  if (keyFile !== undefined && certificateFile !== undefined) {
    return { keyFile, certificateFile, caFile };
  }
  if ([keyFile, certificateFile, caFile].every((file) => file === undefined)) return undefined;
  if (keyFile === undefined) problems.push("BSS_TLS_KEY_FILE: missing; TLS needs it");
  if (certificateFile === undefined) problems.push("BSS_TLS_CERT_FILE: missing; TLS needs it");
  return undefined;
};

/** By commas. */
const networksIn = (text: string | undefined, problems: string[]): readonly string[] => {
  const texts = (text ?? "").split(",").map((one) => one.trim());
  const networks = texts.filter((one) => one !== "");
  const read = readNetworks(networks);
  if (read.isOk) return networks;
  const wrong = read.error.map((one) => `"${one}"`).join(", ");
  problems.push(`WEBHOOK_PRIVATE_NETWORKS: expected networks as 10.0.0.0/8, got ${wrong}`);
  return [];
};
