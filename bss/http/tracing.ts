// A span for each request (OpenTelemetry's conventions for HTTP servers), by its API alone: without
// an SDK in the process it does nothing. What the verbs do is within it.

import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Context as TraceContext,
  trace,
} from "@opentelemetry/api";
import type { FastifyInstance, FastifyRequest } from "fastify";

export type RequestTrace = { readonly span: Span; readonly within: TraceContext };

export const addTracing = (server: FastifyInstance): void => {
  const tracer = trace.getTracer("tollgate.bss");
  server.decorateRequest("trace", undefined);
  server.addHook("onRequest", (request, _, done) => {
    const parent = propagation.extract(context.active(), request.headers);
    const span = tracer.startSpan(request.method, { kind: SpanKind.SERVER }, parent);
    request.trace = { span, within: trace.setSpan(parent, span) };
    done();
  });
  server.addHook("onResponse", (request, reply, done) => {
    const span = request.trace?.span;
    if (span?.isRecording()) endSpan(span, request, reply.statusCode);
    done();
  });
};

const endSpan = (span: Span, request: FastifyRequest, status: number): void => {
  const { url: route } = request.routeOptions;
  if (route !== undefined) span.updateName(`${request.method} ${route}`);
  span.setAttributes({
    "http.request.method": request.method,
    ...(route === undefined ? {} : { "http.route": route }),
    "http.response.status_code": status,
    "tollgate.request_id": request.id,
  });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
};

export const withinTrace = <T>({ trace: traced }: FastifyRequest, work: () => T): T =>
  traced === undefined ? work() : context.with(traced.within, work);
