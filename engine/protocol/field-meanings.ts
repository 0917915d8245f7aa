// What each field of the table says beyond its type, for PROTOCOL.md. A name means the same
// wherever it stands, but where "message.field" or "struct.field" has a meaning of its own. The
// generator refuses a field without a meaning and the other way round.

import { limits } from "../limits.ts";

/** Of what happens once: an answer that is forgotten must not be asked for again. */
const happenedLately =
  `When the network element saw it happen: at most ${limits.eventAheadMsMax} ms ahead of the ` +
  `engine's clock; more than ${limits.eventRepeatMsMax} ms behind it is refused (EVENT_TOO_OLD).`;

export const fieldMeanings: Readonly<Record<string, string>> = {
  accountId: "Names the balance owner.",
  amount: "How much, in the unit of the bucket.",
  "adjust.amount":
    "How much, in the unit of the bucket. Below 0: a debit, which takes nothing that is reserved " +
    "and goes no further than the credit limit.",
  "renewal.amount": "What the bucket holds when a period begins, in its unit.",
  amountMax: "Reserved and remaining, there is never more than this by rollover.",
  anchorDay: "Of months: the day on which they begin, 1 to 31; in shorter months the last day.",
  bonuses: "What the bonus rules of the tariff gave besides, in the same step.",
  bucketId: "Names the bucket within its account.",
  buckets: "In any order; which is used first is decided by priority, then earliest expiry.",
  calledPartyAddress:
    "The called number: +49…, 0049… or digits as they are, or a tel: or sip: URI that holds one. " +
    "Any other address is in no zone. Nil where there is none.",
  callingPartyAddress: "The calling number, for closed user groups.",
  cap: "What would take the counter beyond is neither granted nor charged; nil: there is no cap.",
  changedBuckets: "How many buckets hold more or less than before.",
  changesMax:
    "More changes of the visited country than that within a window are a hit. Neighbouring " +
    "networks at a border change often: 1 is not enough to roam there.",
  closedUserGroups: "As the tariff names them; both numbers belong to one.",
  cost:
    "Money this message debited, in micros of the account's currency. What an allowance covers " +
    "costs nothing.",
  "priceEnquiry.cost": "Money that an event would debit, in micros of the account's currency.",
  "ratingGroupCosts.cost": "What it has in the cost of the whole.",
  count: "How many units make one period, from 1.",
  counterId: "Names the counter within its account.",
  "putAccount.counters": "What is counted of usage, whichever bucket pays.",
  "queryBalance.counters": "Usage so far.",
  "counters.reserved": "Under its cap, by open sessions.",
  coveredUnit: "So much of it can be paid for, after what stands before it in the list.",
  creditLimit: "How far the bucket may fall below zero, in its unit: what may be owed.",
  "buckets.currency": "Of money: ISO 4217; nil: the account's.",
  currency: "ISO 4217, as EUR. Money of the account is kept in micros (10⁻⁶) of it.",
  dataNetworkName: "DNN or APN.",
  deckVersion: "Counts the decks published under this `rateDeckId`.",
  destinationShare:
    "Money on calls to `zones` as a share of all money that the account spent in the window; " +
    "nil: the rule is of another kind.",
  detail: "For people and logs: its wording may change at any time.",
  dnns: "DNN or APN.",
  document: "The tariff as JSON text.",
  eligibility:
    "Where it serves besides `ratingGroups`, in the words of the tariff that prices the use; " +
    "nil: everywhere.",
  eventTimestamp:
    `When the network element saw it happen: at most ${limits.eventAheadMsMax} ms ahead of the ` +
    `engine's clock and ${limits.eventAgeMsMax} ms behind it.`,
  "event.eventTimestamp": happenedLately,
  "refund.eventTimestamp": happenedLately,
  explanation: "For people: what happened and why, the money first; in this order.",
  extendsValiditySeconds:
    "Of a bucket with a validity of its own: its end moves on by so much, counted from now where " +
    "it is over or has not begun.",
  fee: "What the source is debited besides, of a gift too; it goes back with what cannot arrive.",
  filterIds: "With `restrict`: the filters that stay open.",
  finalUnit: "With `finalUnitIndication`: what to do when the grant is used up.",
  finalUnitAction: "RFC 8506, 8.35.",
  finalUnitIndication: "True: when this grant is used up there is no more.",
  fromAccountId: "Whose bucket is debited.",
  fromBucketId: "What is taken is there: neither reserved nor owed.",
  grantedUnit: "May be used until the next message; held for this session. 0: nothing.",
  impossibleTravel:
    "The country (MCC) of the visited network that messages name; one that names none says " +
    "nothing; nil: the rule is of another kind.",
  index: "Place of the operation within its journal entry, from 0.",
  isAllOrNothing:
    "True: if a rating group does not get all it asks for, up to its largest quota, none gets a " +
    "grant, and GRANT_WITHHELD marks those that could have got it. What was used is settled all " +
    "the same.",
  isBlocker: "True: where it serves, no bucket after it gives anything, not even once it is empty.",
  isCreditSufficient: "True: every rating group can be paid for, as an event would be now.",
  isChanged: "False: everything was so already.",
  isWaiting: "True: this ends it, or puts it off. False: nothing waits for it any more.",
  isConclusive: "False: something in the journal does not follow from the rest; lines tell what.",
  isTariffTimeChangeSupported:
    "True: grants may last beyond a change of the price and name it; use before and after is " +
    "then reported apart.",
  journalId: "Of a journal entry, as `npm run explain` lists them; nil: `question` is answered.",
  "requestNotice.kind": "Which notice the network elements get.",
  "transfer.kind": "Why units are moved, which the journal keeps.",
  lastsOnePeriod: "True: what rolled over and was not used by the end of the next period expires.",
  leftAt: "The status is left again below this: at or under `reachedAt`.",
  lines:
    "A row each, `prefix,zone` as `4915,DE-mobile`: digits without + or 00, or nothing for every " +
    "number; then the zone's identifier. Ended by a line feed.",
  mode:
    "shadow: a hit is told in the journal and by a metric, and nothing else happens; enforcing: " +
    "besides, grants and events are refused with RULE_HIT until the window is over, free uses " +
    "excepted.",
  multipleUnitInformation: "One element for each rating group of the request, in its order.",
  multipleUnitUsage: "Each rating group at most once; all are charged in one atomic step.",
  networks: "Network zones of the tariff.",
  noticeId: "Names the notice: one that comes again has the same.",
  notices: "To so many sessions; those that no network element can be told of are not among them.",
  openSessions: "How many sessions of the account are open now.",
  ownValiditySeconds:
    "From its first use on, within `validFrom` and `validUntil`; 0: it has no validity of its own.",
  "counters.period": "After it the counter begins anew; nil: it counts for ever.",
  "renewal.period": "How often; it follows the clocks of the account's time zone.",
  part: "Counted from 0; sent again it takes the place of what was there.",
  parts: "How many they are; all must have been uploaded.",
  priority: "Lower is used first.",
  productId: "Names the product within its account.",
  products: "What the account owns: it may use the service while one of them is valid.",
  profileVersion: "Rises by one with each change of the account's profile.",
  qos: "QoS classes.",
  qosClass: "As the tariff names it.",
  question: "A use as it would be asked now; nothing comes of it. nil: none.",
  quotaHoldingTime: "Seconds without use after which the grant is to be given back. 0: none.",
  quotaThreshold: "Units left of the grant at which the network asks again. 0: when it is used up.",
  rateDeckId: "Names the rate deck, as tariffs do.",
  ratingGroup: "What is metered and priced together, as the network is configured.",
  "buckets.ratingGroups": "What the bucket may be used for; empty: all.",
  "counters.ratingGroups": "What the counter counts; empty: all.",
  "reauthorize.ratingGroups": "What is to be asked for anew; empty: all.",
  ratType: "As NR or EUTRA (TS 29.571).",
  ratTypes: "Access technologies.",
  reason:
    "What has changed: `credit`, `threshold` or `profile`; or the reason code of a " +
    "`requestNotice`.",
  "adjust.reason": "A reason code of the caller's, as goodwill-17; the journal keeps it.",
  "requestNotice.reason": "A reason code of the caller's; the network elements are told it.",
  reachedAt: "The counter has the status from this value on.",
  ratingGroupCosts: "One element for each rating group of the request, in its order.",
  redirectServerAddress: "With `redirect`: where to.",
  refundedCost: "Money given back, in micros of the account's currency.",
  refundedRequestId:
    "Of the event. It is remembered for as long as its answer is: " +
    `at least ${limits.answersKeptMs / 60_000} minutes, and after each refund so long again.`,
  refundedUnit: "Given back of what the event used.",
  refundedUnits: "In the order of the event; each rating group that something was given back of.",
  remaining: "Free to be used; below 0: owed.",
  renewal:
    "At the begin of each period the rest expires or rolls over, and the bucket holds `amount`.",
  requestedAt:
    "When the caller first asked, the same in each repetition; then one that comes when the " +
    "answer may be forgotten is refused and not carried out twice. 0: not said.",
  "question.requestedUnit": "How much to grant. 0: the engine chooses.",
  requestedUnit: "How much to grant. 0: the engine chooses. nil: none is wanted.",
  requestId: "Chosen by the caller, once for each thing to be done; repeated only in a repetition.",
  reserved: "Held by open sessions.",
  resultCode: "Why; see the result codes.",
  "multipleUnitInformation.resultCode": "2001, or why this rating group got nothing.",
  "ratingGroupCosts.resultCode": "2001, or why an event would be refused for it.",
  "settleTransfer.requestId": "Of the transfer.",
  "settleTransfer.hasArrived":
    "What the journal of the target's shard says; false: amount and fee go back to the source.",
  "settleTransfer.resultCode": "2001: it had arrived; else why it went back to its source.",
  "transfer.resultCode": "2001, or why it went back to its source.",
  "acknowledgeNotice.resultCode":
    "2001: complies; 3004: to be told once more; any other: does not comply.",
  retryAfterMs: "Not before so many milliseconds; 0: no advice.",
  rollover: "nil: the rest expires.",
  rows: "How many prefixes the deck has.",
  "bonuses.ruleId": "Names the bonus rule within its tariff.",
  "rules.ruleId": "Names the rule within its account.",
  rules: "What is looked out for while charging, in the same step; each is of one kind.",
  sequence: "Any number in initiate; in each further message of the session the next one.",
  serviceIdentifier: "As the tariff names it.",
  serviceInformation:
    "What else is known of the use, in each message anew; nil or left out: nothing.",
  services: "Service identifiers.",
  servingNetwork: "Mobile country and network code of the visited network, as 26201.",
  sessionId: "Chosen by the network element, a new one for each session.",
  "requestNotice.sessionId": "Of one open session of the account; nil: of all of them.",
  sessionsMax: "More open sessions than that are a hit, for whichever of them asks.",
  sharePercentMax: "More than that is a hit: 0 to 99.",
  simultaneousSessions: "Open sessions of the account; nil: the rule is of another kind.",
  singleNssai: "The slice: SST, or SST-SD as 1-000001.",
  slices: "SST, or SST-SD.",
  spendRate:
    "Money debited in the window, in the account's currency; nil: the rule is of another kind.",
  spentMax: "More than that within a window is a hit, in micros.",
  spentMin: "A share is looked at once that much was spent in the window, in micros.",
  "counters.status": "Of the highest threshold that is reached; nil: of none.",
  "thresholds.status": "The operator's name for it, as of a policy counter (TS 29.594).",
  subscriberIdentifier:
    "MSISDN, IMSI or whatever else putAccount gave the account as identifier, to the letter; or " +
    "`account-` and an account id, for the account itself.",
  "question.subscriberIdentifier": "One of the account's identifiers; nil: the account itself.",
  subscriberIdentifiers:
    "By which network elements ask; each belongs to one account only, and none begins with " +
    "`account-`.",
  subscribers: "Identifiers as the network names them: a member of a family, a device.",
  tariffId: "Names the tariff that prices what the product's owner uses.",
  tariffTimeChange: "When the price changes while the grant lasts. 0: it does not.",
  text: "Its wording may change at any time.",
  thresholds: "Ascending. Each crossing is in the journal once, in the entry that crosses it.",
  timeBands: "Time bands of the tariff.",
  timeZone: "IANA name, as Europe/Berlin: renewals and periods of counters follow its clocks.",
  tariffVersion: "Counts what was published in this installation, tariffs and rate decks.",
  toAccountId: "Whose bucket is credited.",
  toBucketId: "Of the same unit and currency; not the bucket itself.",
  topic: "What the line is about: result, movement, price, bucket, step, grant, problem and so on.",
  unit: "What it is kept in: micros of money, octets, seconds or messages.",
  "period.unit": "What the length of a period is counted in; once: it never ends.",
  until: "Up to this moment, in which it was no longer used.",
  uploadId:
    "Chosen by the caller, another one for another deck. What is not published within " +
    `${limits.rateDeckUploadKeptMs / 60_000} minutes of its last part is gone.`,
  uploadedParts: "All parts of this upload that are there now.",
  usedBefore:
    "What was used before changes of the tariff, in order of time; each is charged as of its own " +
    "moment.",
  usedFrom:
    "Buckets that ended after this moment stay, to pay for use that is told late; 0: none does. " +
    "Not in the future.",
  usedUnit:
    "Used since the last message or the last of `usedBefore`, in the unit of the rating group. " +
    "nil: none.",
  "usedBefore.usedUnit": "Used since the element before, or the last message, up to `until`.",
  "usedUnits.usedUnit": "How much, in the unit of the rating group.",
  usedUnits: "Each rating group at most once; all are debited, or none is.",
  "refund.usedUnits":
    "What is given back, each rating group at most once; empty: all that has not been yet.",
  "priceEnquiry.usedUnits": "Each rating group at most once; nothing is debited.",
  validFrom: "From this moment on.",
  validityTime: "Seconds; then the network has to ask again, used up or not.",
  "adjust.validUntil": "When the bucket is over, after this.",
  "topUp.validUntil": "When the bucket is over, after this.",
  validUntil: "Up to this moment, which is no longer in it.",
  value: "What has been counted.",
  windowSeconds:
    "Windows of that length follow each other from 1970-01-01T00:00:00Z on: up to twice the " +
    "bound may pass within their length, in two of them. A changed rule begins anew.",
  zones: "Zones of the called number.",
};
