// One request through its route: may the actor, is the input valid, was it done before, do it. The
// only way to a verb from outside.

import { ok } from "../../engine/values/result.ts";
import type { Actor } from "../context.ts";
import { type Reach, reachOf } from "../permissions.ts";
import type { Transact } from "../transact.ts";
import {
  type AnswerSeal,
  answerStatement,
  checkKey,
  claimKey,
  fingerprintOf,
  type StoredAnswer,
} from "./idempotency.ts";
import { type Answered, refuse } from "./problem.ts";
import type { Route, RouteAnswer } from "./route.ts";
import { validate } from "./validate.ts";

export type Request = {
  readonly actor: Actor;
  readonly requestId: string;
  readonly url: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly params: unknown;
  readonly query: unknown;
  /** As it was read; `octets` as it came. */
  readonly body: unknown;
  readonly octets: Uint8Array | undefined;
};

/** Undefined of a public route: everything. */
export const checkPermission = (route: Route, actor: Actor): Answered<Reach> => {
  if (route.permission === "public") return ok("all");
  if (actor.kind === "anonymous") {
    return refuse(
      "UNAUTHENTICATED",
      "expected Authorization: Bearer with a session, key or token",
      {
        headers: { "www-authenticate": 'Bearer realm="tollgate"' },
      },
    );
  }
  const isInScope = actor.scopes?.includes(route.permission) ?? true;
  const reach = isInScope ? reachOf(actor.roles, route.permission) : undefined;
  if (reach === undefined)
    return refuse("FORBIDDEN", `it takes the permission ${route.permission}`);
  if (reach === "own" && actor.customerId === undefined) {
    return refuse("FORBIDDEN", "you belong to no customer");
  }
  return ok(reach);
};

const readInput = (route: Route, request: Request, reach: Reach) => {
  const params = validate(route.params, "params", request.params);
  if (!params.isOk) return params;
  const query = validate(route.query, "query", request.query);
  if (!query.isOk) return query;
  const body = validate(route.body, "body", request.body);
  if (!body.isOk) return body;
  const { headers, address } = request;
  return ok({
    params: params.value,
    query: query.value,
    body: body.value,
    headers,
    address,
    reach,
  });
};

const storedOf = ({ status, headers, body }: RouteAnswer): StoredAnswer => {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const text = isRaw ? body : JSON.stringify(body);
  return { status, headers: headers ?? {}, body: text };
};

export const carryOut = async (
  transact: Transact,
  route: Route,
  request: Request,
  seal?: AnswerSeal,
): Promise<Answered<StoredAnswer>> => {
  const reach = checkPermission(route, request.actor);
  if (!reach.isOk) return reach;
  const input = readInput(route, request, reach.value);
  if (!input.isOk) return input;
  const { actor, requestId, headers } = request;
  const asker = { actor, requestId, reason: headers["x-reason"] };
  if (route.isRead) {
    const answer = await transact.read(asker, (context) => route.handle(context, input.value));
    return answer.isOk ? ok(storedOf(answer.value)) : answer;
  }
  // Of those whom nobody knows, anyone could ask for another's answer.
  const key = route.permission === "public" ? undefined : headers["idempotency-key"];
  const checked = key === undefined ? ok(undefined) : checkKey(key);
  if (!checked.isOk) return checked;
  const fingerprint = () => fingerprintOf(route.method, request.url, request.octets);
  const written = await transact(asker, async (context, atEnd): Promise<Answered<StoredAnswer>> => {
    const claim =
      checked.value === undefined
        ? undefined
        : {
            actorId: `${actor.kind}:${actor.id}`,
            key: checked.value,
            fingerprint: fingerprint(),
            now: context.now,
          };
    if (claim !== undefined) {
      const before = await claimKey(context.statements, claim, seal);
      if (!before.isOk) return before;
      if (before.value !== undefined) {
        if (route.isAnswerSecret) {
          return refuse("IDEMPOTENCY_CONFLICT", "it was done; its answer is shown only once");
        }
        const replayed = { ...before.value.headers, "idempotency-replayed": "true" };
        return ok({ ...before.value, headers: replayed });
      }
    }
    const answer = await route.handle(context, input.value);
    if (!answer.isOk) return answer;
    const stored = storedOf(answer.value);
    if (claim !== undefined) {
      const kept = route.isAnswerSecret ? { ...stored, body: undefined } : stored;
      atEnd(answerStatement(claim, kept, seal));
    }
    return ok(stored);
  });
  if (route.afterCommit === undefined || !written.isOk) return written;
  const { value: answer } = written;
  const settled = storedOf(await route.afterCommit({ ...input.value, asker, answer }));
  return ok({ ...settled, headers: { ...answer.headers, ...settled.headers } });
};
