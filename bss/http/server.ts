// The listener of the HTTP doors: Fastify, and on it every route in the same way. Here are a
// request's bounds (size, time), its id, and how it all ends; who asks is found out in guards.ts,
// what is asked is carried out in carry-out.ts.

import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { limits } from "../limits.ts";
import { answerClientError } from "./client-error.ts";
import { addGuards } from "./guards.ts";
import { mountRoute } from "./mount-route.ts";
import type { Refusal } from "./problem.ts";
import { addBodies } from "./read-request.ts";
import { refusalOfError } from "./refusal-of-error.ts";
import { refusalOfFailure } from "./refusal-of-failure.ts";
import { requestIdOf } from "./request-id.ts";
import { sendProblem } from "./send-answer.ts";
import type { DoorTls, HttpObserver, ServerOptions } from "./server-options.ts";
import { addTracing } from "./tracing.ts";

export type { AskerOf, DoorTls, HttpObserver, ServerOptions } from "./server-options.ts";

const bounds = {
  maxHeaderSize: limits.headerBytesMax,
  headersTimeout: limits.headersMsMax,
  connectionsCheckingInterval: limits.connectionsCheckedMs,
} as const;

export type HttpServer = {
  /** For what else belongs on the same port (documentation, console). */
  readonly fastify: FastifyInstance;
  /** Rejects with a one-line error when the port cannot be had; port 0 takes a free one. */
  listen(at: { host: string; port: number }): Promise<{ port: number }>;
  /** What is under way is answered; nothing new is taken. */
  close(): Promise<void>;
};

export const createServer = async (options: ServerOptions): Promise<HttpServer> => {
  const { log, now } = options;
  const refusalOf = (error: Error, request: FastifyRequest): Refusal =>
    refusalOfError(error) ??
    refusalOfFailure(
      error,
      { requestId: request.id, route: request.routeOptions.url ?? "none", isWrite: false },
      log,
    );
  const server = fastify({
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.connectionKeepAliveMs,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    genReqId: ({ headers }) => requestIdOf(headers["x-request-id"], now()),
    http: bounds,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: limits.urlLengthMax },
    exposeHeadRoutes: true,
    ...httpsOf(options.tls),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, now()),
    frameworkErrors: (error, request, reply) => {
      sendProblem(reply, refusalOf(error, request), request.id);
    },
  });
  server.server.maxConnections = limits.connectionsMax;
  server.decorateRequest("actor", undefined);
  server.decorateRequest("octets", undefined);
  addTracing(server);
  await addGuards(server, options);
  addBodies(server);
  if (options.observe !== undefined) addObserver(server, options.observe);
  server.setErrorHandler((error: Error, request, reply) =>
    sendProblem(reply, refusalOf(error, request), request.id),
  );
  const methodsByPath = new Map<string, string[]>();
  for (const route of options.routes) {
    const pattern = route.path.replace(/:\w+/g, "[^/]+");
    const methods = route.method === "GET" ? ["GET", "HEAD"] : [route.method];
    methodsByPath.set(pattern, [...(methodsByPath.get(pattern) ?? []), ...methods]);
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
    close: () => close(server),
  };
};

/** A certificate that nobody vouches for is none: the socket says which (`authorized`). */
const httpsOf = (tls: DoorTls | undefined) => {
  if (tls === undefined) return {};
  const { key, cert, ca } = tls;
  const asking = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false };
  return { https: { key, cert, ...asking, ...bounds } };
};

const refusePath = (path: string, method: string, allowed: readonly string[]): Refusal =>
  allowed.length === 0
    ? { code: "NOT_FOUND", detail: `there is nothing at ${path.slice(0, 200)}` }
    : {
        code: "METHOD_NOT_ALLOWED",
        detail: `${method} is not for this; ${allowed.join(", ")} is`,
        headers: { allow: allowed.join(", ") },
      };

/**
 * What is under way is answered, and its connection ends with that (send-answer.ts); nothing new is
 * taken. Who is not done in time is cut off.
 */
const close = async (server: FastifyInstance): Promise<void> => {
  const late = setTimeout(() => server.server.closeAllConnections(), limits.closeMsMax);
  await server.close();
  clearTimeout(late);
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

const addObserver = (server: FastifyInstance, observe: HttpObserver): void => {
  server.addHook("onResponse", async (request, reply) => {
    observe({
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1_000,
    });
  });
};
