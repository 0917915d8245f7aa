// What every request passes before its body is read: how it is answered at the least, whether there
// is time for it, who asks, and how often that one may.

import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import underPressure from "@fastify/under-pressure";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { limits } from "../limits.ts";
import type { Refusal } from "./problem.ts";
import { refusalOfFailure } from "./refusal-of-failure.ts";
import { sendProblem } from "./send-answer.ts";
import type { Headers, ServerOptions } from "./server-options.ts";

const minute = 60_000;

export const addGuards = async (server: FastifyInstance, options: ServerOptions): Promise<void> => {
  server.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
    if ((request.raw.url ?? "").length <= limits.urlLengthMax) return done();
    const detail = `an address has at most ${limits.urlLengthMax} signs`;
    sendProblem(reply, { code: "URI_TOO_LONG", detail }, request.id);
  });
  await server.register(helmet, { contentSecurityPolicy: false });
  await server.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMsMax,
    retryAfter: 1,
  });
  await server.register(rateLimit, {
    global: false,
    timeWindow: minute,
    cache: limits.requestRatesMax,
  });
  server.addHook("onRequest", askerGuard(server, options));
};

/**
 * Three counts, so that none stands in for another: of who is known; of an address from which
 * nobody in particular asks; and of an address that shows what is nobody's. The last is looked at
 * first, for it costs work to find that out. Addresses of IPv6 are counted by /64.
 */
const askerGuard = (server: FastifyInstance, options: ServerOptions) => {
  const known = server.createRateLimit({
    max: ({ actor }: FastifyRequest) =>
      actor?.requestsPerMinuteMax ?? options.requestsPerMinute ?? limits.requestsPerMinuteDefault,
    keyGenerator: ({ actor }: FastifyRequest) => `${actor?.kind}:${actor?.id}`,
  });
  const unknown = server.createRateLimit({ max: limits.requestsPerMinuteOfAddress });
  const refused = server.createRateLimit({ max: limits.refusedPerMinuteOfAddress });
  const isOver = async (
    reply: FastifyReply,
    count: typeof known,
    how: { readonly increment: boolean },
  ): Promise<boolean> => {
    const counted = await count(reply.request, how);
    if (counted.isAllowed || !counted.isExceeded) return false;
    const retry = { "retry-after": String(Math.max(1, counted.ttlInSeconds)) };
    sendProblem(reply, { ...tooMany, headers: retry }, reply.request.id);
    return true;
  };
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (await isOver(reply, refused, { increment: false })) return reply;
    const { ip: address, socket } = request;
    const asked = { headers: request.headers as Headers, address, socket };
    const actor = await options.authenticate(asked).catch((error: unknown) => {
      const failed = { requestId: request.id, route: "who asks", isWrite: false };
      sendProblem(reply, refusalOfFailure(error, failed, options.log), request.id);
    });
    if (actor === undefined) return reply;
    if (!actor.isOk) {
      if (await isOver(reply, refused, { increment: true })) return reply;
      return sendProblem(reply, actor.error, request.id);
    }
    request.actor = actor.value;
    const count = actor.value.kind === "anonymous" ? unknown : known;
    if (await isOver(reply, count, { increment: true })) return reply;
  };
};

const tooMany = {
  code: "TOO_MANY_REQUESTS",
  detail: "so many requests in a minute are not taken from one asker",
} as const satisfies Refusal;
