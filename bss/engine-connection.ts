// The way of the business side to the engines: one client of the engine protocol for a process. It
// connects again by itself and repeats a request with the same octets until its time is up; what
// is not known then is asked once more with the same key, never with another one.

import { readFileSync } from "node:fs";
import { type Client, createClient } from "../engine/protocol/client/client.ts";
import { type Refusal as EngineRefusal, resultCodes } from "../engine/protocol/result-codes.ts";
import { err, ok, type Result } from "../engine/values/result.ts";
import type { Refusal } from "./http/problem.ts";
import { limits } from "./limits.ts";
import type { Log } from "./log.ts";

export type EngineConnection = {
  /** A method for each operation; a result is an answer, or a refusal of the engine. */
  readonly engine: Client;
  /** Every request under way gets the outcome that is known of it. */
  close(): Promise<void>;
};

export type EngineConnectionOptions = {
  /** `ws:` or `wss:`; several processes may share the port. */
  readonly url: string;
  readonly token: string;
  readonly log: Pick<Log, "info" | "warn">;
};

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Connects when it can, without waiting for it: a request waits until its deadline. On the loopback
 * a certificate names the machine as others see it, so there it is not looked at.
 */
export const openEngineConnection = (options: EngineConnectionOptions): EngineConnection => {
  const { url, token, log } = options;
  let isClosing = false;
  const isLocal = loopback.test(new URL(url).hostname);
  const engine = createClient({
    endpoints: [url],
    token,
    deadlineMs: limits.engineRequestMsMax,
    ...(isLocal ? { tls: { rejectUnauthorized: false } } : {}),
    onConnection: ({ isUp, reason }) => {
      if (isUp) log.info({}, "connected to an engine");
      else if (!isClosing) log.warn({ reason }, "no engine");
    },
  });
  const close = () => {
    isClosing = true;
    return engine.close();
  };
  return { engine, close };
};

/** Of a file that only its owner reads, as `npm start` makes one; or why not. */
export const readEngineToken = (file: string): Result<string, string> => {
  try {
    const token = readFileSync(file, "utf8").trim();
    return token === "" ? err(`BSS_ENGINE_TOKEN_FILE: ${file} is empty`) : ok(token);
  } catch {
    return err(`BSS_ENGINE_TOKEN_FILE: ${file} cannot be read; set BSS_ENGINE_TOKEN`);
  }
};

/** For what must not stay open: `ask` makes the very same request, with the same key, each time. */
export const untilKnown = async <T>(
  ask: () => Promise<Result<T, EngineRefusal>>,
): Promise<Result<T, EngineRefusal>> => {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    const isOpen = !answer.isOk && answer.error.code === "OUTCOME_UNKNOWN";
    if (!isOpen || tries === limits.engineUnknownTriesMax) return answer;
  }
};

/** As the doors say it; a room says better what it knows more of. */
export const refusalOfEngine = ({ code, detail, retryAfterMs }: EngineRefusal): Refusal => {
  const isOurs = code === "AUTHORIZATION_REJECTED" || code === "UNABLE_TO_COMPLY";
  if (resultCodes[code].isRetryable || isOurs) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
    const headers = { "retry-after": String(seconds) };
    return { code: "UNAVAILABLE", detail: `the engine: ${code}`, headers };
  }
  const isTaken = code === "REQUEST_CONFLICT" || code === "IDENTIFIER_TAKEN";
  return { code: isTaken ? "CONFLICT" : "UNPROCESSABLE", detail: `the engine: ${code}, ${detail}` };
};
