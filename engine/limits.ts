// Every bound of the engine, by name. A loop, queue, batch or wait without an entry here is a
// defect. `limits.test.ts` asserts the bounds against each other.

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

export const limits = {
  // The wire.
  frameBytesMax: 1024 * 1024,
  frameMessagesMax: 1024,
  frameDepthMax: 16,
  /** A mebibyte of empty arrays would take 200 ms to decode; real frames have far fewer. */
  frameArraysMax: 65_536,
  identifierLengthMax: 128,
  detailLengthMax: 1_000,
  tariffDocumentLengthMax: 512 * 1024,
  ratingGroupsPerTariffMax: 1_000,
  ratingGroupsPerRequestMax: 16,
  /** Changes of the tariff that a report may lie across. */
  usedBeforeMax: 3,
  /** Of a message: each rating group, and each use before a change, is one. */
  usageEntriesPerRequestMax: 32,
  redirectAddressLengthMax: 512,
  rateDeckRowsMax: 500_000,
  rateDeckZonesMax: 5_000,
  /** A part is read in some ms, and together they hold the longest rows that there can be. */
  rateDeckPartLengthMax: 64 * 1024,
  rateDeckPartsMax: 1_200,
  /** Told of in a refusal. */
  rateDeckProblemsShownMax: 10,
  /** Since its last part. */
  rateDeckUploadKeptMs: 1 * hours,
  /** Rows are compiled for so long, then others have a turn; the clock is looked at in between. */
  rateDeckSliceMs: 1,
  rateDeckRowsPerLook: 64,
  /** In memory, when a newer one has taken its place and no session asks for it any more. */
  rateDeckKeptMs: 1 * hours,
  /** Checked anew when something else was published meanwhile. */
  publicationTriesMax: 10,
  pricesPerRatingGroupMax: 200,
  /** A volume tier takes four steps. */
  priceTiersMax: 15,
  priceDiscountsMax: 8,
  conditionValuesMax: 500,
  finalUnitFiltersMax: 16,
  timeBandsPerTariffMax: 100,
  holidaysPerTariffMax: 1_000,
  /** Of its own; those of a rate deck are counted by rows. */
  zonesPerTariffMax: 2_000,
  prefixesPerZoneMax: 5_000,
  freeNumbersPerTariffMax: 500,
  /** All of them may give at one top-up, each as an entry of the operation. */
  bonusRulesPerTariffMax: 30,
  tariffProblemsMax: 1_000,
  /** Of a price: a tier of a volume price becomes up to four. */
  priceStepsMax: 80,
  garbageFramesPerConnectionMax: 8,
  frameUnsentBytesMax: 16 * 1024 * 1024,
  connectionIdleSecondsMax: 120,
  /**
   * Read from one peer before anything else had its turn: more than a kernel holds back is a flood.
   */
  frameBytesPerTurnMax: 16 * 1024 * 1024,
  turnMs: 20,
  connectionsMax: 10_000,
  /** A frame up to here is still read, only to be refused with 1009; a longer one cuts the line. */
  frameBytesReadMax: 16 * 1024 * 1024,
  /** From the TCP connection to the upgrade. uWebSockets.js has these 10 s built in. */
  upgradeSecondsMax: 10,
  closeReasonBytesMax: 123,
  closeFlushMsMax: 1 * seconds,
  closeLingerMs: 200,
  closeHandshakeMsMax: 5 * seconds,
  rejectsLoggedPerSecondMax: 10,
  peersMax: 1_000,
  peersFileBytesMax: 1024 * 1024,

  // The client library.
  clientInFlightMax: 1_024,
  clientDeadlineMs: 5 * seconds,
  clientSweepMs: 10,
  clientConnectMsMax: 5 * seconds,
  /** A peer that says nothing between two pings is dead: noticed in time to ask another one. */
  clientPingIntervalMs: 2 * seconds,
  clientReconnectMsMin: 50,
  clientReconnectMsMax: 5 * seconds,
  clientRetryMsMin: 10,
  clientRetryMsMax: 500,
  clientCloseMsMax: 1 * seconds,

  // An account. Bucket slots and group counts are bytes in the account value.
  bucketsPerAccountMax: 32,
  countersPerAccountMax: 32,
  /** Counters and what goes with them and with buckets (balance/companions.ts). */
  counterSlotsMax: 60,
  thresholdsPerCounterMax: 8,
  /** Of all its caps and thresholds together (lua/lib/watch.lua). */
  watchNumbersPerAccountMax: 160,
  ownValidityBucketsMax: 8,
  eligibilityValuesMax: 64,
  rulesPerAccountMax: 8,
  ruleWindowSecondsMax: 31 * 24 * 60 * 60,
  ownValiditySecondsMax: 10 * 366 * 24 * 60 * 60,
  productsPerAccountMax: 16,
  subscribersPerAccountMax: 64,
  sessionsPerAccountMax: 64,
  sessionGroupsMax: 32,

  // Work in flight. 64 operations a batch is where the cost of a call stops mattering
  // (engine/README.md).
  batchOperationsMax: 64,
  batchesInFlightPerShardMax: 4,
  queueOperationsMax: 4_096,
  operationsInFlightPerConnectionMax: 4_096,
  stalePlanRetriesMax: 3,
  tariffReadingsMax: 3,
  operationDeadlineMs: 2 * seconds,
  batchTimeoutMs: 1 * seconds,
  retryAfterMs: 50,
  storeRetryMs: 50,
  storeDisconnectMsMax: 200,
  /** Something was asked, and nothing at all comes: the connection is dead, whatever it asked. */
  storeSilentMsMax: 3 * seconds,

  // Notices to network elements. One that is not acknowledged is sent again after a pause that
  // doubles: 10 times within about 5 minutes, then it is given up.
  noticePauseMsMin: 1 * seconds,
  noticePauseMsMax: 60 * seconds,
  noticeSentMax: 10,
  /** Due for so long, and nobody sent it: its peer may be away, its session over or another's. */
  noticeLeftMs: 10 * seconds,
  noticesTakenMax: 256,
  noticeTakesPerRoundMax: 100,
  /** Sessions keep the number of their peer in two octets. */
  peerNumberMax: 65_535,
  /** Notices that a client remembers, to tell those that come again. */
  clientNoticesMax: 4_096,

  // Caches.
  identifierHashesPerShard: 4_096,
  profilesCachedMax: 500_000,
  plansKeptPerProfileMax: 64,
  plansSharedMax: 50_000,
  profileTermsSharedMax: 50_000,

  // The operations port.
  readinessCheckMsMax: 2 * seconds,
  operationsRequestMsMax: 5 * seconds,

  // Identifiers: a claim that led to no profile for this long leads nowhere.
  claimHeldMsMax: 1 * seconds,
  claimGraceMs: 2 * seconds,

  // The journal. Up to 64 operations an entry: a page is a few MB in the worst common case.
  journalPageEntriesMax: 200,
  /** A walk through all keys of a Redis that is rebuilt. */
  rebuildKeysPerPage: 1_000,
  /** Of a snapshot; it may be over by one value, or by one scan of a hash. */
  snapshotPageOctets: 256 * 1_024,
  snapshotFieldsPerScan: 512,
  auditAccountsPerReadMax: 1_000,
  auditProblemsPerAccountMax: 20,
  /** That an engine reads to explain one operation; `npm run explain` reads all. */
  explanationEntriesMax: 2_000,
  /** At a time, so that charging goes on between: entries read, operations done again. */
  explanationPageEntriesMax: 20,
  explanationTurnOperationsMax: 50,
  explanationsAtOnceMax: 2,
  explanationLinesMax: 500,

  // The installation.
  shardsMax: 4_096,

  // Time.
  validityTimeSecondsMax: 24 * 60 * 60,
  /** Over this those who come at the end of a bucket or period are scattered. */
  validityScatterSecondsMax: 5 * 60,
  /** A session without a grant, and so without a validity time, is closed after this. */
  sessionIdleMs: 1 * hours,
  deadlineIntervalMs: 10 * seconds,
  /** Intervals looked at once more: engines' clocks differ, and a batch may be long under way. */
  deadlineIntervalsAgain: 3,
  /**
   * An event older than this is refused: its answer may be forgotten, and so it could run twice.
   */
  eventRepeatMsMax: 5 * minutes,
  /** Longer than that by what clocks may be ahead (`eventAheadMsMax`) and a message under way. */
  answersKeptMs: 6 * minutes,
  topUpAnswersKeptMs: 24 * hours,
  /**
   * A movement of money that was first asked for before that is refused: its answer may be
   * forgotten. Less than answers are kept by more than clocks differ and a message is under way.
   */
  movementRepeatMsMax: 23 * hours,
  /** What is in transit for longer than any engine tries is gone on with by whoever tends. */
  transferResumeMs: 8 * seconds,
  transfersResumedMax: 64,
  sweepIntervalMs: 1 * seconds,
  sweepSessionsMax: 200,
  sweepIntervalsMax: 1_000,
  /** In a walk through all accounts each one is looked at, met or not. */
  patrolWalkMs: 24 * hours,
  /** From turn to turn, unless that is more often than there is something to do. */
  patrolPauseMs: 5 * seconds,
  patrolPauseMsMax: 15 * minutes,
  patrolKeysMin: 10,
  patrolKeysMax: 2_000,
  /** A page with accounts that could not be settled is looked at so often. */
  patrolTriesMax: 3,
  /**
   * No message tells of use before that: it is up to `eventAgeMsMax` old, and so may be the change
   * up to which it tells apart; then there are clocks, and time under way.
   */
  lateUseMsMax: 48 * hours + 1 * minutes,
  clockSkewMsMax: 1 * seconds,
  /** How far the clocks of network elements may be ahead, and how late their messages may be. */
  eventAheadMsMax: 10 * seconds,
  eventAgeMsMax: 24 * hours,
  drainMsMax: 8 * seconds,
  /** Of these: after this long nothing more is taken on, and what is under way gets its answer. */
  drainTakingMsMax: 4 * seconds,
  drainPollMs: 20,
  readinessMsMax: 500,

  // The movable clock of a test installation (server/journey.ts).
  /** Told of each move, engines look besides with each sweep: one that cannot is not ready. */
  clockUnreadMsMax: 5 * seconds,
  /** By then each engine that is well has heard of a move, and what it had sent has arrived. */
  clockHeardMsMax: 3 * seconds,
  /** What is due is looked for so far ahead, in all accounts, then gone through. */
  journeyLegMs: 31 * 24 * hours,
  /** With more than that ahead the leg is shortened, down to the least. */
  journeyDuesPerLegMax: 500_000,
  journeyLegMsMin: 1 * hours,
  /** On a leg; what is due close to each other is done at the last of its moments. */
  journeyStationsPerLegMax: 1_000,
  /** From one station to the next, whatever is due: sessions end, answers are turned over. */
  journeyStationMsMax: 24 * hours,
  /** An account that cannot be settled is tried so often, then passed by. */
  journeyTriesMax: 3,
  /** An engine that says nothing on its journey for so long is gone; another one goes on. */
  journeyTurnMs: 10 * seconds,
} as const;
