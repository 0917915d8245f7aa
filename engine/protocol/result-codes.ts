// Result codes: Diameter's numbers where the network already knows them (RFC 6733, RFC 8506), our
// own from 7000 up. Numbers are append-only: one that has left the table is never given out
// again.

import { successCode } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";

type Code = {
  readonly number: number;
  /** The caller may send the very same message again; the key makes that safe. */
  readonly isRetryable: boolean;
  readonly meaning: string;
};

export const resultCodes = {
  SUCCESS: code(successCode, "Carried out."),
  TOO_BUSY: retryable(3004, "Refused unread: overloaded. Retry after `retryAfterMs`."),
  END_USER_SERVICE_DENIED: code(
    4010,
    "No product of the account is valid at this time, or its tariff blocks the use.",
  ),
  CREDIT_LIMIT_REACHED: code(4012, "What is left does not cover it."),
  UNKNOWN_SESSION_ID: code(5002, "No such session is open: never was, ended, or expired."),
  AUTHORIZATION_REJECTED: code(5003, "The peer's role does not allow this operation."),
  INVALID_VALUE: code(5004, "A field has the wrong type or an impossible value; detail names it."),
  UNABLE_TO_COMPLY: code(5012, "A fault on our side; nothing was changed."),
  USER_UNKNOWN: code(5030, "No account has this identifier; detail names it."),
  RATING_FAILED: code(5031, "The tariff has no price for this rating group."),
  REQUEST_CONFLICT: code(7001, "This key was used before with another body; nothing was changed."),
  SEQUENCE_GAP: code(7002, "An earlier message of the session is missing; send that first."),
  SEQUENCE_PASSED: code(7003, "The session is beyond this sequence number, or has ended."),
  OUTCOME_UNKNOWN: retryable(
    7004,
    "It may or may not have been carried out. Send it again, same key.",
  ),
  SHUTTING_DOWN: retryable(7005, "This process takes no new sessions; use another endpoint."),
  TOO_MANY_SESSIONS: code(7006, "The account has as many open sessions as it can hold."),
  UNKNOWN_BUCKET: code(7007, "The account has no such bucket."),
  BUCKET_NOT_EMPTY: code(
    7008,
    "A bucket that still holds units cannot be taken away or change unit.",
  ),
  IDENTIFIER_TAKEN: code(7009, "Another account has this subscriber identifier."),
  AMOUNT_TOO_LARGE: code(7010, "The bucket would exceed 2^53 - 1."),
  TARIFF_INVALID: code(7011, "The tariff document has problems; detail lists them."),
  STORE_UNAVAILABLE: retryable(
    7012,
    "The balance store cannot be reached; nothing was carried out.",
  ),
  STORE_FULL: retryable(7013, "The balance store is out of memory; nothing was changed."),
  UNREACHABLE: retryable(
    7014,
    "Said by the client library, never on the wire: no endpoint in time; nothing was sent.",
  ),
  EVENT_TOO_OLD: code(7015, "Its answer may be forgotten: it could be carried out twice."),
  QUOTA_LIMIT_REACHED: code(7016, "A cap of the account is why (TS 32.291, 6.1.7.3)."),
  GRANT_WITHHELD: code(
    7017,
    "Said of a rating group that could be granted, when `isAllOrNothing` and another could not.",
  ),
  UNKNOWN_REQUEST_ID: code(
    7018,
    "No such event is known: never charged, or forgotten, as it may be " +
      `${limits.answersKeptMs / 60_000} minutes after it and its last refund.`,
  ),
  REFUND_TOO_LARGE: code(7019, "Less than that is left of what the event used."),
  RATE_DECK_INVALID: code(
    7020,
    "The rate deck has problems, or tariffs with it; detail lists them. Nothing was changed.",
  ),
  UNITS_DIFFER: code(7021, "The two buckets are not of the same unit and currency."),
  NO_OWN_VALIDITY: code(7022, "The bucket has no validity of its own that could be extended."),
  BUCKET_EXPIRED: code(7023, "The bucket is over: what it got would expire at once."),
  TRANSFER_IN_DOUBT: code(
    7024,
    "Under way for so long that only the audit can tell whether it has arrived; nothing is lost.",
  ),
  JOURNAL_ENTRY_UNKNOWN: code(7025, "The journal has no such operation of the account."),
  EXPLANATION_TOO_LONG: code(
    7026,
    "It depends on more of the journal than an engine reads for it.",
  ),
  JOURNAL_CUT: code(7027, "The journal no longer has what it depends on."),
  RULE_HIT: code(7031, "An enforcing rule of the account was hit; its window is not over yet."),
  TRANSFER_UNKNOWN: code(7032, "The account has no such transfer in transit."),
  TRANSFER_TAKEN_BACK: code(
    7033,
    "It was in doubt; the business side found that it never arrived.",
  ),
  MALFORMED_FRAME: code(7100, "The frame is not one MessagePack array of messages."),
  FRAME_TOO_LARGE: code(7101, "The frame exceeds the limit of octets, messages or arrays."),
  FRAME_TOO_DEEP: code(7102, "The frame nests deeper than allowed."),
  TYPE_NOT_ALLOWED: code(
    7103,
    "The frame uses a MessagePack type that the protocol does not: bin, ext, map.",
  ),
  UNKNOWN_OPERATION: code(7104, "No such operation number."),
  MALFORMED_MESSAGE: code(7105, "A message is not an array of operation, correlation and fields."),
} as const satisfies Record<string, Code>;

export type ResultCode = keyof typeof resultCodes;

/** What a refused request comes back as. `detail` is for people and logs, never parsed. */
export type Refusal = {
  readonly code: ResultCode;
  readonly detail: string;
  readonly retryAfterMs: number;
};

export const refusal = (code: ResultCode, detail: string, retryAfterMs = 0): Refusal => ({
  code,
  detail,
  retryAfterMs,
});

const namesByNumber = new Map(
  Object.entries(resultCodes).map(([name, { number }]) => [number, name as ResultCode]),
);

/** The name of a number of the table, undefined for a number of a newer peer. */
export const resultCodeName = (number: number): ResultCode | undefined => namesByNumber.get(number);

function code(number: number, meaning: string): Code {
  return { number, isRetryable: false, meaning };
}

function retryable(number: number, meaning: string): Code {
  return { number, isRetryable: true, meaning };
}
