// Errors of Postgres that are nobody's mistake, or the asker's: in kinds, for whoever has to say
// what may be done about them. All others are defects.

import { isTransactionConflict } from "./transaction-conflict.ts";

export type FailureKind =
  /** Another transaction is in the way. */
  | "busy"
  /** It took longer than a statement may. */
  | "slow"
  /** It cannot be reached, or the connection was lost: a COMMIT under way may have been done. */
  | "gone"
  /** Text with a NUL, or half a character, in it. */
  | "unstorable";

const kindsByState: Readonly<Record<string, FailureKind>> = {
  // lock_not_available
  "55P03": "busy",
  // query_canceled: by statement_timeout, or by an operator
  "57014": "slow",
  // character_not_in_repertoire, untranslatable_character
  "22021": "unstorable",
  "22P05": "unstorable",
  // idle_in_transaction_session_timeout, read_only_sql_transaction: it is a standby now
  "25P03": "gone",
  "25006": "gone",
  // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout
  "57P01": "gone",
  "57P02": "gone",
  "57P03": "gone",
  "57P04": "gone",
  "57P05": "gone",
};

/** connection_exception, insufficient_resources */
const classesGone = /^(?:08|53)/;
const socketErrors = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH"],
  ...["ENETUNREACH", "ENOENT", "ENOTFOUND", "EAI_AGAIN"],
]);

/** pg's own, which have no code. */
const words: readonly (readonly [RegExp, FailureKind])[] = [
  [/^Query read timeout/, "slow"],
  [/^Connection terminated|is not queryable$|^timeout e(?:xceeded|xpired)/, "gone"],
];

/** Within Drizzle's error too. */
export const failureKindOf = (error: unknown): FailureKind | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (isTransactionConflict(error)) return "busy";
  const { code, message, cause } = error as Error & { readonly code?: unknown };
  if (typeof code === "string") {
    const kind = kindsByState[code];
    if (kind !== undefined) return kind;
    if (classesGone.test(code) || socketErrors.has(code)) return "gone";
  }
  const [, said] = words.find(([pattern]) => pattern.test(message)) ?? [];
  return said ?? failureKindOf(cause);
};
