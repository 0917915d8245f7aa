// Every bound of the business side, by name.

const seconds = 1_000;
const minutes = 60 * seconds;

export const limits = {
  // Postgres.
  /** For single statements; as many again for transactions. */
  databaseConnectionsMax: 8,
  databaseConnectMsMax: 10 * seconds,
  databaseIdleMsMax: 1 * minutes,
  databaseKeepAliveMs: 10 * seconds,
  /** A single statement; what takes longer is a transaction that says how long. */
  statementMsMax: 10 * seconds,
  /** So much longer its answer is waited for, by which time Postgres has given it up. */
  statementAnswerMsMax: 1 * seconds,
  transactionMsMax: 1 * minutes,
  idleInTransactionMsMax: 1 * minutes,
  /** Who waits longer for another's lock gives up, and looks who that is. */
  lockMsMax: 5 * seconds,
  /** Postgres waits in mid-transaction for a client that says nothing: it is gone, or as good. */
  silentTransactionMsMax: 10 * seconds,
  /** Of connections that hold locks: nothing that they ask takes long. */
  connectionQueryMsMax: 5 * seconds,
  /** And Postgres ends them, and their locks, when nothing is asked for so long. */
  connectionIdleMsMax: 15 * seconds,
  /** A connection that is to end says goodbye for so long. */
  connectionEndMsMax: 1 * seconds,
  /** Another process may be migrating. */
  migrationMsMax: 10 * minutes,

  // Documents of the TMF APIs.
  tmfTextCharsMax: 4_096,
  tmfNameCharsMax: 256,
  tmfIdCharsMax: 128,
  /** Of an attachment within a document, in base64. */
  tmfContentCharsMax: 262_144,
  tmfListItemsMax: 1_000,
  /** Of a value whose shape no definition knows. */
  tmfAnyDepthMax: 16,
  tmfAnyValuesMax: 10_000,

  // The catalogue.
  /** Told of one catalogue; who mends these asks again. */
  catalogueFindingsMax: 1_000,
  /** Of an offering, each with a tariff document of its own: prices that come and go. */
  catalogueMomentsMax: 100,
  /** Of all kinds and versions: a publication reads and compiles them at once. */
  catalogueDocumentsMax: 20_000,
  /** From the publication to its effect: by then every engine has to have all of it. */
  publicationLeadMs: 3 * seconds,
  publicationPollMs: 250,
  /** Of one file; it is read as a whole. */
  importFileBytesMax: 32 * 1_048_576,
  importRowsMax: 100_000,
  importRowCharsMax: 1_048_576,
  /** Rows in one transaction; what is done of an import is kept after each. */
  importBatchRows: 200,
  /** Of an import that is all or nothing, or only tried: it is one transaction. */
  importWholeRowsMax: 10_000,
  importWholeMsMax: 5 * minutes,
  /** Of one import; the others are counted. */
  importErrorsMax: 10_000,
  jobPollMs: 250,
  /** Rated without a pause: others wait for the process so long. An entry has up to 64 records. */
  previewPageEntries: 64,
  /** What has come of a preview is kept after so many. */
  previewStepRecords: 100_000,
  previewSampleEveryMax: 10_000,
  /** Sessions whose charge goes on, while a period is rated again. */
  reratedSessionsMax: 500_000,

  // The ledger.
  /**
   * Of one shard's journal in one transaction; an entry has up to 64 records. When a commit fails
   * half of it is tried next, and one more after each that succeeds.
   */
  ledgerPageEntriesMax: 128,
  /** Such a transaction, and whatever else is asked on its way, is given up after so long. */
  ledgerCommitMsMax: 10 * seconds,
  /** Nothing comes from Redis for so long though something was asked: it is connected anew. */
  journalReadMsMax: 5 * seconds,
  /** Nothing new: it is looked again after so long. */
  ledgerPollMs: 200,
  /** Redis or Postgres fails: the pause grows up to this. */
  ledgerRetryMsMin: 100,
  ledgerRetryMsMax: 5 * seconds,
  /** How often shards are looked for that no worker follows. */
  ledgerClaimMs: 2 * seconds,
  /** Entries further behind are a reason not to be ready. */
  ledgerLagSecondsMax: 60,
  /** The sums of every bucket are read so many at a time, for so long at the most. */
  ledgerBalancesPageMax: 5_000,
  ledgerBalancesMsMax: 60 * minutes,
  ledgerCountMsMax: 10 * minutes,
  /** What is committed stays in Redis so long, for audits under way and explanations. */
  ledgerJournalKeptSecondsDefault: 300,
  ledgerJournalKeptSecondsMax: 7 * 24 * 3_600,
  ledgerTrimMs: 1 * seconds,
  /** In units of a currency. */
  adjustAloneMax: 1_000_000_000,
  /** Of a summary of consumption. */
  consumptionAccountsMax: 1_000,
  /** Partitions are there for today and so many days ahead. */
  ledgerDaysAhead: 2,
  /** What was begun so long ago and is not complete belongs to nobody any more. */
  snapshotTakingMsMax: 24 * 60 * minutes,

  // The engines.
  /** A request with all its repetitions. */
  engineRequestMsMax: 5 * seconds,
  /** So often a request is made whose outcome stays unknown. */
  engineUnknownTriesMax: 3,

  // Balances.
  /** Accounts that are opened in one call, and of these at the engine at once. */
  balanceAccountsOpenedMax: 1_000,
  balanceOpeningsAtOnce: 128,
  /** Accounts whose buckets one list is made of, each by a question to the engine. */
  balanceAccountsListedMax: 200,
  /** A door waits so long for the engine; then it says that it is under way. */
  balanceWaitMsMax: 2 * seconds,
  /** What was begun and not ended is asked again after so long, and then ever more seldom. */
  balanceRetryMsMin: 5 * seconds,
  balanceRetryMsMax: 10 * minutes,
  /** Of what is left over: so many at a time, so often. */
  balanceLeftoversMax: 64,
  balanceWorkMs: 1 * seconds,
  /** Whatever the engine forgot by then, the ledger has. */
  balanceLedgerMs: 48 * 60 * minutes,
  /** A reservation ends by itself, at the latest after this. */
  balanceHoldMsDefault: 15 * minutes,
  balanceHoldMsMax: 30 * 24 * 60 * minutes,
  /** How often a bucket with a threshold is looked at. */
  autoTopUpLookMs: 15 * seconds,
  autoTopUpsPerAccountMax: 10,
  autoTopUpPeriodsMax: 1_000,
  autoTopUpsPerMonthDefault: 10,
  autoTopUpsPerMonthMax: 1_000,

  // Vouchers.
  voucherBatchMax: 1_000_000,
  voucherDigitsMin: 12,
  voucherDigitsDefault: 16,
  voucherDigitsMax: 20,
  /** Made in one transaction. */
  voucherPageMax: 5_000,
  /** Told in one part of an export. */
  voucherPartMax: 100_000,
  voucherWorkMs: 1 * seconds,
  /** Wrong codes within a window, by who asks for itself or for which account; by an address; by
   * who asks for others. */
  voucherWindowMs: 15 * minutes,
  voucherWrongMax: 5,
  voucherWrongOfAddressMax: 20,
  voucherWrongOfStaffMax: 200,
  /** After that nothing is looked up for so long, and twice as long each time. */
  voucherLockMsMin: 15 * minutes,
  voucherLockMsMax: 24 * 60 * minutes,
  /** So long it is remembered that somebody was locked out. */
  voucherGuardsKeptMs: 7 * 24 * 60 * minutes,
  voucherGuardsForgottenMs: 60 * minutes,

  // Events.
  /** Of a resource as JSON; a larger one is told of by its id and address. */
  eventBytesMax: 256 * 1024,
  eventHrefCharactersMax: 2_048,
  /** Each is looked at for each page of events that is spread. */
  subscriptionsMax: 1_000,
  concurrencyDefault: 8,
  concurrencyMax: 32,
  webhookDescriptionCharactersMax: 500,
  webhookEventTypesMax: 100,
  webhookPageDefault: 50,
  webhookPageMax: 200,
  previousSecretSecondsDefault: 24 * 3_600,
  previousSecretSecondsMax: 7 * 24 * 3_600,
  replayMax: 10_000,
  callbackCharactersMax: 2_048,
  /** One attempt, from resolving the name to the last octet that is read of the answer. */
  callbackMsMax: 10 * seconds,
  callbackAnswerBytesMax: 4 * 1024,
  callbackExcerptCharactersMax: 500,
  /** Connections that wait for the next delivery, to one subscriber and so long. */
  callbackIdleSocketsMax: 16,
  callbackIdleMsMax: 15 * seconds,
  callbackDnsMsMax: 2 * seconds,
  callbackDnsTriesMax: 2,
  callbackSystemLookupsMax: 2,
  /** Events in one transaction that spreads them; it and one of results have so long. */
  spreadPageEventsMax: 500,
  spreadMsMax: 10 * seconds,
  deliveryWriteMsMax: 10 * seconds,
  /** Nothing new: it is looked again after so long. */
  spreadPollMs: 100,
  deliveryLookMs: 1 * seconds,
  subscriptionClaimMs: 2 * seconds,
  /** Postgres fails: the pause until it is tried again. */
  eventsRetryMs: 1 * seconds,
  /** Of one subscription in memory, and results of it that are written at once, or so late. */
  deliveryPageMax: 200,
  deliveryResultsMax: 100,
  deliveryResultsMsMax: 100,
  /** What follows a failure in its lane is put off for so many. */
  heldBackMax: 5_000,
  /** Under way in a process, beyond the one that each subscription may always have. */
  deliveriesSharedMax: 256,
  /** Not one attempt has gone well for so long: the subscription is disabled. */
  subscriptionFailingMsMax: 5 * 24 * 60 * minutes,
  /** Something in the outbox for longer is a reason not to be ready. */
  eventsUnspreadMsMax: 1 * minutes,
  eventsKeptMs: 30 * 24 * 60 * minutes,
  cleaningMs: 1 * minutes,
  cleaningRowsMax: 1_000,
  eventQueryCharactersMax: 2_048,
  eventQueryConditionsMax: 20,
  /** What a subscriber asks for by Retry-After counts up to here. */
  retryAfterMsMax: 24 * 60 * minutes,
  /** With so many attempts in a row that failed a subscriber pauses, for so long at the most. */
  subscriptionFailuresMax: 5,
  subscriptionPauseMsMax: 5 * minutes,

  // The doors.
  bodyBytesMax: 1_048_576,
  /** Of files that are imported. */
  importBytesMax: 512 * 1_048_576,
  bodyDepthMax: 32,
  headerBytesMax: 16_384,
  urlLengthMax: 8_192,
  queryPairsMax: 100,
  /** Of one refusal: what else is wrong is counted. */
  problemPlacesMax: 50,
  /** From the first octet of a request to its last. */
  requestMsMax: 30 * seconds,
  /** Of these its headers, and how often that is looked after. */
  headersMsMax: 10 * seconds,
  connectionsCheckedMs: 5 * seconds,
  connectionsMax: 10_000,
  /** When the listener closes, what is under way has so long. */
  closeMsMax: 5 * seconds,
  /** A connection that says nothing. */
  connectionKeepAliveMs: 72 * seconds,
  /** An answer is remembered by its Idempotency-Key so long. */
  idempotencyMs: 24 * 60 * minutes,
  /** How often what is over is forgotten, and how many in one step, which takes some ms. */
  idempotencyForgetMs: 1 * minutes,
  idempotencyForgottenMax: 1_000,
  idempotencyKeyLengthMax: 255,
  /** Beyond it the key is remembered without its answer's body. */
  idempotencyAnswerBytesMax: 1_048_576,
  /** Of a transaction that another one got in the way of (40001, 40P01). */
  transactionTriesMax: 4,
  listLimitDefault: 20,
  listLimitMax: 1_000,
  /** Deeper than this a list is read by filters: each page costs what it passes over. */
  listOffsetMax: 100_000,
  /** With filters it is counted up to here. */
  listCountedMax: 10_000,
  filtersMax: 20,
  filterStepsMax: 16,
  filterValuesMax: 50,
  filterLengthMax: 1_024,
  /** Requests of one asker, and of one address that nobody is known of, in a minute. */
  requestsPerMinuteDefault: 60_000,
  requestsPerMinuteOfAddress: 600,
  /** Of what one address shows that is no session, key or token of anybody. */
  refusedPerMinuteOfAddress: 600,
  /** Askers, and addresses, whose requests are counted; of more those who asked last. */
  requestRatesMax: 20_000,
  /** The event loop is so far behind that new requests had better go elsewhere. */
  eventLoopDelayMsMax: 1 * seconds,
  // The audit.
  /** Of names, ids and reasons; what is longer is cut. Postgres indexes up to 2,704 octets. */
  auditTextCharactersMax: 500,
  /** How often what was appended is sealed: so long an entry can go without a trace. */
  auditSealMs: 1 * seconds,
  /** Sealed in one statement, and in one transaction: a backlog is found anew in each. */
  auditSealPageMax: 5_000,
  auditSealBatchMax: 50_000,
  /** Another process seals, or the wire is dead. */
  auditSealMsMax: 30 * seconds,
  /** How often the head of the chain is told to the log, where it outlives the database. */
  auditHeadToldMs: 10 * minutes,
  /** Verified at a time; less where their documents are large. */
  auditVerifyPageMax: 1_000,
  auditVerifyOctetsMax: 16 * 2 ** 20,
  /** For entries without a seal all are looked through. */
  auditVerifyMsMax: 10 * minutes,
  auditPageDefault: 50,
  auditPageMax: 500,

  // Parties, customers, accounts.
  /** Organisations above an organisation. */
  organizationDepthMax: 16,
  /** Whoever is referred to by more is not merged in one transaction. */
  mergeReferrersMax: 1_000,
  duplicatesPageMax: 20,
  /** Parties that share something are compared up to here: what all have tells nothing. */
  duplicatesComparedMax: 200,
  familyMembersMax: 100,
  consentPageDefault: 50,
  consentPageMax: 500,
  interactionPageDefault: 50,
  interactionPageMax: 500,
  /** Subscribers written at once. */
  importPageMax: 1_000,
  billingDueDaysMax: 180,

  // Privacy.
  /** Sealed anew in one transaction. */
  privacyRotatePageMax: 500,
  /** A page of it, or the count of a table. */
  privacyRotateMsMax: 5 * minutes,

  // The movable clock of a test installation.
  /** Told of each move, it looks besides; what is committed is handed to the engines so often. */
  clockPollMs: 100,
  /** Not read for so long it is not known what time it is. */
  clockUnreadMsMax: 5 * seconds,
  /** As far as calendars of engine and database go without a thought. */
  clockAheadMsMax: 50 * 366 * 24 * 60 * minutes,

  // Identity.
  /** Of characters as people count them; NIST SP 800-63B asks for length, not for kinds of them. */
  passwordCharactersMin: 12,
  /** Whatever is longer is hashed for nothing. */
  passwordCharactersMax: 128,
  /** argon2id, the first of the settings that OWASP names: 19 MiB, 2 passes, 1 thread. */
  passwordHashMemoryKiB: 19_456,
  passwordHashPasses: 2,
  /** At once; libuv hashes four at a time, 10 ms each, and the rest wait for those. */
  passwordHashesMax: 32,
  loginFailuresMax: 5,
  loginLockMsMin: 15 * minutes,
  loginLockMsMax: 24 * 60 * minutes,
  /** Others took the try meanwhile: it is looked again, more often than a lock needs failures. */
  loginClaimsMax: 8,
  /** RFC 6238, 5.2: one step for the way, and one for a clock that is behind. */
  oneTimeCodeStepsAside: 1,
  sessionMsMax: 12 * 60 * minutes,
  sessionIdleMsMax: 30 * minutes,
  sessionsOfUserMax: 50,
  apiKeysOfUserMax: 50,
  apiKeyDaysMax: 3_650,
  /** That a session or key was used is written so often at the most. */
  lastUsedWrittenMs: 1 * minutes,
  /** So long a session that another process revoked goes on. */
  actorCachedMsMax: 2 * seconds,
  actorsCachedMax: 10_000,
  /** Of an Authorization header; tokens of large directories have some kilobytes. */
  credentialCharactersMax: 8_192,
  tokenClockToleranceSeconds: 30,
  /** A key that is not in the set makes it be fetched again, so often at the most. */
  keySetCoolDownMs: 30 * seconds,
  /** It could not be fetched: nobody tries for so long. */
  keySetRetryMs: 5 * seconds,
  keySetFreshMs: 10 * minutes,
  /** The issuer cannot be reached: what was fetched last goes on for so long. */
  keySetStaleMsMax: 60 * minutes,
  keySetsMax: 64,
  issuerFetchMsMax: 5 * seconds,
  issuerAnswerOctetsMax: 256 * 1_024,
  oidcLoginMsMax: 10 * minutes,
  /** Under way at once; an issuer that hangs shall not gather requests here. */
  oidcExchangesMax: 16,
  identityPageMax: 100,

  readinessCheckMsMax: 2 * seconds,
  /** How often what is over is put away, and so many rows at a time. */
  sweepMs: 1 * minutes,
  sweepRowsMax: 1_000,
  /** Of the process: what is not in order by then is left as it is; nothing is lost by it. */
  stopMsMax: 10 * seconds,
} as const;
