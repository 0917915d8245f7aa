// What a request says, as its route takes it: the query strictly, the body as JSON read strictly or
// as octets of a type that the route names.

import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Answered, refuse } from "./problem.ts";
import { readJson } from "./read-body.ts";
import { queryRecord, readQuery } from "./read-query.ts";
import type { Route } from "./route.ts";

const jsonTypes = ["application/json", "application/merge-patch+json"];

/** All types are taken as octets here: what a route makes of them is its own. */
export const addBodies = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    request.octets = body as Buffer;
    done(null, undefined);
  });
};

/** RFC 9110 §8.4: what is compressed is not read. JSON is UTF-8 and nothing else (RFC 8259). */
const codingProblem = ({ headers }: FastifyRequest): Answered<never> | undefined => {
  const coding = headers["content-encoding"]?.trim().toLowerCase();
  if (coding !== undefined && coding !== "" && coding !== "identity") {
    const detail = "Content-Encoding: expected none";
    return refuse("UNSUPPORTED_MEDIA_TYPE", detail, { headers: { "accept-encoding": "identity" } });
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers["content-type"] ?? "")?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset)
    ? undefined
    : refuse("UNSUPPORTED_MEDIA_TYPE", "Content-Type: expected charset=utf-8");
};

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
  const coding = codingProblem(request);
  if (coding !== undefined) return coding;
  if (!jsonTypes.includes(given)) return { isOk: true, value: octets };
  const read = readJson(octets);
  return read.isOk ? read : refuse("MALFORMED_REQUEST", read.error);
};

export const readRequest = (route: Route, request: FastifyRequest) => {
  const pairs = readQuery(request.raw.url ?? "");
  if (!pairs.isOk) return refuse("MALFORMED_REQUEST", pairs.error);
  // As in the query: Postgres keeps no NUL, and no id has one.
  if (Object.values(request.params as Record<string, string>).some((one) => one.includes("\0"))) {
    return refuse("MALFORMED_REQUEST", "the path has a NUL in it");
  }
  const body = readBody(route, request);
  if (!body.isOk) return body;
  return { isOk: true, value: { query: queryRecord(pairs.value), body: body.value } } as const;
};
