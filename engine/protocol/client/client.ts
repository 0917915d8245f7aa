// The client library: a method for each operation of the table, over as many connections as there
// are endpoints. It repeats what may be repeated, with the same key, until the deadline; it never
// gives a request a new key. So a result is an answer, a refusal that is final, or
// OUTCOME_UNKNOWN, after which the caller may make the same request again.

import type { Result } from "../../values/result.ts";
import { readServerMessage, type WireMessage } from "../messages.ts";
import {
  type AnswerOf,
  type OperationName,
  operationNames,
  type RequestOf,
} from "../operations.ts";
import { type Refusal, resultCodes } from "../result-codes.ts";
import { type Calls, closeCalls, onAnswer, onDown, startCall, sweep } from "./calls.ts";
import { type KeptLink, keepLink } from "./kept-link.ts";
import { createPushes, type Pushes, type PushHandler } from "./pushes.ts";
import { type CheckedSettings, type ClientSettings, checkSettings } from "./settings.ts";

export type CallOptions = { readonly deadlineMs?: number };

export type Client = {
  readonly [N in OperationName]: (
    request: RequestOf<N>,
    options?: CallOptions,
  ) => Promise<Result<AnswerOf<N>, Refusal>>;
} & {
  /**
   * What to do when an engine has a session ask anew. The library acknowledges by itself; without a
   * handler it does not, so that another connection of the network element may hear of it.
   */
  readonly onReauthorize: (handler: PushHandler<"reauthorize">) => void;
  /** The same for sessions that are to end. */
  readonly onAbort: (handler: PushHandler<"abort">) => void;
  /** How many connections take requests now. */
  readonly connectionsUp: () => number;
  /** Every call without an outcome gets one at once; resolves when the connections are closed. */
  readonly close: () => Promise<void>;
};

/** Connects at once; a request made before a connection is up waits for one until its deadline. */
export function createClient(given: ClientSettings): Client {
  const settings = checkSettings(given);
  const calls: Calls = {
    settings,
    links: [],
    open: new Map(),
    lastCorrelation: 0,
    sweeper: undefined,
    lastProblem: "",
    isClosed: false,
  };
  const pushes = createPushes((noticeId, resultCode) => {
    const request = { noticeId, resultCode };
    // Should it not arrive, the notice comes again.
    void startCall(calls, "acknowledgeNotice", request, settings.deadlineMs);
  });
  const { endpoints, connectionsPerEndpoint } = settings;
  for (let i = 0; i < endpoints.length * connectionsPerEndpoint; i++)
    calls.links.push(connect(calls, pushes, endpoints[i % endpoints.length] as string, i));
  const methods = operationNames.map((operation) => [
    operation,
    (request: RequestOf<OperationName>, options?: CallOptions) =>
      startCall(calls, operation, request, options?.deadlineMs ?? settings.deadlineMs),
  ]);
  return {
    ...Object.fromEntries(methods),
    onReauthorize: (handler) => {
      pushes.handlers.reauthorize = handler;
    },
    onAbort: (handler) => {
      pushes.handlers.abort = handler;
    },
    connectionsUp: () => calls.links.filter((link) => link.isUp).length,
    close: () => closeCalls(calls),
  };
}

function connect(calls: Calls, pushes: Pushes, endpoint: string, seed: number): KeptLink {
  const { settings } = calls;
  return keepLink(endpoint, seed, settings, {
    onUp() {
      settings.onConnection({ endpoint, isUp: true, reason: "connected" });
      sweep(calls);
    },
    onAnswer: (link, correlation, wire) => onAnswer(calls, link, correlation, wire),
    onNotice: (link, wire) => onNotice(settings, pushes, link, wire),
    onDown(link, reason) {
      onDown(calls, link, reason);
      settings.onConnection({ endpoint, isUp: false, reason });
    },
  });
}

function onNotice(
  settings: CheckedSettings,
  pushes: Pushes,
  link: KeptLink,
  wire: WireMessage,
): void {
  const message = readServerMessage(wire);
  if (message.kind === "reauthorize" || message.kind === "abort") void pushes.receive(message);
  if (message.kind !== "notice") return;
  if (message.notice.resultCode === resultCodes.SHUTTING_DOWN.number) link.drain();
  settings.onNotice(message.notice, link.endpoint);
}
