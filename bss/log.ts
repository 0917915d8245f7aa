// Logs are JSON lines on standard output. What identifies a subscriber and what opens a door never
// reach them (redacted-fields.ts); errors of Postgres are told by code, constraint and table, for
// their detail quotes the row.

import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { redactFields } from "./redacted-fields.ts";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];
export type Log = Pick<Logger, "fatal" | "error" | "warn" | "info" | "debug">;

/** `destination` is standard output unless a test wants the lines. */
export const createLog = (level: LogLevel, destination?: DestinationStream): Log => {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redactFields },
    // Errors are told as redactFields has them.
    serializers: { err: (error: unknown) => error },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};
