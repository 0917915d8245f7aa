// The names that Lua scripts use in capitals, and what stands for them when a script is loaded.
// Numbers are typed here or in the table they come from, never in Lua.

import { type RuleKind, ruleKinds } from "../balance/rules.ts";
import {
  allOrNothing,
  batchVersion,
  capEntry,
  expiryVersion,
  firstAccountKey,
  grantsNothing,
  groupLength,
  notes,
  remarks,
  repeatedCode,
  spendingEntry,
  transferSteps,
  verbs,
} from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import { notices } from "../protocol/operations.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { freeCell } from "../session/burn-steps.ts";
import { amountMax } from "../values/units.ts";

/** Codes that never leave the engine: the operation is planned once more. */
export const staleCodes = { profile: 1, tariff: 2 } as const;

export const accountLayout = 4;
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
  KEY_ACCOUNTS: firstAccountKey,
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

  GROUP_LENGTH: groupLength,
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
