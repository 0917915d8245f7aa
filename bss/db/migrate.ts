// Brings the schema of a database up to date. Any number of processes may do it at once: one does,
// under an advisory lock (Drizzle's migrator takes none), the others wait and find it done.

import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client } from "pg";
import { limits } from "../limits.ts";

const migrationsFolder = fileURLToPath(new URL("migrations", import.meta.url));

/** Any number that nothing else in this database locks by. */
const migrationLock = 0x74_6f_6c_6c;

/** Rejects when the database cannot be reached, or another process migrates for too long. */
export const migrateDatabase = async (url: string): Promise<void> => {
  const client = new Client({
    connectionString: url,
    application_name: "tollgate migrate",
    connectionTimeoutMillis: limits.databaseConnectMsMax,
    lock_timeout: limits.migrationMsMax,
    query_timeout: limits.migrationMsMax,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
};
