// Errors that Fastify and its plugins throw, as refusals of ours: one table, so that no door says
// anything in another form. What is not in it is a defect, and is logged as one.

import type { ProblemCode, Refusal } from "./problem.ts";

const codes: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["CONTENT_TOO_LARGE", "the body is larger than this request takes"],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["MALFORMED_REQUEST", "Content-Length: not its length"],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["UNSUPPORTED_MEDIA_TYPE", "Content-Type: not a media type"],
  FST_ERR_BAD_URL: ["MALFORMED_REQUEST", "the path is not percent-encoded UTF-8"],
  FST_ERR_MAX_PARAM_LENGTH: ["URI_TOO_LONG", "a part of the path is too long"],
  FST_UNDER_PRESSURE: ["UNAVAILABLE", "too much to do at the moment"],
  ECONNRESET: ["MALFORMED_REQUEST", "the body was broken off"],
};

const byStatus: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  408: ["REQUEST_TIMEOUT", "the request did not come in time"],
  413: ["CONTENT_TOO_LARGE", "the body is larger than this request takes"],
  414: ["URI_TOO_LONG", "the address is too long"],
  429: ["TOO_MANY_REQUESTS", "so many requests in a minute are not taken from one asker"],
};

/** Undefined: nobody expects it. */
export const refusalOfError = (error: Error): Refusal | undefined => {
  const { code, statusCode } = error as Error & { code?: string; statusCode?: number };
  const known = codes[code ?? ""] ?? byStatus[statusCode ?? 0];
  return known === undefined ? undefined : { code: known[0], detail: known[1] };
};
