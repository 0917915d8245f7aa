// The database of the business side: the Postgres that is started for you, or the one behind
// DATABASE_URL, if it is fit. It comes up beside Redis and engines, which never wait for it.

import { ok } from "../../engine/values/result.ts";
import { askDatabase } from "../postgres/ask.ts";
import { explainUnreachableDatabase, judgeDatabase } from "./database-fitness.ts";
import { failed, type Step } from "./ending.ts";
import type { KeptChild } from "./keep-running.ts";
import { type PostgresStart, startPostgres } from "./postgres-server.ts";

export type DatabaseUp = {
  /** With the password: for programs, never for a terminal or a log. */
  readonly url: string;
  readonly version: string;
  /** Null where the Postgres is somebody else's. */
  readonly postgres: KeptChild | null;
};

export const bringUpDatabase = async (start: PostgresStart): Promise<Step<DatabaseUp>> => {
  const { foreignDatabaseUrl } = start.settings;
  if (foreignDatabaseUrl !== null) return await checkForeign(foreignDatabaseUrl);
  const started = await startPostgres(start);
  if (!started.isOk) return started;
  const { kept, url, version } = started.value;
  return ok({ url, version, postgres: kept });
};

const checkForeign = async (url: string): Promise<Step<DatabaseUp>> => {
  const answer = await askDatabase(url);
  if (!answer.isOk) return failed(explainUnreachableDatabase(url, answer.error));
  const complaint = judgeDatabase(answer.value, url);
  return complaint === null
    ? ok({ url, version: answer.value.version, postgres: null })
    : failed(complaint);
};
