// An event with reservation (ECUR: TS 32.299, 6.3.4; RFC 8506, 6.5): units are held first, then the
// service is delivered, then what was delivered is debited and the rest goes back. A session of two
// messages: nothing is charged for what was not delivered, and nothing delivered that is not paid.
// Who delivers first or cannot fail uses `event`; what went wrong afterwards is for `refund`.

import { err, ok, type Result } from "../../values/result.ts";
import type { AnswerOf, RequestOf } from "../operations.ts";
import { type Refusal, refusal, resultCodeName } from "../result-codes.ts";
import type { Client } from "./client.ts";

type SessionRequest = RequestOf<"initiate">;
type Grant = AnswerOf<"initiate">["multipleUnitInformation"][number];

export type EventToCharge = Pick<SessionRequest, "sessionId" | "subscriberIdentifier"> & {
  /**
   * Who knows how much it takes says so (decentralised unit determination); 0 leaves that to the
   * tariff, which grants its quota (centralised).
   */
  readonly units: readonly { readonly ratingGroup: number; readonly requestedUnit: number }[];
  readonly serviceInformation?: SessionRequest["serviceInformation"];
};

export type Delivered = readonly { readonly ratingGroup: number; readonly usedUnit: number }[];

export type ChargedEvent = {
  /** In micros of the account's currency. */
  readonly cost: number;
  readonly delivered: Delivered;
};

/**
 * Holds all units or none, delivers, settles. `deliver` says what it delivered, an empty list if
 * nothing; it is called once, and only with grants. When it throws, nothing is charged. After
 * OUTCOME_UNKNOWN of the last message the hold ends by itself, and what was delivered is unpaid:
 * the very same call of `terminate` may be made again.
 */
export const chargeEvent = async (
  client: Pick<Client, "initiate" | "terminate">,
  event: EventToCharge,
  deliver: (grants: readonly Grant[]) => Promise<Delivered>,
  now: () => number,
): Promise<Result<ChargedEvent, Refusal>> => {
  const held = await client.initiate({
    ...messageOf(event, 0, now()),
    multipleUnitUsage: event.units.map((one) => ({ ...one, usedUnit: null })),
    isAllOrNothing: true,
  });
  if (!held.isOk) return held;
  const end = (delivered: Delivered) =>
    client.terminate({
      ...messageOf(event, 1, now()),
      multipleUnitUsage: delivered.map((one) => ({ ...one, requestedUnit: null })),
    });
  const grants = held.value.multipleUnitInformation;
  const refused = grants.find(({ grantedUnit }) => grantedUnit === 0);
  if (refused !== undefined) {
    await end([]);
    return err(whyOf(grants, refused));
  }
  const delivered = await deliver(grants).catch(async (error: unknown) => {
    await end([]);
    throw error;
  });
  const settled = await end(delivered);
  return settled.isOk ? ok({ cost: settled.value.cost, delivered }) : settled;
};

const messageOf = (
  { sessionId, subscriberIdentifier, serviceInformation = null }: EventToCharge,
  sequence: number,
  eventTimestamp: number,
) => ({ sessionId, sequence, subscriberIdentifier, eventTimestamp, serviceInformation });

/** Of the rating group that could not be granted, not of those that were withheld for it. */
const whyOf = (grants: readonly Grant[], first: Grant): Refusal => {
  const nameOf = ({ resultCode }: Grant) => resultCodeName(resultCode) ?? "UNABLE_TO_COMPLY";
  const reason = grants.find(
    (grant) => grant.grantedUnit === 0 && nameOf(grant) !== "GRANT_WITHHELD",
  );
  const { ratingGroup } = reason ?? first;
  return refusal(nameOf(reason ?? first), `rating group ${ratingGroup}`);
};
