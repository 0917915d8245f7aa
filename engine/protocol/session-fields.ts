// Fields of a session's messages, as the table of operations says them: what was used and is wanted
// of each rating group, and what the network is granted.

import { limits } from "../limits.ts";
import { serviceInformation } from "./event-fields.ts";
import * as f from "./fields.ts";

/** RFC 8506, 8.35; the same numbers. */
export const finalUnitActions = ["terminate", "redirect", "restrict"] as const;

const multipleUnitUsage = f.list(
  f.struct({
    ratingGroup: f.uint32,
    /** 0: the engine chooses; nil: no quota is wanted. */
    requestedUnit: f.nullable(f.amount),
    /** Used since the last report, or since `usedBefore`; nil: none. */
    usedUnit: f.nullable(f.amount),
    /** What was used before a change of the tariff, in order of time. */
    usedBefore: f.optional(
      f.list(f.struct({ usedUnit: f.amount, until: f.timestamp }), limits.usedBeforeMax),
      [],
    ),
  }),
  limits.ratingGroupsPerRequestMax,
);

const multipleUnitInformation = f.list(
  f.struct({
    ratingGroup: f.uint32,
    resultCode: f.uint32,
    grantedUnit: f.amount,
    /** Seconds; 0 where nothing was granted. */
    validityTime: f.uint32,
    finalUnitIndication: f.flag,
    /** Units left of the grant at which the network asks again; 0: when it is used up. */
    quotaThreshold: f.optional(f.amount, 0),
    /** Seconds without use after which the grant is given back; 0: it may be kept. */
    quotaHoldingTime: f.optional(f.uint32, 0),
    /** When the price changes: use before and after is reported apart. 0: it does not. */
    tariffTimeChange: f.optional(f.timestamp, 0),
    /** With `finalUnitIndication`: what the network does when the grant is used up. */
    finalUnit: f.optional(
      f.nullable(
        f.struct({
          finalUnitAction: f.oneOf(finalUnitActions),
          redirectServerAddress: f.nullable(f.text(limits.redirectAddressLengthMax)),
          filterIds: f.list(f.identifier, limits.finalUnitFiltersMax),
        }),
      ),
      null,
    ),
  }),
  limits.ratingGroupsPerRequestMax,
);

export const session = {
  request: {
    sessionId: f.identifier,
    sequence: f.uint32,
    subscriberIdentifier: f.identifier,
    eventTimestamp: f.timestamp,
    multipleUnitUsage,
    serviceInformation,
    /** The network element can report use before and after a change of the tariff apart. */
    isTariffTimeChangeSupported: f.optional(f.flag, false),
    /** Every rating group that wants a grant gets all of it, or none gets any. */
    isAllOrNothing: f.optional(f.flag, false),
  },
  /** `cost` is the money this message debited, in micros of the account's currency. */
  answer: { cost: f.amount, multipleUnitInformation },
} as const;
