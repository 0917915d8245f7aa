// Every request of a client that has no outcome yet, by correlation: bounded, sent over the
// preferred connection, matched with its answer, put back after a retryable refusal or a lost
// connection, and ended at its deadline. One timer serves them all.

import { limits } from "../../limits.ts";
import { err, ok, type Result } from "../../values/result.ts";
import { readRequest, readServerMessage, requestMessage, type WireMessage } from "../messages.ts";
import type { OperationName, RequestOf } from "../operations.ts";
import { type Refusal, refusal } from "../result-codes.ts";
import { type Call, isRetried, outcomeOf, putBack } from "./call.ts";
import type { KeptLink } from "./kept-link.ts";
import type { CheckedSettings } from "./settings.ts";
import { affinityOf, choose } from "./spread.ts";

export type Calls = {
  readonly settings: CheckedSettings;
  readonly links: KeptLink[];
  readonly open: Map<number, Call>;
  lastCorrelation: number;
  sweeper: NodeJS.Timeout | undefined;
  /** Why the last connection went down or never came up. */
  lastProblem: string;
  isClosed: boolean;
};

/** Starts a request; what can be told at once is told at once. Never rejects. */
export function startCall(
  calls: Calls,
  operation: OperationName,
  request: RequestOf<OperationName>,
  deadlineMs: number,
): Promise<Result<never, Refusal>> {
  const { open, settings } = calls;
  if (calls.isClosed) return Promise.resolve(err(refusal("UNREACHABLE", "the client is closed")));
  if (open.size >= settings.inFlightMax) {
    const detail = `${open.size} requests of this client in flight`;
    return Promise.resolve(err(refusal("TOO_BUSY", detail, limits.retryAfterMs)));
  }
  const correlation = nextCorrelation(calls);
  const message = requestMessage(operation, correlation, request);
  // Checked here already: one value that is no MessagePack would spoil a frame shared with others.
  const refused = readRequest(message).refusal;
  if (refused !== undefined) return Promise.resolve(err(refused));
  return new Promise((resolve) => {
    const call: Call = {
      operation,
      correlation,
      message,
      affinity: affinityOfRequest(request),
      deadlineAt: performance.now() + deadlineMs,
      resolve,
      on: undefined,
      retryAt: 0,
      attempts: 0,
      isUncertain: false,
      lastRefusal: undefined,
    };
    open.set(correlation, call);
    calls.sweeper ??= setInterval(sweep, limits.clientSweepMs, calls);
    send(calls, call);
  });
}

/** From 1 to 2^32 - 1 and round again, past those that are still open. */
function nextCorrelation(calls: Calls): number {
  do calls.lastCorrelation = (calls.lastCorrelation % 0xffff_ffff) + 1;
  while (calls.open.has(calls.lastCorrelation));
  return calls.lastCorrelation;
}

/** Whose profile it needs: the subscriber's or the account's. */
function affinityOfRequest(request: RequestOf<OperationName>): number {
  if ("subscriberIdentifier" in request) return affinityOf(request.subscriberIdentifier);
  return "accountId" in request ? affinityOf(request.accountId) : 0;
}

/** Where no connection is up, the call waits for one. */
function send(calls: Calls, call: Call): void {
  const link = choose(calls.links, call.affinity);
  if (link === undefined) return;
  call.on = link;
  call.attempts++;
  link.send(call.message);
}

export function onAnswer(
  calls: Calls,
  link: KeptLink,
  correlation: number,
  wire: WireMessage,
): void {
  const call = calls.open.get(correlation);
  // Given up at its deadline, or sent elsewhere since.
  if (call === undefined || call.on !== link) return;
  const message = readServerMessage(wire);
  if (message.kind === "answer" && message.operation === call.operation) {
    end(calls, call, ok(message.answer as never));
  } else if (message.kind === "refusal") {
    onRefusal(calls, call, link, message.refusal);
  } else {
    const detail =
      message.kind === "unreadable" ? message.detail : "the answer of another operation";
    end(calls, call, err(refusal("OUTCOME_UNKNOWN", `the answer cannot be read: ${detail}`)));
  }
}

function onRefusal(calls: Calls, call: Call, link: KeptLink, refused: Refusal): void {
  if (refused.code === "SHUTTING_DOWN") link.drain();
  if (!isRetried(call, refused)) end(calls, call, err(refused));
  else if (!putBack(call, performance.now(), refused.retryAfterMs))
    end(calls, call, outcomeOf(call, "no time left for another attempt"));
}

/** What was sent over a lost connection may have been carried out: it is sent again, same key. */
export function onDown(calls: Calls, link: KeptLink, reason: string): void {
  calls.lastProblem = `${link.endpoint}: ${reason}`;
  const now = performance.now();
  for (const call of calls.open.values()) {
    if (call.on !== link) continue;
    call.isUncertain = true;
    putBack(call, now, 0);
  }
}

/** Sends what is due, ends what is overdue. */
export function sweep(calls: Calls): void {
  const now = performance.now();
  for (const call of calls.open.values()) {
    if (now >= call.deadlineAt) end(calls, call, outcomeOf(call, deadlineDetail(calls, call)));
    else if (call.on === undefined && now >= call.retryAt) send(calls, call);
  }
  if (calls.open.size > 0) return;
  clearInterval(calls.sweeper);
  calls.sweeper = undefined;
}

function deadlineDetail({ lastProblem, links }: Calls, call: Call): string {
  if (call.on !== undefined) return `no answer from ${call.on.endpoint} within the deadline`;
  const isAnyUp = links.some((link) => link.isUp);
  return isAnyUp ? "the deadline has passed" : `no connection: ${lastProblem || "none yet"}`;
}

function end(calls: Calls, call: Call, result: Result<never, Refusal>): void {
  calls.open.delete(call.correlation);
  call.resolve(result);
}

/** Every call gets the outcome that is known of it now. */
export async function closeCalls(calls: Calls): Promise<void> {
  calls.isClosed = true;
  for (const call of calls.open.values())
    end(calls, call, outcomeOf(call, "the client was closed"));
  clearInterval(calls.sweeper);
  await Promise.all(calls.links.map((link) => link.close()));
}
