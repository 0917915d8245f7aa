// What the doors are given, and what Fastify's requests carry through them.

import type { Socket } from "node:net";
import type { Actor } from "../context.ts";
import type { Log } from "../log.ts";
import type { Transact } from "../transact.ts";
import type { AnswerSeal } from "./idempotency.ts";
import type { Answered } from "./problem.ts";
import type { Route } from "./route.ts";
import type { RequestTrace } from "./tracing.ts";

export type Headers = Readonly<Record<string, string | undefined>>;

export type AskerOf = (request: {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly address: string;
  /** With TLS it may have a certificate at its other end. */
  readonly socket: Socket;
}) => Promise<Answered<Actor>>;

export type HttpObserver = (of: {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}) => void;

export type ServerOptions = {
  readonly routes: readonly Route[];
  readonly transact: Transact;
  readonly authenticate: AskerOf;
  readonly log: Pick<Log, "error" | "warn">;
  readonly observe?: HttpObserver;
  readonly requestsPerMinute?: number;
  /** Of answers that are kept by their Idempotency-Key; without it they are kept as they are. */
  readonly answerSeal?: AnswerSeal;
  readonly now: () => number;
  readonly tls?: DoorTls | undefined;
};

/** PEM. Whoever shows a certificate of `ca` is known by it; others come in all the same. */
export type DoorTls = {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly ca: Buffer | undefined;
};

declare module "fastify" {
  interface FastifyRequest {
    actor: Actor | undefined;
    octets: Buffer | undefined;
    trace: RequestTrace | undefined;
  }
}
