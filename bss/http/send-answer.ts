// How an answer leaves: JSON as it is stored, or a refusal as problem+json.

import type { FastifyReply } from "fastify";
import type { StoredAnswer } from "./idempotency.ts";
import { problemOf, type Refusal, statusOf } from "./problem.ts";

/** When the listener is closed its connections end with what was under way on them. */
const endClosing = (reply: FastifyReply): void => {
  if (!reply.server.server.listening) reply.header("connection", "close");
};

export const sendAnswer = (reply: FastifyReply, { status, headers, body }: StoredAnswer) => {
  endClosing(reply);
  reply.code(status).headers(headers);
  if (body === undefined) return reply.send();
  if (!reply.hasHeader("content-type")) reply.type("application/json; charset=utf-8");
  return reply.send(body instanceof Uint8Array ? Buffer.from(body) : body);
};

export const sendProblem = (reply: FastifyReply, refusal: Refusal, requestId: string) => {
  endClosing(reply);
  return reply
    .code(statusOf(refusal.code))
    .headers(refusal.headers ?? {})
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify(problemOf(refusal, requestId)));
};
