// What a subscriber reads of an event.

import { expect, test } from "vitest";
import { eventBody } from "./event-body.ts";

test("an event is delivered as TMF630 has it, its resource under its name", () => {
  const body = eventBody({
    id: "0190b6f0-0000-7000-8000-000000000000",
    at: Date.parse("2026-11-22T10:00:00Z"),
    eventType: "ProductOfferingStateChangeEvent",
    domain: "productCatalogManagement",
    resourceName: "productOffering",
    resourceId: "42",
    correlationId: 'request "1"',
    resource: '{"id":"42","name":"é"}',
  });
  expect(JSON.parse(body)).toEqual({
    eventId: "0190b6f0-0000-7000-8000-000000000000",
    eventTime: "2026-11-22T10:00:00.000Z",
    eventType: "ProductOfferingStateChangeEvent",
    correlationId: 'request "1"',
    domain: "productCatalogManagement",
    title: "Product offering state change event",
    description: "Product offering state change event: productOffering 42",
    priority: "normal",
    event: { productOffering: { id: "42", name: "é" } },
  });
});
