// The configuration of the Postgres that is started for you. Written anew at each start; what an
// operator sets with ALTER SYSTEM is kept beside the data and wins.

export type PostgresConfiguration = {
  readonly port: number;
  readonly folder: string;
  /** Its data is deleted afterwards: it need not survive a power loss, only a crash. */
  readonly isThrowAway: boolean;
};

/** Quotes as postgresql.conf wants it, so that any path works. */
const quote = (text: string): string => `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;

/** Who may come in: whoever knows a password, from this machine. */
export const accessRulesText = "host all all 127.0.0.1/32 scram-sha-256\n";

/**
 * For a machine of a few gigabytes that also carries Redis and engines: what is read often stays in
 * 256 MB, the system's own cache holds the rest.
 */
const memory = [
  "shared_buffers = 256MB",
  "effective_cache_size = 1GB",
  "work_mem = 8MB",
  "maintenance_work_mem = 128MB",
];

/**
 * The journal comes in by COPY, megabytes at a time. With the default of 1 GB every half gigabyte
 * of it would start a checkpoint, after which each page is logged whole again; the price is a
 * recovery after a crash that reads up to about 4 GB.
 */
const writeAhead = [
  "wal_buffers = 16MB",
  "min_wal_size = 256MB",
  "max_wal_size = 4GB",
  "checkpoint_timeout = 15min",
  // What is told to be written is written: bills and ledger are the truth of the business.
  "synchronous_commit = on",
];

/** After a crash of the process all is there, since the system has it; no disk is waited for. */
const throwAway = [
  "fsync = off",
  "full_page_writes = off",
  "shared_buffers = 64MB",
  "max_wal_size = 512MB",
  "synchronous_commit = on",
];

export const postgresConfigurationText = (configuration: PostgresConfiguration): string =>
  [
    `data_directory = ${quote(configuration.folder)}`,
    `hba_file = ${quote(`${configuration.folder}/pg_hba.conf`)}`,
    `ident_file = ${quote(`${configuration.folder}/pg_ident.conf`)}`,
    "listen_addresses = '127.0.0.1'",
    `port = ${configuration.port}`,
    "unix_socket_directories = ''",
    "max_connections = 100",
    "password_encryption = 'scram-sha-256'",
    ...(configuration.isThrowAway ? throwAway : [...memory, ...writeAhead]),
    // One query takes one core at most: the others are the engines'.
    "max_parallel_workers_per_gather = 0",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    "lc_messages = 'C'",
    "log_line_prefix = '%m [%p] '",
    // Statements and the details of errors hold numbers and names of subscribers.
    "log_error_verbosity = terse",
    "log_min_error_statement = panic",
    "log_checkpoints = off",
    "",
  ].join("\n");
