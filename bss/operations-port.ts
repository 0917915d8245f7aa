// The port for those who run the business side: is it alive, is it ready, what does it count.
//
//   /livez    200 while the event loop turns: restart the process when it stops answering
//   /readyz   200, or 503 while any check fails; the body says which and why
//   /metrics  Prometheus text of this process

import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { reasonOf } from "./db/database-error.ts";
import { limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";

export type CheckOutcome = { readonly isOk: boolean; readonly detail: string };
export type Check = {
  readonly name: string;
  readonly check: () => CheckOutcome | Promise<CheckOutcome>;
};

export type OperationsPort = { readonly port: number; close(): Promise<void> };

/** Rejects with a one-line error when the port cannot be had; port 0 takes a free one. */
export const openOperationsPort = async (options: {
  readonly host: string;
  readonly port: number;
  readonly checks: readonly Check[];
  readonly metrics: Metrics;
}): Promise<OperationsPort> => {
  const { host, port, checks, metrics } = options;
  const server = fastify({ forceCloseConnections: true });
  answerProblems(server);
  server.get("/livez", async () => "alive\n");
  server.get("/readyz", async (_, reply) => {
    const outcomes = await Promise.all(checks.map(runCheck));
    const isReady = outcomes.every((outcome) => outcome.isOk);
    return reply.code(isReady ? 200 : 503).send({ isReady, checks: outcomes });
  });
  server.get("/metrics", async (_, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text());
  });
  try {
    await server.listen({ host, port });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : error;
    throw new Error(`BSS_OPS_PORT: cannot listen on ${host}:${port} (${reason})`);
  }
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
};

/** RFC 9457, whatever goes wrong. */
const answerProblems = (server: FastifyInstance): void => {
  const known = "expected GET /livez, /readyz or /metrics";
  server.addHook("onSend", async (_, reply) => {
    reply.header("Cache-Control", "no-store");
  });
  server.setNotFoundHandler((_, reply) =>
    reply
      .code(404)
      .type("application/problem+json")
      .send({ type: "about:blank", title: "Not Found", status: 404, detail: known }),
  );
  server.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const status = error.statusCode ?? 500;
    const title = status < 500 ? "Bad Request" : "Internal Server Error";
    return reply
      .code(status)
      .type("application/problem+json")
      .send({ type: "about:blank", title, status, detail: error.message });
  });
};

/** A check that hangs or throws is a check that fails: readiness always gets an answer. */
const runCheck = async ({ name, check }: Check) => {
  const patience = AbortSignal.timeout(limits.readinessCheckMsMax);
  const late = new Promise<CheckOutcome>((resolve) => {
    const detail = `no answer within ${limits.readinessCheckMsMax} ms`;
    patience.addEventListener("abort", () => resolve({ isOk: false, detail }));
  });
  try {
    return { name, ...(await Promise.race([Promise.resolve(check()), late])) };
  } catch (error) {
    return { name, isOk: false, detail: reasonOf(error) };
  }
};
