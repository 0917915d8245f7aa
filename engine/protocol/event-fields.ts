// Fields of what is charged at once: a use in one message, what giving it back or asking its price
// takes and tells, and what else is known of any use.

import { limits } from "../limits.ts";
import * as f from "./fields.ts";

export const serviceInformation = f.optional(
  f.nullable(
    f.struct({
      calledPartyAddress: f.nullable(f.identifier),
      /** MCC and MNC of the visited network, as 26201. */
      servingNetwork: f.nullable(f.identifier),
      callingPartyAddress: f.optional(f.nullable(f.identifier), null),
      /** TS 29.571, as NR or EUTRA. */
      ratType: f.optional(f.nullable(f.identifier), null),
      /** SST, or SST-SD, as 1-000001. */
      singleNssai: f.optional(f.nullable(f.identifier), null),
      dataNetworkName: f.optional(f.nullable(f.identifier), null),
      serviceIdentifier: f.optional(f.nullable(f.identifier), null),
      /** As 5QI 9. */
      qosClass: f.optional(f.nullable(f.identifier), null),
    }),
  ),
  null,
);

const usedUnits = f.list(
  f.struct({ ratingGroup: f.uint32, usedUnit: f.amount }),
  limits.ratingGroupsPerRequestMax,
);

export const event = {
  request: {
    requestId: f.identifier,
    subscriberIdentifier: f.identifier,
    eventTimestamp: f.timestamp,
    usedUnits,
    serviceInformation,
  },
  answer: { cost: f.amount },
} as const;

export const refund = {
  request: {
    requestId: f.identifier,
    subscriberIdentifier: f.identifier,
    eventTimestamp: f.timestamp,
    refundedRequestId: f.identifier,
    /** Empty: all that was not given back yet. */
    usedUnits: f.optional(usedUnits, []),
  },
  answer: {
    refundedCost: f.amount,
    refundedUnits: f.list(
      f.struct({ ratingGroup: f.uint32, refundedUnit: f.amount }),
      limits.ratingGroupsPerRequestMax,
    ),
  },
} as const;

export const priceEnquiry = {
  request: {
    subscriberIdentifier: f.identifier,
    eventTimestamp: f.timestamp,
    usedUnits,
    serviceInformation,
  },
  answer: {
    cost: f.amount,
    isCreditSufficient: f.flag,
    ratingGroupCosts: f.list(
      f.struct({
        ratingGroup: f.uint32,
        resultCode: f.uint32,
        cost: f.amount,
        coveredUnit: f.amount,
      }),
      limits.ratingGroupsPerRequestMax,
    ),
  },
} as const;
