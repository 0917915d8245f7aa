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
  /** Partitions are there for today and so many days ahead. */
  ledgerDaysAhead: 2,
  /** What was begun so long ago and is not complete belongs to nobody any more. */
  snapshotTakingMsMax: 24 * 60 * minutes,

  // Events.
  /** Of a resource as JSON; a larger one is told of by its id and address. */
  eventBytesMax: 256 * 1024,
  eventHrefCharactersMax: 2_048,

  readinessCheckMsMax: 2 * seconds,
  /** Of the process: what is not in order by then is left as it is; nothing is lost by it. */
  stopMsMax: 10 * seconds,
} as const;
