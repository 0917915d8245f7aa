// Where the database of the business side is, for commands that look into it beside a running
// Tollgate: DATABASE_URL, or else the Postgres that `npm start` runs on the data folder.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { err, ok, type Result } from "../engine/values/result.ts";
import { readPasswords } from "./postgres/initialise.ts";
import { readPostmaster } from "./postgres/postmaster.ts";
import { postgresUrl } from "./postgres/prepare.ts";
import { dataFolderPaths } from "./supervisor/data-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** With the password. The error is one line with the remedy; whether it answers is not tried. */
export const findDatabaseUrl = (env: NodeJS.ProcessEnv): Result<string, string> => {
  const foreign = env["DATABASE_URL"]?.trim();
  if (foreign) return ok(foreign);
  const folder = path.resolve(root, env["TOLLGATE_DATA"]?.trim() || ".tollgate");
  const data = dataFolderPaths(folder);
  const passwords = readPasswords(data.postgresPasswords);
  if (passwords === null) {
    return err(
      `no Postgres of yours in ${folder}; start Tollgate as this user (npm start), or set ` +
        "DATABASE_URL or TOLLGATE_DATA",
    );
  }
  const postmaster = readPostmaster(data.postgresData);
  if (postmaster === null) return err(`Postgres in ${folder} is not running: npm start`);
  return ok(postgresUrl(postmaster.port, "tollgate", passwords));
};
