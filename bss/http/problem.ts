// Every refusal of the HTTP doors: one table of codes with their status and title. A verb returns a
// refusal; the door says it as application/problem+json (RFC 9457) with `code`, the places it is
// about as JSON pointers (RFC 6901), and the id of the request.

import { err, type Result } from "../../engine/values/result.ts";

export const problemKinds = {
  MALFORMED_REQUEST: [400, "The request cannot be read"],
  INVALID_REQUEST: [400, "The request is not valid"],
  UNAUTHENTICATED: [401, "Who asks is not known"],
  FORBIDDEN: [403, "This is not allowed"],
  NOT_FOUND: [404, "There is no such thing"],
  METHOD_NOT_ALLOWED: [405, "This method is not for this resource"],
  NOT_ACCEPTABLE: [406, "No such media type is offered"],
  REQUEST_TIMEOUT: [408, "The request did not come in time"],
  CONFLICT: [409, "It contradicts what is there"],
  IDEMPOTENCY_CONFLICT: [409, "The key was used for another request"],
  IDEMPOTENCY_IN_PROGRESS: [409, "The same request is being carried out"],
  PRECONDITION_FAILED: [412, "It has changed since"],
  CONTENT_TOO_LARGE: [413, "The body is too large"],
  URI_TOO_LONG: [414, "The address is too long"],
  UNSUPPORTED_MEDIA_TYPE: [415, "This media type is not read here"],
  UNPROCESSABLE: [422, "It can be read but not done"],
  TOO_MANY_REQUESTS: [429, "Too many requests"],
  HEADERS_TOO_LARGE: [431, "The headers are too large"],
  INTERNAL_ERROR: [500, "Something is wrong on this side"],
  UNAVAILABLE: [503, "Not at the moment"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof problemKinds;

/** Where in the request: a JSON pointer into the body, or `?name`, `{name}`, `Header`. */
export type Place = { readonly pointer: string; readonly detail: string };

export type Refusal = {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly Place[];
  readonly headers?: Readonly<Record<string, string>>;
};

export type Answered<T> = Result<T, Refusal>;

export const refuse = (
  code: ProblemCode,
  detail: string,
  rest: Omit<Refusal, "code" | "detail"> = {},
): Result<never, Refusal> => err({ code, detail, ...rest });

export const statusOf = (code: ProblemCode): number => problemKinds[code][0];

/** The body; `type` names the code and is not meant to be fetched. */
export const problemOf = ({ code, detail, errors }: Refusal, requestId: string) => ({
  type: `urn:tollgate:problem:${code.toLowerCase().replaceAll("_", "-")}`,
  title: problemKinds[code][1],
  status: statusOf(code),
  detail,
  code,
  instance: `urn:tollgate:request:${requestId}`,
  requestId,
  ...(errors === undefined ? {} : { errors }),
});
