// A route on the listener: what it may not be asked for is refused before its body is read, then
// the request is read and carried out.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { limits } from "../limits.ts";
import { carryOut, checkPermission } from "./carry-out.ts";
import type { Refusal } from "./problem.ts";
import { readRequest } from "./read-request.ts";
import { refusalOfFailure } from "./refusal-of-failure.ts";
import type { Route } from "./route.ts";
import { sendAnswer, sendProblem } from "./send-answer.ts";
import type { Headers, ServerOptions } from "./server-options.ts";
import { withinTrace } from "./tracing.ts";

const offersJson = (accept: string | undefined): boolean =>
  accept === undefined || /\*\/\*|application\/(\*|json|problem\+json)/i.test(accept);

/** A body may be large, and is held as a whole: nobody sends one who may not. */
const refuseEarly = (route: Route, request: FastifyRequest): Refusal | undefined => {
  const { actor, headers } = request;
  if (actor === undefined) throw new Error("nobody was asked who this is");
  const allowed = checkPermission(route, actor);
  if (!allowed.isOk) return allowed.error;
  return route.answerTypes === undefined && !offersJson(headers.accept)
    ? { code: "NOT_ACCEPTABLE", detail: "Accept: application/json is offered" }
    : undefined;
};

export const mountRoute = (server: FastifyInstance, route: Route, options: ServerOptions): void => {
  const { transact, log, answerSeal } = options;
  const isWrite = !route.isRead;
  const answer = async (request: FastifyRequest) => {
    const read = readRequest(route, request);
    if (!read.isOk) return read;
    const { actor, id: requestId, url, ip: address, params, octets } = request;
    const headers = request.headers as Headers;
    if (actor === undefined) throw new Error("nobody was asked who this is");
    const asked = { actor, requestId, url, address, headers, params, octets, ...read.value };
    return await carryOut(transact, route, asked, answerSeal);
  };
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const answered = await withinTrace(request, () => answer(request)).catch((error: unknown) => {
      const failed = { requestId: request.id, route: route.path, isWrite };
      return { isOk: false, error: refusalOfFailure(error, failed, log) } as const;
    });
    if (answered.isOk) return sendAnswer(reply, answered.value);
    return sendProblem(reply, answered.error, request.id);
  };
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytesMax ?? limits.bodyBytesMax,
    onRequest: (request, reply, done) => {
      const refusal = refuseEarly(route, request);
      if (refusal === undefined) return done();
      sendProblem(reply, refusal, request.id);
    },
    handler,
  });
};
