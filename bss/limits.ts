// Every bound of the business side, by name.

const seconds = 1_000;
const minutes = 60 * seconds;

export const limits = {
  // Postgres.
  databaseConnectionsMax: 16,
  databaseConnectMsMax: 10 * seconds,
  databaseIdleMsMax: 1 * minutes,
  databaseKeepAliveMs: 10 * seconds,
  transactionMsMax: 1 * minutes,
  idleInTransactionMsMax: 1 * minutes,
  /** Of connections that hold locks: nothing that they ask takes long. */
  connectionQueryMsMax: 10 * seconds,
  /** Another process may be migrating. */
  migrationMsMax: 10 * minutes,

  // The ledger.
  /** Of one shard's journal in one transaction; an entry has up to 64 records. */
  ledgerPageEntriesMax: 128,
  journalReadMsMax: 10 * seconds,
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
  /** What is committed stays in Redis so long, for audits under way and explanations. */
  ledgerJournalKeptSecondsDefault: 300,
  ledgerJournalKeptSecondsMax: 7 * 24 * 3_600,
  ledgerTrimMs: 1 * seconds,
  /** Partitions are made for so many days ahead. */
  ledgerDaysAhead: 2,
  readinessCheckMsMax: 2 * seconds,
} as const;
