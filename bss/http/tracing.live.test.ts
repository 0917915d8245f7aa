// What an SDK of OpenTelemetry is told of a request; the least of one stands in for it here, at the
// same API.

import {
  type Attributes,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { openDoors } from "../../scripts/testing/doors-of-test.ts";
import { defineRoute } from "./route.ts";

const file = databaseOfFile();

type Told = {
  name: string;
  parent: SpanContext | undefined;
  attributes: Attributes;
  isError: boolean;
};

const collect = (): Told[] => {
  const ended: Told[] = [];
  const start = (name: string, parent: SpanContext | undefined): Span => {
    const told: Told = { name, parent, attributes: {}, isError: false };
    const span = {
      spanContext: () => ({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 }),
      isRecording: () => true,
      updateName: (other: string) => {
        told.name = other;
        return span;
      },
      setAttributes: (attributes: Attributes) => {
        Object.assign(told.attributes, attributes);
        return span;
      },
      setStatus: ({ code }: { code: SpanStatusCode }) => {
        told.isError = code === SpanStatusCode.ERROR;
        return span;
      },
      end: () => void ended.push(told),
    } as unknown as Span;
    return span;
  };
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: (name, _, context = ROOT_CONTEXT) => start(name, trace.getSpanContext(context)),
      startActiveSpan: () => {
        throw new Error("not asked for");
      },
    }),
  });
  propagation.setGlobalPropagator({
    inject: () => undefined,
    extract: (context, carrier, getter) => {
      const [, traceId = "", spanId = "", flags] = String(getter.get(carrier, "traceparent")).split(
        "-",
      );
      if (flags === undefined) return context;
      return trace.setSpanContext(context, { traceId, spanId, traceFlags: 1, isRemote: true });
    },
    fields: () => ["traceparent"],
  });
  onTestFinished(() => {
    trace.disable();
    propagation.disable();
  });
  return ended;
};

const thing = defineRoute({
  ...{ method: "GET", path: "/api/things/:id", tag: "Test", summary: "one" },
  ...{ permission: "customer:read", params: z.strictObject({ id: z.string() }) },
  answers: { 200: z.unknown() },
  handle: async (_, { params }) => {
    if (params.id === "fails") throw new Error("fails");
    return ok({ status: 200, body: params });
  },
});

test("each request is a span by its route, within the asker's trace, without the ids", async () => {
  const spans = collect();
  const { ask } = await openDoors(file.url, () => [thing]);
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const headers = { traceparent, "x-request-id": "request-1" };
  await ask("GET", "/api/things/somebody", { headers });
  await ask("GET", "/api/things/fails");
  await ask("GET", "/nowhere");
  expect(spans).toMatchObject([
    {
      ...{ name: "GET /api/things/:id", isError: false },
      parent: { traceId: "a".repeat(32), spanId: "b".repeat(16) },
      attributes: {
        ...{ "http.request.method": "GET", "http.route": "/api/things/:id" },
        ...{ "http.response.status_code": 200, "tollgate.request_id": "request-1" },
      },
    },
    { isError: true, parent: undefined, attributes: { "http.response.status_code": 500 } },
    { name: "GET", isError: false, attributes: { "http.response.status_code": 404 } },
  ]);
  expect(JSON.stringify(spans)).not.toContain("somebody");
});
