// Whether a Postgres may hold the books of the business, and in one line why not. The connection is
// asked for everything at once (../postgres/ask.ts).

import type { DatabaseFacts, DatabaseProblem } from "../postgres/ask.ts";
import { maskUrl } from "./settings.ts";

/** NULLS NOT DISTINCT came with 15; nobody repairs older ones much longer. */
const versionNumberMin = 150_000;

/** What is wrong with a Postgres that answers, with the remedy; null when it is fit. */
export const judgeDatabase = (facts: DatabaseFacts, url: string): string | null => {
  const database = `the Postgres at ${maskUrl(url)}`;
  if (facts.versionNumber < versionNumberMin) {
    const least = Math.floor(versionNumberMin / 10_000);
    return `${database} is version ${facts.version}; ${least} or later is needed`;
  }
  if (facts.isStandby) return `${database} is a standby; set DATABASE_URL to its primary`;
  if (facts.isReadOnly) {
    return (
      `${database} is read-only (default_transaction_read_only); let the user of DATABASE_URL ` +
      "write, or set DATABASE_URL to one that may"
    );
  }
  if (!facts.mayCreate) {
    return (
      `${database} lets this user create nothing; as its owner run: ` +
      "GRANT CREATE ON DATABASE … TO …, and GRANT CREATE ON SCHEMA public TO …"
    );
  }
  return null;
};

/** Codes of Postgres (appendix A of its manual): what to do about each. */
const remedies: readonly (readonly [RegExp, (database: string) => string])[] = [
  [
    /^28/,
    (database) =>
      `the Postgres at ${database} refuses the user or password; ` +
      "put the right one into DATABASE_URL",
  ],
  [
    /^3D000$/,
    (database) =>
      `the Postgres at ${database} has no such database; create it, or correct DATABASE_URL`,
  ],
  [/^57P03$/, (database) => `the Postgres at ${database} is still starting; start again soon`],
  [
    /^53300$/,
    (database) => `the Postgres at ${database} has no connection left; raise its max_connections`,
  ],
];

/** What is wrong with a Postgres that could not be asked, with the remedy. */
export const explainUnreachableDatabase = (url: string, problem: DatabaseProblem): string => {
  const database = maskUrl(url);
  const remedy = remedies.find(([code]) => code.test(problem.code))?.[1];
  if (remedy !== undefined) return remedy(database);
  const reason = problem.message.replace(/^connect /, "");
  const ways = "start it, correct DATABASE_URL, or unset it to get one started";
  return `no usable Postgres at ${database} (${reason}); ${ways}`;
};
