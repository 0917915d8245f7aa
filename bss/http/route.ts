// A route as data: what it takes, who may, what it answers, and the one verb that it calls.
// Everything else is made from it: the listener, validation, the OpenAPI document, the permission
// walk and the fuzzers.

import type { z } from "zod";
import type { Asker, Context } from "../context.ts";
import type { Permission, Reach } from "../permissions.ts";
import type { StoredAnswer } from "./idempotency.ts";
import type { Answered } from "./problem.ts";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export type RouteAnswer = {
  readonly status: number;
  /** JSON, unless `headers` says another Content-Type; then text or octets. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type RouteInput<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** How far the actor's permission goes: with `own` it must be held to its customer. */
  readonly reach: Reach;
  /** Where the request came from, as far as it is known. */
  readonly address: string;
};

export type Route<P = unknown, Q = unknown, B = unknown> = {
  readonly method: Method;
  /** As in `/tmf-api/partyManagement/v4/individual/:id`. */
  readonly path: string;
  /** The API it belongs to, for the documentation. */
  readonly tag: string;
  readonly summary: string;
  /** `public` needs nobody. */
  readonly permission: Permission | "public";
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  /** A GET has none. A body of another media type than JSON comes as a string or octets. */
  readonly body?: z.ZodType<B>;
  readonly bodyTypes?: readonly string[];
  readonly bodyBytesMax?: number;
  /** By status; null: no body. For the documentation and the tests, never checked when sending. */
  /** What it answers when that is not JSON. */
  readonly answerTypes?: readonly string[];
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Reads need no transaction; a write is one, with audit, events and Idempotency-Key. */
  readonly isRead: boolean;
  /** It is shown once and kept nowhere: a token, a key. */
  readonly isAnswerSecret?: boolean;
  readonly handle: (context: Context, input: RouteInput<P, Q, B>) => Promise<Answered<RouteAnswer>>;
  /**
   * Of a write: what is left to be done when it is committed, with no transaction open, and the
   * answer as it is then. It is done of a stored answer too, so more than once is once.
   */
  readonly afterCommit?: (
    committed: RouteInput<P, Q, B> & { readonly asker: Asker; readonly answer: StoredAnswer },
  ) => Promise<RouteAnswer>;
};

/** Binds the types of a route's shapes to its handler, then forgets them. */
export const defineRoute = <P = unknown, Q = unknown, B = unknown>(
  route: Omit<Route<P, Q, B>, "isRead"> & { readonly isRead?: boolean },
): Route => ({ ...route, isRead: route.isRead ?? route.method === "GET" }) as unknown as Route;
