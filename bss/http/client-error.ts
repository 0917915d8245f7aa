// What is no HTTP, or not in time, never becomes a request: it is answered on its bare socket, in
// the same form as everything else, and the connection ends.

import type { Socket } from "node:net";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type ProblemCode, problemOf, statusOf } from "./problem.ts";

const phrases: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
};

const codes: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ["HEADERS_TOO_LARGE", "the address and the headers are too large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["CONTENT_TOO_LARGE", "the extensions of a chunk are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: ["REQUEST_TIMEOUT", "the request did not come in time"],
};

export const answerClientError = (
  error: Error & { readonly code?: string },
  socket: Socket,
  now: number,
): void => {
  // Whoever hung up hears nothing; whoever is hearing an answer is not told two.
  if (error.code === "ECONNRESET" || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const [code, detail] = codes[error.code ?? ""] ?? ["MALFORMED_REQUEST", "this is no HTTP/1.1"];
  const body = JSON.stringify(problemOf({ code, detail }, uuidV7(now)));
  const status = statusOf(code);
  socket.end(
    [
      `HTTP/1.1 ${status} ${phrases[status]}`,
      "Content-Type: application/problem+json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Cache-Control: no-store",
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
};
