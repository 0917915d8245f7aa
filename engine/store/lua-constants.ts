// The names that Lua scripts use in capitals, and what stands for them when a script is loaded.
// Numbers are typed here or in the table they come from, never in Lua.

import { type RuleKind, ruleKinds } from "../balance/rules.ts";
import { limits } from "../limits.ts";
import { notices } from "../protocol/operations.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { freeCell } from "../session/burn-steps.ts";
import { amountMax } from "../values/units.ts";

/** Verbs of a batch and of journal records; append-only, journals outlive programs. */
export const verbs = {
  initiate: 1,
  update: 2,
  terminate: 3,
  event: 4,
  topUp: 5,
  queryBalance: 6,
  putAccount: 7,
  expire: 8,
  priceEnquiry: 9,
  refund: 10,
  adjust: 11,
  transferOut: 12,
  transferIn: 13,
  settleDues: 14,
} as const;
export type Verb = keyof typeof verbs;

/** What moves money besides use: its groups bear cells and amounts (movement-bytes.ts). */
export const isMovementVerb = (verb: number): boolean =>
  verb === verbs.topUp || (verb >= verbs.adjust && verb <= verbs.transferIn);

/** Codes that never leave the engine: the operation is planned once more. */
export const staleCodes = { profile: 1, tariff: 2 } as const;

/**
 * Success, to whoever asked; that nothing was done because it had been done before is for us and
 * the journal.
 */
export const repeatedCode = 3;

/** Instead of units that are wanted: the entry only settles. */
export const grantsNothing = -1;

export const accountLayout = 4;
/** Of a batch, and so of the journal entry that keeps it. */
export const batchVersion = 4;
/** Of the records of closed sessions in the journal. */
export const expiryVersion = 4;

/** In place of a cell among the holds of a group (lua/lib/session.lua). */
export const notes = { rated: 1, position: 2 } as const;

/**
 * Among the holds of a group, what a counter's state in slot n has reserved under its cap stands as
 * `capEntry` + n: cells of counters move when buckets are added.
 */
export const capEntry = 192;

/** In place of a cell among the own validities of a plan: a rule that counts its money. */
export const spendingEntry = 0;

/** Added to the list of dues of an operation that wants all its grants or none. */
export const allOrNothing = 0x80_00;

/** What a reply tells besides balances (lua/lib/reply.lua); append-only. */
export const remarks = {
  /** Place of the entry in the message; units used that nothing was left for. */
  overrun: 1,
  /** Cell of a counter's state; 256 times the level before, plus the level after. */
  level: 2,
  /** Cell of a bucket's own validity; ms since 1970 when it ends. */
  validity: 3,
  /** Cell of a bucket; units. */
  expired: 4,
  /** Cell of a bucket; units. */
  credited: 5,
  /** Cell of a bucket's renewal; number of the period that it was renewed for. */
  renewed: 6,
  /** Cell of a bucket's own validity; ms since 1970 when it ends from now on. */
  extended: 7,
  /** 0; ms since 1970 when the session expired whose use is settled only now. */
  late: 9,
  /** Cell of a rule's state; ms since 1970 when its window is over. */
  ruleHit: 10,
} as const;

/** What a transferOut does at the source, and where the transfer then stands; append-only. */
export const transferSteps = { begins: 1, arrived: 2, returns: 3 } as const;

/** On which engines hear that notices wait: the message is the number of the shard. */
export const noticeChannel = "tollgate:notices";

/** Why a network element hears of its session, where nobody asked for it. */
export const noticeReasons = {
  credit: "credit",
  threshold: "threshold",
  profile: "profile",
} as const;

/** As Lua writes them, in quotes. */
export const luaTexts: Readonly<Record<string, string>> = {
  NOTICE_CHANNEL: noticeChannel,
  REASON_CREDIT: noticeReasons.credit,
  REASON_THRESHOLD: noticeReasons.threshold,
  REASON_PROFILE: noticeReasons.profile,
};

const ruleKind = (name: RuleKind) => ruleKinds.indexOf(name) + 1;
const code = (name: keyof typeof resultCodes) => resultCodes[name].number;

export const luaConstants: Readonly<Record<string, number>> = {
  VERB_INITIATE: verbs.initiate,
  VERB_UPDATE: verbs.update,
  VERB_TERMINATE: verbs.terminate,
  VERB_EVENT: verbs.event,
  VERB_TOP_UP: verbs.topUp,
  VERB_QUERY_BALANCE: verbs.queryBalance,
  VERB_PUT_ACCOUNT: verbs.putAccount,
  VERB_EXPIRE: verbs.expire,
  VERB_PRICE_ENQUIRY: verbs.priceEnquiry,
  VERB_REFUND: verbs.refund,
  VERB_ADJUST: verbs.adjust,
  VERB_TRANSFER_OUT: verbs.transferOut,
  VERB_TRANSFER_IN: verbs.transferIn,
  VERB_SETTLE_DUES: verbs.settleDues,
  TRANSFER_BEGINS: transferSteps.begins,
  TRANSFER_RETURNS: transferSteps.returns,

  KEY_JOURNAL: 1,
  KEY_ANSWERS: 2,
  KEY_ANSWERS_PREVIOUS: 3,
  KEY_TOP_UPS: 4,
  KEY_TOP_UPS_PREVIOUS: 5,
  KEY_ACCOUNTS: 6,
  /** In ARGV. */
  FIRST_LOOKUP: 4,

  SUCCESS: code("SUCCESS"),
  CREDIT_LIMIT_REACHED: code("CREDIT_LIMIT_REACHED"),
  QUOTA_LIMIT_REACHED: code("QUOTA_LIMIT_REACHED"),
  UNKNOWN_SESSION_ID: code("UNKNOWN_SESSION_ID"),
  USER_UNKNOWN: code("USER_UNKNOWN"),
  INVALID_VALUE: code("INVALID_VALUE"),
  REQUEST_CONFLICT: code("REQUEST_CONFLICT"),
  SEQUENCE_GAP: code("SEQUENCE_GAP"),
  SEQUENCE_PASSED: code("SEQUENCE_PASSED"),
  TOO_MANY_SESSIONS: code("TOO_MANY_SESSIONS"),
  UNKNOWN_BUCKET: code("UNKNOWN_BUCKET"),
  BUCKET_NOT_EMPTY: code("BUCKET_NOT_EMPTY"),
  AMOUNT_TOO_LARGE: code("AMOUNT_TOO_LARGE"),
  GRANT_WITHHELD: code("GRANT_WITHHELD"),
  UNKNOWN_REQUEST_ID: code("UNKNOWN_REQUEST_ID"),
  REFUND_TOO_LARGE: code("REFUND_TOO_LARGE"),
  NO_OWN_VALIDITY: code("NO_OWN_VALIDITY"),
  BUCKET_EXPIRED: code("BUCKET_EXPIRED"),
  TRANSFER_IN_DOUBT: code("TRANSFER_IN_DOUBT"),
  STALE_PROFILE: staleCodes.profile,
  STALE_TARIFF: staleCodes.tariff,
  REPEATED: repeatedCode,

  /** Octets of one group of an operation. */
  GROUP_LENGTH: 38,
  ALL_OR_NOTHING: allOrNothing,
  FREE_CELL: freeCell,
  GRANTS_NOTHING: grantsNothing,
  /** Below the first cell: what a session keeps of its price. */
  NOTE_RATED: notes.rated,
  NOTE_POSITION: notes.position,
  CAP_ENTRY: capEntry,
  REMARK_OVERRUN: remarks.overrun,
  REMARK_LEVEL: remarks.level,
  REMARK_VALIDITY: remarks.validity,
  REMARK_EXPIRED: remarks.expired,
  REMARK_CREDITED: remarks.credited,
  REMARK_RENEWED: remarks.renewed,
  REMARK_EXTENDED: remarks.extended,
  REMARK_LATE: remarks.late,

  NOTICE_REAUTHORIZE: notices.reauthorize.number,
  NOTICE_ABORT: notices.abort.number,
  NOTICE_PAUSE_MS_MIN: limits.noticePauseMsMin,
  NOTICE_PAUSE_MS_MAX: limits.noticePauseMsMax,
  NOTICE_LEFT_MS: limits.noticeLeftMs,
  NOTICE_SENT_MAX: limits.noticeSentMax,
  PEER_NUMBER_MAX: limits.peerNumberMax,

  /** Of one rule in its list (lua/lib/rules.lua). */
  RULE_NUMBERS: 7,
  RULE_SIMULTANEOUS_SESSIONS: ruleKind("simultaneousSessions"),
  RULE_IMPOSSIBLE_TRAVEL: ruleKind("impossibleTravel"),
  SPENDING_ENTRY: spendingEntry,
  RULE_HIT: code("RULE_HIT"),
  REMARK_RULE_HIT: remarks.ruleHit,

  ACCOUNT_LAYOUT: accountLayout,
  BATCH_VERSION: batchVersion,
  EXPIRY_VERSION: expiryVersion,
  AMOUNT_MAX: amountMax,
  DEADLINE_INTERVAL_MS: limits.deadlineIntervalMs,
  DEADLINE_INTERVALS_MAX: Math.ceil(
    (2_000 * limits.validityTimeSecondsMax) / limits.deadlineIntervalMs,
  ),
  DEADLINE_INTERVALS_AGAIN: limits.deadlineIntervalsAgain,
  SESSIONS_MAX: limits.sessionsPerAccountMax,
  SESSION_GROUPS_MAX: limits.sessionGroupsMax,
};
