// Answers for trying traffic out without an engine: whatever is asked for is granted, up to a
// limit.

import { resultCodes } from "../../engine/protocol/result-codes.ts";
import type { SessionAnswer, SessionRequest } from "./session.ts";

export const grantUpTo = (limit: number, request: SessionRequest): SessionAnswer => ({
  multipleUnitInformation: request.multipleUnitUsage
    .filter(({ requestedUnit }) => requestedUnit !== null)
    .map(({ ratingGroup, requestedUnit }) => {
      const grantedUnit = Math.min(requestedUnit ?? 0, limit);
      const code = grantedUnit > 0 ? "SUCCESS" : "CREDIT_LIMIT_REACHED";
      return {
        ratingGroup,
        resultCode: resultCodes[code].number,
        grantedUnit,
        validityTime: grantedUnit > 0 ? 3_600 : 0,
        finalUnitIndication: grantedUnit < (requestedUnit ?? 0),
      };
    }),
});

/** Everything that is asked for. */
export const grantAll = (request: SessionRequest): SessionAnswer =>
  grantUpTo(Number.MAX_SAFE_INTEGER, request);
