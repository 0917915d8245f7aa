// The listener of the HTTP doors: Fastify, and on it every route in the same way. Here are a
// request's bounds (size, time, rate), its id, who asks, and how a refusal is said; what is asked
// is carried out in carry-out.ts.

import type { AddressInfo, Socket } from "node:net";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import underPressure from "@fastify/under-pressure";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Actor } from "../context.ts";
import { isLockTimeout } from "../db/silent-transactions.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Transact } from "../transact.ts";
import { carryOut } from "./carry-out.ts";
import { type Answered, type Refusal, refuse } from "./problem.ts";
import { readJson } from "./read-body.ts";
import { queryRecord, readQuery } from "./read-query.ts";
import { refusalOfError } from "./refusal-of-error.ts";
import { requestIdOf } from "./request-id.ts";
import type { Route } from "./route.ts";
import { sendAnswer, sendProblem } from "./send-answer.ts";

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
  readonly now: () => number;
};

export type HttpServer = {
  /** For what else belongs on the same port (documentation, console). */
  readonly fastify: FastifyInstance;
  /** Rejects with a one-line error when the port cannot be had; port 0 takes a free one. */
  listen(at: { host: string; port: number }): Promise<{ port: number }>;
  /** What is under way is answered; nothing new is taken. */
  close(): Promise<void>;
};

declare module "fastify" {
  interface FastifyRequest {
    actor: Actor | undefined;
    refusal: Refusal | undefined;
    octets: Buffer | undefined;
  }
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Sent by itself as text when a body is of a type that a route takes as it is. */
const jsonTypes = ["application/json", "application/merge-patch+json"];

export const createServer = async (options: ServerOptions): Promise<HttpServer> => {
  const server = fastify({
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.connectionKeepAliveMs,
    forceCloseConnections: "idle",
    return503OnClosing: true,
    genReqId: ({ headers }) => requestIdOf(headers["x-request-id"], options.now()),
    http: { maxHeaderSize: limits.headerBytesMax },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: limits.urlLengthMax },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => {
      sendProblem(reply, refusalOfError(error) ?? unexpected(error, options.log), request.id);
    },
  });
  server.decorateRequest("actor", undefined);
  server.decorateRequest("refusal", undefined);
  server.decorateRequest("octets", undefined);
  await addGuards(server, options);
  addBodies(server);
  server.setErrorHandler((error: Error, request, reply) => {
    const refusal = refusalOfError(error) ?? unexpected(error, options.log, request);
    return sendProblem(reply, refusal, request.id);
  });
  const methodsByPath = new Map<string, string[]>();
  for (const route of options.routes) {
    const pattern = route.path.replace(/:\w+/g, "[^/]+");
    methodsByPath.set(pattern, [...(methodsByPath.get(pattern) ?? []), route.method]);
    mountRoute(server, route, options);
  }
  const patterns = [...methodsByPath].map(([text, methods]) => ({
    pattern: new RegExp(`^${text}/?$`),
    methods,
  }));
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const others = patterns.filter(({ pattern }) => pattern.test(path));
    const refused = refusePath(
      path,
      request.method,
      others.flatMap(({ methods }) => methods),
    );
    return sendProblem(reply, refused, request.id);
  });
  return {
    fastify: server,
    listen: (at) => listen(server, at),
    close: () => server.close(),
  };
};

const refusePath = (path: string, method: string, allowed: readonly string[]): Refusal =>
  allowed.length === 0
    ? { code: "NOT_FOUND", detail: `there is nothing at ${path.slice(0, 200)}` }
    : {
        code: "METHOD_NOT_ALLOWED",
        detail: `${method} is not for this; ${allowed.join(", ")} is`,
        headers: { allow: allowed.join(", ") },
      };

const unexpected = (error: Error, log: ServerOptions["log"], request?: FastifyRequest): Refusal => {
  const isBusy = isLockTimeout(error);
  const fields = { err: error, requestId: request?.id, route: request?.routeOptions.url };
  log[isBusy ? "warn" : "error"](fields, "a request failed");
  return isBusy
    ? {
        code: "UNAVAILABLE",
        detail: "another change is under way",
        headers: { "retry-after": "1" },
      }
    : { code: "INTERNAL_ERROR", detail: "it was logged by the id of this request" };
};

const listen = async (server: FastifyInstance, at: { host: string; port: number }) => {
  try {
    await server.listen({ host: at.host, port: at.port });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : error;
    throw new Error(`BSS_PORT: cannot listen on ${at.host}:${at.port} (${reason})`);
  }
  return { port: (server.server.address() as AddressInfo).port };
};

const addGuards = async (server: FastifyInstance, options: ServerOptions): Promise<void> => {
  server.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
  });
  await server.register(helmet, { contentSecurityPolicy: false });
  await server.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMsMax,
    retryAfter: 1,
  });
  server.addHook("onRequest", async (request) => {
    const headers = request.headers as Headers;
    const { ip: address, socket } = request;
    const actor = await options.authenticate({ headers, address, socket });
    if (actor.isOk) request.actor = actor.value;
    else request.refusal = actor.error;
  });
  // Only now, so that whoever makes up tokens is held to the rate of an address too.
  server.addHook("preParsing", async (request, reply) => {
    if (request.refusal !== undefined) return sendProblem(reply, request.refusal, request.id);
  });
  await server.register(rateLimit, {
    max: ({ actor }) =>
      actor === undefined || actor.kind === "anonymous"
        ? limits.requestsPerMinuteOfAddress
        : (actor.requestsPerMinuteMax ??
          options.requestsPerMinute ??
          limits.requestsPerMinuteDefault),
    timeWindow: "1 minute",
    keyGenerator: ({ actor, ip }) =>
      actor === undefined || actor.kind === "anonymous" ? `address:${ip}` : `actor:${actor.id}`,
    addHeadersOnExceeding: noRateHeaders,
    addHeaders: noRateHeaders,
  });
  const { observe } = options;
  if (observe === undefined) return;
  server.addHook("onResponse", async (request, reply) => {
    observe({
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1_000,
    });
  });
};

/** How much is left is said only when nothing is. */
const noRateHeaders = {
  "x-ratelimit-limit": false,
  "x-ratelimit-remaining": false,
  "x-ratelimit-reset": false,
} as const;

const addBodies = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    request.octets = body as Buffer;
    done(null, undefined);
  });
};

/** As the route takes it: JSON read strictly, or octets of a type that it names. */
const readBody = (route: Route, request: FastifyRequest): Answered<unknown> => {
  const given = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  const octets = request.octets ?? Buffer.alloc(0);
  if (route.body === undefined) {
    return octets.length === 0
      ? { isOk: true, value: undefined }
      : refuse("INVALID_REQUEST", "this request takes no body");
  }
  const types = route.bodyTypes ?? jsonTypes;
  if (given === undefined || !types.includes(given)) {
    const detail = `Content-Type: expected ${types.join(" or ")}`;
    return refuse("UNSUPPORTED_MEDIA_TYPE", detail, { headers: { accept: types.join(", ") } });
  }
  if (!jsonTypes.includes(given)) return { isOk: true, value: octets };
  const read = readJson(octets);
  return read.isOk ? read : refuse("MALFORMED_REQUEST", read.error);
};

const readRequest = (route: Route, request: FastifyRequest) => {
  const pairs = readQuery(request.raw.url ?? "");
  if (!pairs.isOk) return refuse("MALFORMED_REQUEST", pairs.error);
  const body = readBody(route, request);
  if (!body.isOk) return body;
  return { isOk: true, value: { query: queryRecord(pairs.value), body: body.value } } as const;
};

const offersJson = (accept: string | undefined): boolean =>
  accept === undefined || /\*\/\*|application\/(\*|json|problem\+json)/i.test(accept);

const mountRoute = (server: FastifyInstance, route: Route, options: ServerOptions): void => {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const refuseWith = (refusal: Refusal) => sendProblem(reply, refusal, request.id);
    if (route.answerTypes === undefined && !offersJson(request.headers.accept)) {
      return refuseWith({ code: "NOT_ACCEPTABLE", detail: "Accept: application/json is offered" });
    }
    const read = readRequest(route, request);
    if (!read.isOk) return refuseWith(read.error);
    const answer = await carryOut(options.transact, route, {
      actor: request.actor as Actor,
      requestId: request.id,
      url: request.url,
      address: request.ip,
      headers: request.headers as Headers,
      params: request.params,
      octets: request.octets,
      ...read.value,
    });
    return answer.isOk ? sendAnswer(reply, answer.value) : refuseWith(answer.error);
  };
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytesMax ?? limits.bodyBytesMax,
    handler,
  });
};
