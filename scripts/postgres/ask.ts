// One question to a Postgres over a connection of its own: what it is and what we may do there. The
// error keeps Postgres's or the system's own code, from which the remedy follows.

import { Client } from "pg";
import { err, ok, type Result } from "../../engine/values/result.ts";

export type DatabaseFacts = {
  readonly version: string;
  /** As `server_version_num` counts: 180004 for 18.4. */
  readonly versionNumber: number;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  readonly mayCreate: boolean;
};

export type DatabaseProblem = { readonly code: string; readonly message: string };

const answerMilliseconds = 5_000;

/** Schemas in the database, and tables in `public`, which migrations need both. */
const question = `
  SELECT current_setting('server_version') AS "version",
         current_setting('server_version_num')::int AS "versionNumber",
         pg_is_in_recovery() AS "isStandby",
         current_setting('default_transaction_read_only')::bool AS "isReadOnly",
         has_database_privilege(current_database(), 'CREATE')
           AND coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), true)
           AS "mayCreate"`;

export const askDatabase = async (url: string): Promise<Result<DatabaseFacts, DatabaseProblem>> => {
  let client: Client | undefined;
  try {
    client = new Client({
      connectionString: url,
      connectionTimeoutMillis: answerMilliseconds,
      query_timeout: answerMilliseconds,
    });
    client.on("error", () => undefined);
    await client.connect();
    const { rows } = await client.query<DatabaseFacts>(question);
    return rows[0] === undefined ? err({ code: "", message: "no answer" }) : ok(rows[0]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return err({ code, message: message.replace(/\s+/g, " ").trim() || code });
  } finally {
    await client?.end().catch(() => undefined);
  }
};
