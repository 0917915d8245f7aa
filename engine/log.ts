// Logs are JSON lines on standard output, one object per line, read by machines first. Credentials
// and what identifies a subscriber never reach them: the paths below are cut out before a line is
// written. Nothing is logged per request but refusals, and those only through `rateLimited`.

import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

type Method = "fatal" | "error" | "warn" | "info" | "debug";
export type Log = Pick<Logger, Method>;

const secret = ["token", "authorization", "password", "redisUrl"];
const personal = [
  "subscriberIdentifier",
  "subscriberIdentifiers",
  "calledPartyAddress",
  "msisdn",
  "imsi",
];

/** At the top of a line's fields and one and two levels down. */
export const redactedPaths = [...secret, ...personal].flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
]);

/**
 * Errors by their own words only. Those of the Redis client carry the command that failed with all
 * its arguments: a password at the sign-in, a whole batch with its subscribers at a charge.
 */
const errorFields = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, code } = error as NodeJS.ErrnoException;
  return { type: name, message, stack, code };
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

export type RateLimitedLog = (fields: object, message: string) => void;

/**
 * Warnings, at most `perSecond` of them; the first line after a gap says how many were left out.
 * `nowMs` is monotonic.
 */
export const rateLimited = (
  log: Pick<Log, "warn">,
  perSecond: number,
  nowMs: () => number = () => performance.now(),
): RateLimitedLog => {
  let windowStartMs = nowMs();
  let written = 0;
  let leftOut = 0;
  return (fields, message) => {
    const now = nowMs();
    if (now - windowStartMs >= 1_000) {
      windowStartMs = now;
      written = 0;
    }
    if (written >= perSecond) {
      leftOut++;
      return;
    }
    written++;
    log.warn(leftOut > 0 ? { ...fields, leftOut } : fields, message);
    leftOut = 0;
  };
};
