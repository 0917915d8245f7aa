// A process of the business side: settings from the environment, the worker of the ledger, signals.
// Any number of them may run; they share the work. The only file of the business side that does
// something when it is imported, and the only one that owns a clock.

import { ok } from "../engine/values/result.ts";
import { openClock, openStoredClock } from "./clock/index.ts";
import { readConfig } from "./config.ts";
import { openDatabase } from "./db/connection.ts";
import { reasonOf } from "./db/database-error.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { openEngineConnection, readEngineToken } from "./engine-connection.ts";
import { tellFirstPassword } from "./first-password.ts";
import { openJournalStream, startLedgerWorker } from "./ledger/index.ts";
import { limits } from "./limits.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { openOperationsPort } from "./operations-port.ts";
import { openCipher } from "./privacy-keys.ts";
import { readTls } from "./read-tls.ts";
import { auditCheck, clockCheck, databaseCheck, eventsCheck, ledgerCheck } from "./readiness.ts";
import { startDoors } from "./start-doors.ts";

const config = readConfig(process.env);
if (!config.isOk) {
  process.stderr.write(`${config.error.join("\n")}\n`);
  process.exit(2);
}
const { databaseUrl, host, operationsPort, redisUrl, isRedisCluster } = config.value;
const { engineToken, engineTokenFile } = config.value;
const token = engineToken === undefined ? readEngineToken(engineTokenFile) : ok(engineToken);
const tls = readTls(config.value.tls);
if (!token.isOk || !tls.isOk) {
  for (const one of [token, tls]) if (!one.isOk) process.stderr.write(`${one.error}\n`);
  process.exit(2);
}
const log = createLog(config.value.logLevel);

await migrateDatabase(databaseUrl).catch((error: Error) => {
  log.fatal({ err: error }, `the database cannot be brought up to date: ${reasonOf(error)}`);
  process.exit(1);
});
const database = openDatabase({
  url: databaseUrl,
  name: "tollgate bss",
  onError: (error) => log.warn({ err: error }, "a connection to Postgres was lost"),
});
const journal = openJournalStream({
  url: redisUrl,
  isCluster: isRedisCluster,
  onError: (error) => log.debug({ err: error }, "Redis"),
});
const clock = await openClock({
  database,
  stored: openStoredClock({
    url: redisUrl,
    isCluster: isRedisCluster,
    onError: (error) => log.debug({ err: error }, "Redis"),
  }),
  isMovable: config.value.isClockMovable,
  machineNow: Date.now,
  onFault: (error) => log.debug({ err: error }, "the clock could not be read; it is tried again"),
});
if (!clock.isOk) {
  log.fatal({}, clock.error);
  process.exit(1);
}
const metrics = createMetrics(
  () => ledger,
  clock.value,
  () => doors?.events,
  () => charging.engine.connectionsUp(),
);
const ledger = startLedgerWorker({
  database,
  databaseUrl,
  journal,
  keptMs: 1_000 * config.value.ledgerJournalKeptSeconds,
  // Entries of journals have the machines' time for their ids, also where the clock was moved.
  now: Date.now,
  log,
  onCommitted: metrics.countCommitted,
});
const fail = (error: Error): never => {
  log.fatal({ err: error }, error.message);
  process.exit(1);
};
const cipher = await openCipher(database, config.value.privacyKeysFile);
if (!cipher.isOk) {
  process.stderr.write(`${cipher.error}\n`);
  process.exit(2);
}
const charging = openEngineConnection({
  ...{ url: config.value.engineUrl, log },
  token: token.value,
});
const doors = await startDoors({
  tls: tls.value,
  engine: charging.engine,
  ...{ config: config.value, database, clock: clock.value, log, metrics, machineNow: Date.now },
  cipher: cipher.value,
}).catch(fail);
tellFirstPassword(doors.firstPassword, config.value.firstPasswordFile);
const checks = [
  databaseCheck(database),
  ledgerCheck(ledger),
  clockCheck(clock.value),
  auditCheck(doors),
  eventsCheck(doors.events),
];
const operations = await openOperationsPort({ host, port: operationsPort, checks, metrics }).catch(
  fail,
);
log.info({ port: doors.port, operationsPort: operations.port }, "the business side is up");

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  log.info({}, "stopping");
  setTimeout(() => {
    log.error({}, `not stopped within ${limits.stopMsMax / 1_000} s: what is under way is left`);
    process.exit(1);
  }, limits.stopMsMax).unref();
  await doors.close();
  await charging.close();
  await Promise.all([ledger.stop(), clock.value.stop()]);
  await Promise.all([operations.close(), database.close()]);
  journal.close();
  process.exit(0);
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
