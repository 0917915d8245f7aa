// Every environment variable, with the default that the code gives it.

import {
  type Config as BusinessConfig,
  readConfig as readBusinessConfig,
} from "../../bss/config.ts";
import { type Config, readConfig } from "../../engine/config.ts";
import { readSettings, type Settings } from "../supervisor/settings.ts";
import { alignedTable } from "./markdown.ts";

/** Who reads it: each engine process, the business side's, only `npm start`, only Compose. */
type Reader = "engine" | "business" | "start" | "compose";

type Variable = {
  readonly name: string;
  readonly reader: Reader;
  readonly default: string;
  readonly meaning: string;
};

const machine = { root: "/tollgate", cores: 8 };

const settingsByDefault = (): Settings => {
  const settings = readSettings({}, { isReset: false, isSmoke: false }, machine);
  if (!settings.isOk) throw new Error(settings.error.message ?? "no settings");
  return settings.value;
};

const configByDefault = (): Config => {
  const config = readConfig({ ENGINE_PEERS_FILE: "peers.json" });
  if (!config.isOk) throw new Error(config.error.join("; "));
  return config.value;
};

const businessConfigByDefault = (): BusinessConfig => {
  const config = readBusinessConfig({});
  if (!config.isOk) throw new Error(config.error.join("; "));
  return config.value;
};

const engineVariables = (config: Config): readonly Omit<Variable, "reader">[] => [
  {
    name: "ENGINE_PORT",
    default: String(config.port),
    meaning: "WebSocket; all engine processes share it",
  },
  {
    name: "ENGINE_OPS_PORT",
    default: String(config.operationsPort),
    meaning: "`/livez`, `/readyz`, `/clock`, `/metrics`; the second engine has the next port",
  },
  { name: "ENGINE_HOST", default: config.host, meaning: "address that both listen on" },
  { name: "REDIS_URL", default: config.redisUrl, meaning: "your Redis; then none is started" },
  {
    name: "ENGINE_REDIS_CLUSTER",
    default: config.isRedisCluster ? "yes" : "no",
    meaning: "`yes`: `REDIS_URL` is a node of a Redis Cluster",
  },
  {
    name: "ENGINE_SHARDS",
    default: String(config.shards),
    meaning: "fixed at the first start on a Redis; more than one only serves a Cluster",
  },
  {
    name: "ENGINE_DURABILITY",
    default: config.durability,
    meaning: "see [Durability](#durability)",
  },
  { name: "ENGINE_TLS_KEY_FILE", default: "", meaning: "PEM; with the next one: `wss:` only" },
  { name: "ENGINE_TLS_CERT_FILE", default: "", meaning: "PEM" },
  {
    name: "ENGINE_TLS_CA_FILE",
    default: "",
    meaning: "PEM; every peer has to show a certificate that it has signed",
  },
  {
    name: "ENGINE_PEERS_FILE",
    default: "",
    meaning: "who may connect; `npm start` has its own in the data folder",
  },
  {
    name: "ENGINE_LISTENER",
    default: "",
    meaning: "`uWebSockets.js` or `ws`; empty: the former where its binary loads",
  },
  {
    name: "CLOCK_MOVABLE",
    default: config.isClockMovable ? "yes" : "no",
    meaning:
      "`yes`: time can be moved on through the API, for tests; the business side reads it too",
  },
  { name: "LOG_LEVEL", default: config.logLevel, meaning: "`fatal` … `trace`, or `silent`" },
];

const startVariables = (settings: Settings): readonly Omit<Variable, "reader">[] => [
  {
    name: "ENGINE_PROCESSES",
    default: `cores / ${machine.cores / settings.engineProcesses}`,
    meaning: "engine processes",
  },
  {
    name: "REDIS_PORT",
    default: String(settings.redisPort),
    meaning: "of the Redis that is started for you",
  },
  {
    name: "POSTGRES_PORT",
    default: String(settings.postgresPort),
    meaning: "of the Postgres that is started for you",
  },
  {
    name: "DATABASE_URL",
    default: settings.foreignDatabaseUrl ?? "",
    meaning: "your Postgres, `postgres://user:password@host:port/database`; then none is started",
  },
  {
    name: "BSS_PORT",
    default: String(settings.businessPort),
    meaning: "the API of the business side",
  },
  {
    name: "BSS_OPS_PORT",
    default: String(settings.businessOperationsPort),
    meaning: "health and metrics of the business side",
  },
  {
    name: "SNAPSHOT_EVERY_HOURS",
    default: String(settings.snapshotEveryHours),
    meaning: "a snapshot of Redis, when the newest is older; 0: only by `npm run snapshot`",
  },
  {
    name: "TOLLGATE_DATA",
    default: settings.dataFolder.slice(machine.root.length + 1),
    meaning: "data folder: files of Redis and Postgres, tokens, logs",
  },
];

const businessVariables = (config: BusinessConfig): readonly Omit<Variable, "reader">[] => [
  {
    name: "BSS_HOST",
    default: config.host,
    meaning: "address of its health and metrics; `npm start` gives it `ENGINE_HOST`",
  },
  {
    name: "ENGINE_URL",
    default: config.engineUrl,
    meaning: "where it reaches engines; `npm start` gives it its own",
  },
  {
    name: "BSS_PUBLIC_URL",
    default: config.publicUrl,
    meaning: "where browsers reach the API; log-ins with an issuer come back there",
  },
  {
    name: "BSS_TLS_KEY_FILE",
    default: config.tls?.keyFile ?? "",
    meaning: "PEM; with the next one the API speaks `https:` only",
  },
  { name: "BSS_TLS_CERT_FILE", default: config.tls?.certificateFile ?? "", meaning: "PEM" },
  {
    name: "BSS_TLS_CA_FILE",
    default: config.tls?.caFile ?? "",
    meaning: "PEM; a network element may show a certificate that it has signed",
  },
  {
    name: "BSS_FIRST_PASSWORD_FILE",
    default: config.firstPasswordFile ?? "",
    meaning: "gets the first administrator's one-time password; empty: standard error",
  },
  {
    name: "OPERATOR_TIME_ZONE",
    default: config.timeZone,
    meaning: "IANA name: calendars of what repeats go by it",
  },
  {
    name: "BSS_ADJUST_ALONE_MAX",
    default: String(config.adjustAloneMax),
    meaning: "money that one may adjust alone, in units of its currency; 0: any",
  },
  { name: "BSS_ENGINE_TOKEN", default: "", meaning: "its access token; empty: in the next one" },
  {
    name: "BSS_ENGINE_TOKEN_FILE",
    default: config.engineTokenFile,
    meaning: "the token of a peer with the role `business`",
  },
  {
    name: "LEDGER_JOURNAL_KEPT_SECONDS",
    default: String(config.ledgerJournalKeptSeconds),
    meaning: "what is in the ledger stays in Redis so long besides",
  },
  {
    name: "PRIVACY_KEYS_FILE",
    default: config.privacyKeysFile,
    meaning: "keys of personal data; `npm start` has its own in the data folder",
  },
  {
    name: "WEBHOOK_PRIVATE_NETWORKS",
    default: config.webhookPrivateNetworks.join(),
    meaning:
      "networks by commas, as `10.1.0.0/16`, that callbacks may lead to besides the internet",
  },
  {
    name: "WEBHOOK_HTTP_ALLOWED",
    default: config.isWebhookHttpAllowed ? "yes" : "no",
    meaning: "`yes`: callbacks may be `http:` too",
  },
];

const composeVariables: readonly Omit<Variable, "reader">[] = [
  { name: "TOLLGATE_PEERS_FILE", default: "./.tollgate/peers.json", meaning: "the peers file" },
  {
    name: "TOLLGATE_POSTGRES_PASSWORD",
    default: "tollgate",
    meaning: "of the role `tollgate`; only services of the file can reach its Postgres",
  },
];

export const variables = (): readonly Variable[] => [
  ...engineVariables(configByDefault()).map((one) => ({ ...one, reader: "engine" as const })),
  ...businessVariables(businessConfigByDefault()).map((one) => {
    return { ...one, reader: "business" as const };
  }),
  ...startVariables(settingsByDefault()).map((one) => ({ ...one, reader: "start" as const })),
  ...composeVariables.map((one) => ({ ...one, reader: "compose" as const })),
];

const readerTexts = {
  engine: "engine",
  business: "business side",
  start: "`npm start`",
  compose: "Compose",
} as const;

export const environmentPart = (): string =>
  alignedTable(
    ["variable", "default", "read by", ""],
    variables().map(({ name, default: value, reader, meaning }) => [
      `\`${name}\``,
      value === "" ? "" : `\`${value}\``,
      readerTexts[reader],
      meaning,
    ]),
  );
