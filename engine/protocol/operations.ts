// THE table: every message of tollgate.v1, declared once. Types, codec, client, PROTOCOL.md,
// golden frames and fuzzers come from here. Append-only: a number is never given out twice, a
// field is only ever added at the end of its array, and then optional.  A message is an array
// `[operation, correlation, …fields]`. A request n is answered by 64 + n, or by 64 (refusal).
// From 128 up the server speaks first.

import { limits } from "../limits.ts";
import {
  bucketSpecification,
  bucketState,
  counterSpecification,
  counterState,
  product,
  ruleSpecification,
} from "./account-fields.ts";
import { event, priceEnquiry, refund } from "./event-fields.ts";
import { explain } from "./explain-fields.ts";
import * as f from "./fields.ts";
import { adjust, settleTransfer, topUp, transfer } from "./movement-fields.ts";
import { finalUnitActions, session } from "./session-fields.ts";

export { finalUnitActions };

export const subprotocol = "tollgate.v1";
export const answerOffset = 64;
export const refusalNumber = 64;

/** Who may ask: network elements charge, the business side keeps accounts and tariffs. */
export const roles = ["network", "business"] as const;
export type Role = (typeof roles)[number];

/** Under overload the first of these is served first. */
export const priorities = ["continuing", "opening", "asking"] as const;
export type Priority = (typeof priorities)[number];

/** What a network element is told to do with a session: RAR and ASR of RFC 8506. */
export const noticeKinds = ["reauthorize", "abort"] as const;

export const operations = {
  initiate: {
    number: 1,
    roles: ["network"],
    priority: "opening",
    key: 2,
    purpose: "Opens a session and reserves a grant for each rating group.",
    ...session,
  },
  update: {
    number: 2,
    roles: ["network"],
    priority: "continuing",
    key: 2,
    purpose: "Settles what was used, releases what was not, reserves the next grants.",
    ...session,
  },
  terminate: {
    number: 3,
    roles: ["network"],
    priority: "continuing",
    key: 2,
    purpose: "Settles what was used, releases every hold, closes the session.",
    ...session,
  },
  event: {
    number: 4,
    roles: ["network"],
    priority: "opening",
    key: 1,
    purpose: "Debits one-shot usage at once, all of it or nothing (direct debit).",
    ...event,
  },
  queryBalance: {
    number: 5,
    roles: ["network", "business"],
    priority: "asking",
    key: 0,
    purpose: "Reads buckets, counters and the number of open sessions; changes nothing.",
    request: { subscriberIdentifier: f.identifier },
    answer: {
      accountId: f.identifier,
      currency: f.identifier,
      profileVersion: f.uint32,
      buckets: f.list(bucketState, limits.bucketsPerAccountMax),
      counters: f.list(counterState, limits.countersPerAccountMax),
      openSessions: f.uint32,
    },
  },
  topUp: {
    number: 6,
    roles: ["business"],
    priority: "continuing",
    key: 1,
    purpose: "Credits a bucket, and what the tariff gives besides (bonus rules).",
    ...topUp,
  },
  putAccount: {
    number: 7,
    roles: ["business"],
    priority: "opening",
    key: 0,
    purpose: "Opens an account or replaces its profile; balances stay. The same twice is once.",
    request: {
      accountId: f.identifier,
      /** ISO 4217. */
      currency: f.identifier,
      subscriberIdentifiers: f.list(f.identifier, limits.subscribersPerAccountMax),
      products: f.list(product, limits.productsPerAccountMax),
      buckets: f.list(bucketSpecification, limits.bucketsPerAccountMax),
      counters: f.list(counterSpecification, limits.countersPerAccountMax),
      /** IANA; periods of renewals and counters follow its clocks. */
      timeZone: f.optional(f.identifier, "UTC"),
      /** What is looked out for while charging. */
      rules: f.optional(f.list(ruleSpecification, limits.rulesPerAccountMax), []),
    },
    answer: { profileVersion: f.uint32, isChanged: f.flag },
  },
  publishTariff: {
    number: 8,
    roles: ["business"],
    priority: "opening",
    key: 0,
    purpose: "Publishes a tariff document (JSON). The same twice is once.",
    request: { document: f.text(limits.tariffDocumentLengthMax) },
    answer: { tariffVersion: f.uint32, isChanged: f.flag },
  },
  putRateDeckPart: {
    number: 9,
    roles: ["business"],
    priority: "opening",
    key: 0,
    purpose: "Uploads a part of a rate deck; nobody is charged by it. The same twice is once.",
    request: {
      rateDeckId: f.identifier,
      uploadId: f.identifier,
      part: f.uint(limits.rateDeckPartsMax - 1, `part (0 to ${limits.rateDeckPartsMax - 1})`),
      lines: f.text(limits.rateDeckPartLengthMax),
    },
    answer: { isChanged: f.flag, uploadedParts: f.list(f.uint32, limits.rateDeckPartsMax) },
  },
  publishRateDeck: {
    number: 10,
    roles: ["business"],
    priority: "opening",
    key: 0,
    purpose: "Makes an upload the rate deck of all tariffs that name it. The same twice is once.",
    request: {
      rateDeckId: f.identifier,
      uploadId: f.identifier,
      parts: f.uint(limits.rateDeckPartsMax, `parts (up to ${limits.rateDeckPartsMax})`),
    },
    answer: {
      deckVersion: f.uint32,
      rows: f.uint32,
      isChanged: f.flag,
      /** From this publication on. */
      tariffVersion: f.uint32,
    },
  },
  refund: {
    number: 11,
    roles: ["network"],
    priority: "continuing",
    key: 1,
    purpose: "Gives back what an event took, or a part of it, to where it was taken (IEC refund).",
    ...refund,
  },
  priceEnquiry: {
    number: 12,
    roles: ["network", "business"],
    priority: "asking",
    key: 0,
    purpose:
      "Tells what an event with this use would cost and whether there is credit for it; changes " +
      "nothing (RFC 8506: PRICE_ENQUIRY and CHECK_BALANCE in one).",
    ...priceEnquiry,
  },
  adjust: {
    number: 13,
    roles: ["business"],
    priority: "continuing",
    key: 1,
    purpose: "Corrects a bucket up or down; never takes what is reserved or beyond the limit.",
    ...adjust,
  },
  transfer: {
    number: 14,
    roles: ["business"],
    priority: "continuing",
    key: 1,
    purpose: "Moves units from a bucket to another one, of any account, exactly once.",
    ...transfer,
  },
  explain: {
    number: 15,
    roles: ["business"],
    priority: "asking",
    key: 0,
    purpose:
      "Tells step by step why an operation came to what it did, or what a use would meet now.",
    ...explain,
  },
  acknowledgeNotice: {
    number: 16,
    roles: ["network"],
    priority: "continuing",
    key: 0,
    purpose: "Says that `reauthorize` or `abort` has come; the session's own message follows it.",
    request: { noticeId: f.identifier, resultCode: f.uint32 },
    answer: { isWaiting: f.flag },
  },
  requestNotice: {
    number: 17,
    roles: ["business"],
    priority: "continuing",
    key: 1,
    purpose: "Has open sessions of an account ask anew, or end.",
    request: {
      requestId: f.identifier,
      accountId: f.identifier,
      /** nil: every open one. */
      sessionId: f.nullable(f.identifier),
      kind: f.oneOf(noticeKinds),
      reason: f.identifier,
    },
    answer: { notices: f.uint32 },
  },
  settleTransfer: {
    number: 18,
    roles: ["business"],
    priority: "continuing",
    key: 0,
    purpose: "Ends a transfer in doubt, by what its target's journal says.",
    ...settleTransfer,
  },
  settleDues: {
    number: 19,
    roles: ["business"],
    priority: "asking",
    key: 0,
    purpose:
      "Has an account renewed and expired now for what it is due for. The same twice is once.",
    request: {
      accountId: f.identifier,
      /** What ended after it stays, for use that is told late. */
      usedFrom: f.optional(f.timestamp, 0),
    },
    answer: { changedBuckets: f.uint32 },
  },
} as const satisfies Record<string, OperationDeclaration>;

type OperationDeclaration = {
  readonly number: number;
  readonly roles: readonly Role[];
  readonly priority: Priority;
  /**
   * How many leading fields are the idempotency key; the rest is the body. 0: idempotent by
   * nature.
   */
  readonly key: 0 | 1 | 2;
  readonly purpose: string;
  readonly request: f.Fields;
  readonly answer: f.Fields;
};

/** Comes instead of an answer: the request was not carried out. */
export const refusalFields = {
  resultCode: f.uint32,
  detail: f.text(limits.detailLengthMax),
  retryAfterMs: f.uint32,
} as const;

/** What the server says unasked; the correlation is 0. */
export const notices = {
  notice: {
    number: 128,
    purpose: "Something is wrong with a frame, or the process is draining (SHUTTING_DOWN).",
    fields: { resultCode: f.uint32, detail: f.text(limits.detailLengthMax) },
  },
  reauthorize: {
    number: 129,
    purpose:
      "Something has changed for the session: ask anew with an update, for these rating groups.",
    fields: {
      noticeId: f.identifier,
      sessionId: f.identifier,
      /** Empty: all. */
      ratingGroups: f.list(f.uint32, limits.sessionGroupsMax),
      reason: f.identifier,
    },
  },
  abort: {
    number: 130,
    purpose: "The session is to end now: report what was used, with a terminate.",
    fields: { noticeId: f.identifier, sessionId: f.identifier, reason: f.identifier },
  },
} as const satisfies Record<string, { number: number; purpose: string; fields: f.Fields }>;

export type OperationName = keyof typeof operations;
export const operationNames = Object.keys(operations) as readonly OperationName[];
/** As it is asked: optional fields may be left out. */
export type RequestOf<N extends OperationName> = f.GivenOf<(typeof operations)[N]["request"]>;
/** As a server reads it: every field is there. */
export type CheckedRequestOf<N extends OperationName> = f.StructOf<
  (typeof operations)[N]["request"]
>;
export type AnswerOf<N extends OperationName> = f.StructOf<(typeof operations)[N]["answer"]>;
export type GivenAnswerOf<N extends OperationName> = f.GivenOf<(typeof operations)[N]["answer"]>;
export type Notice = f.StructOf<typeof notices.notice.fields>;
export type NoticeKind = (typeof noticeKinds)[number];
/** What a network element is told of one of its sessions. */
export type PushOf<N extends NoticeKind> = f.StructOf<(typeof notices)[N]["fields"]>;
