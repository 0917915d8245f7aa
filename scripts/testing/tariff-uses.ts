// Uses by chance to which documents of tariff-documents.ts have something to say: what the network
// tells, and when.

import fc from "fast-check";
import type { PriceContext } from "../../engine/rating/price-context.ts";
import { networkCodes, phoneNumbers, said } from "./tariff-documents.ts";

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
export const priceContexts: fc.Arbitrary<PriceContext> = fc.record({
  calledNumber: maybe(phoneNumbers),
  callingNumber: maybe(phoneNumbers),
  servingNetwork: maybe(networkCodes),
  ratType: maybe(fc.constantFrom(...said.ratTypes, "GERA")),
  slice: maybe(fc.constantFrom(...said.slices, "3")),
  dnn: maybe(fc.constantFrom(...said.dnns, "other")),
  serviceId: maybe(fc.constantFrom(...said.services, "other")),
  qos: maybe(fc.constantFrom(...said.qos, "other")),
});
/** Over a year of holidays and clock changes. */
export const tariffInstants = fc.integer({
  min: Date.UTC(2026, 11, 25),
  max: Date.UTC(2028, 0, 5),
});
