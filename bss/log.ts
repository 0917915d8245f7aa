// Logs are JSON lines on standard output. What identifies a subscriber and what opens a door never
// reach them; errors of Postgres are told by code, constraint and table, for their detail quotes
// the row.

import { DrizzleQueryError } from "drizzle-orm";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];
export type Log = Pick<Logger, "fatal" | "error" | "warn" | "info" | "debug">;

const redactedPaths = ["token", "authorization", "password", "databaseUrl", "redisUrl"].flatMap(
  (field) => [field, `*.${field}`, `*.*.${field}`],
);

/** Drizzle's has the statement with all its parameters in its message; what caused it has not. */
const errorFields = (thrown: unknown): unknown => {
  const error = thrown instanceof DrizzleQueryError ? (thrown.cause ?? thrown) : thrown;
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  const { code, constraint, table } = error as Error & Record<string, unknown>;
  return { type: name, message, stack, code, constraint, table };
};

/** `destination` is standard output unless a test wants the lines. */
export const createLog = (level: LogLevel, destination?: DestinationStream): Log => {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorFields },
    redact: { paths: redactedPaths, censor: "[redacted]" },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};
