// The port for those who run the engine, apart from the one that charges: is it alive, is it ready,
// what does it count. Plain HTTP without authentication, bound to the same host as the listener.
//
//   /livez    200 while the event loop turns: restart the process when it stops answering
//   /readyz   200, or 503 while any check fails: send it no traffic; the body says which and why
//   /clock    what time it is in this installation, and whether and how far it was moved
//   /metrics  Prometheus text of this process

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { metrics } from "../metrics.ts";
import { isOnItsWay } from "../protocol/clock-value.ts";
import type { Clock } from "../store/clock.ts";
import { explainListenError } from "./listen-error.ts";

export type CheckOutcome = { readonly isOk: boolean; readonly detail: string };
export type Check = {
  readonly name: string;
  readonly check: () => CheckOutcome | Promise<CheckOutcome>;
};

export type ShownClock = Pick<Clock, "isMovable" | "now" | "standing">;
export type OperationsPort = { readonly port: number; close(): Promise<void> };

/** Rejects with a one-line error when the port cannot be had; port 0 takes a free one. */
export const openOperationsPort = async (options: {
  readonly host: string;
  readonly port: number;
  readonly checks: readonly Check[];
  readonly clock: ShownClock;
  readonly log: Log;
}): Promise<OperationsPort> => {
  const { host, port, checks, clock, log } = options;
  metrics.watchProcess();
  const server = createServer(
    { requestTimeout: limits.operationsRequestMsMax },
    (request, response) => {
      answer(request, response, { checks, clock }).catch((error: unknown) => {
        log.error({ err: error, path: request.url }, "the operations port could not answer");
        response.destroy();
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(new Error(explainListenError({ what: "ENGINE_OPS_PORT", host, port, error })));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const paths: readonly string[] = ["/livez", "/readyz", "/clock", "/metrics"];

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  { checks, clock }: { readonly checks: readonly Check[]; readonly clock: ShownClock },
) => {
  const path = request.url?.split("?", 1)[0];
  if (path === undefined || !paths.includes(path)) {
    sendProblem(response, 404, "Not Found", "expected /livez, /readyz, /clock or /metrics");
  } else if (request.method !== "GET") {
    response.setHeader("Allow", "GET");
    sendProblem(response, 405, "Method Not Allowed", `${path} takes GET only`);
  } else if (path === "/livez") {
    send(response, 200, "text/plain; charset=utf-8", "alive\n");
  } else if (path === "/readyz") {
    const outcomes = await Promise.all(checks.map(runCheck));
    const isReady = outcomes.every((outcome) => outcome.isOk);
    send(response, isReady ? 200 : 503, "application/json", toJson({ isReady, checks: outcomes }));
  } else if (path === "/clock") {
    send(response, 200, "application/json", toJson(shown(clock)));
  } else {
    send(response, 200, metrics.contentType, await metrics.text());
  }
};

const shown = ({ isMovable, now, standing }: ShownClock) => {
  const { offsetMs, revision } = standing();
  const [at, isMoving] = [new Date(now()).toISOString(), isOnItsWay(standing())];
  return { now: at, isMovable, isMoving, offsetMs, revision };
};

/** A check that hangs or throws is a check that fails: readiness always gets an answer. */
const runCheck = async ({ name, check }: Check) => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<CheckOutcome>((resolve) => {
    const detail = `no answer within ${limits.readinessCheckMsMax} ms`;
    timer = setTimeout(resolve, limits.readinessCheckMsMax, { isOk: false, detail });
  });
  try {
    return { name, ...(await Promise.race([Promise.resolve(check()), timeout])) };
  } catch (error) {
    return { name, isOk: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
};

const sendProblem = (response: ServerResponse, status: number, title: string, detail: string) => {
  const problem = { type: "about:blank", title, status, detail };
  send(response, status, "application/problem+json", toJson(problem));
};

const toJson = (body: object) => `${JSON.stringify(body)}\n`;

const send = (response: ServerResponse, status: number, contentType: string, body: string) => {
  response.writeHead(status, {
    "Content-Type": contentType,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
  });
  response.end(body);
};
