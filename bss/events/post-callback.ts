// One attempt: a POST to a subscriber, and what came of it. It takes `limits.callbackMsMax` at the
// most, whatever the other side does: says nothing, trickles, answers without an end, resets.

import { type IncomingMessage, request as requestByHttp } from "node:http";
import { request as requestByHttps } from "node:https";
import type { Socket } from "node:net";
import { limits } from "../limits.ts";
import type { CallbackConnections } from "./callback-connections.ts";

export type CallbackAnswer = {
  /** Undefined: none came. */
  readonly code: number | undefined;
  /** Of the answer's text, or why there was none. */
  readonly excerpt: string;
  readonly retryAfter: string | undefined;
};

export type CallbackPost = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Stops it midway. */
  readonly signal: AbortSignal;
};

export const postCallback = async (
  connections: CallbackConnections,
  post: CallbackPost,
): Promise<CallbackAnswer> => {
  try {
    const first = await attempt(connections, post);
    // A connection that was kept was closed just when it was used: nothing of it was read.
    const outcome = first === "stale" ? await attempt(connections, post) : first;
    return outcome === "stale" ? unanswered("the connection was closed") : outcome;
  } catch (error) {
    // What Node's client does not take for a request at all.
    return unanswered(reasonOf(error as Error));
  }
};

const unanswered = (excerpt: string): CallbackAnswer => ({
  code: undefined,
  excerpt,
  retryAfter: undefined,
});

const attempt = (
  connections: CallbackConnections,
  { url, headers, body, signal }: CallbackPost,
): Promise<CallbackAnswer | "stale"> =>
  new Promise((resolve) => {
    const send = url.protocol === "https:" ? requestByHttps : requestByHttp;
    const octets = Buffer.from(body);
    const request = send(url, {
      ...connections.optionsFor(url),
      method: "POST",
      headers: { ...headers, "content-length": octets.length },
      signal,
    });
    const late = setTimeout(
      () => request.destroy(new Error("no answer in time")),
      limits.callbackMsMax,
    );
    let isAnswered = false;
    const settle = (outcome: CallbackAnswer | "stale") => {
      clearTimeout(late);
      resolve(outcome);
    };
    request.on("socket", (socket: Socket) => {
      const check = () => {
        const address = socket.remoteAddress ?? "";
        if (!connections.isAllowed(address)) {
          request.destroy(new Error("the connection leads to an address that is not called"));
        }
      };
      if (socket.connecting) socket.once("connect", check);
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      if (isAnswered) return;
      const isStale = request.reusedSocket && error.code === "ECONNRESET" && !signal.aborted;
      settle(isStale ? "stale" : unanswered(reasonOf(error)));
    });
    request.on("response", (response) => {
      isAnswered = true;
      void readExcerpt(response).then((excerpt) => {
        // What is not read to its end is of no use for the next delivery.
        if (!response.complete) request.destroy();
        const retryAfter = response.headers["retry-after"];
        settle({ code: response.statusCode, excerpt, retryAfter });
      });
    });
    request.end(octets);
  });

/** What there is of it, when it stops before its end; it never rejects. */
const readExcerpt = async (response: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response) {
      parts.push(part);
      length += part.length;
      if (length >= limits.callbackAnswerBytesMax) break;
    }
  } catch {
    // The status has come, and it is all that counts.
  }
  return textOf(Buffer.concat(parts));
};

/** As Postgres and a person can read it. */
const textOf = (octets: Buffer): string =>
  octets
    .toString("utf8", 0, limits.callbackAnswerBytesMax)
    .slice(0, limits.callbackExcerptCharactersMax)
    .replace(/[^\P{C}\n]/gu, " ");

/** Of several addresses that all refused the message is empty. */
const reasonOf = ({ message, code }: NodeJS.ErrnoException): string =>
  textOf(Buffer.from(message === "" ? (code ?? "the connection failed") : message));
