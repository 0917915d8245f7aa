// Why Postgres did not do something, in a line that may be logged and shown: its own words and
// code. Drizzle's error has the statement with all its parameters in its message, whoever they are.

import { DrizzleQueryError } from "drizzle-orm";

/** Undefined: it is not about Postgres. */
export const databaseReason = (error: unknown): string | undefined => {
  if (error instanceof DrizzleQueryError) return wordsOf(error.cause ?? new Error("no reason"));
  return undefined;
};

/** Of any error; what it was about is left out where it is about Postgres. */
export const reasonOf = (error: unknown): string =>
  databaseReason(error) ?? (error instanceof Error ? wordsOf(error) : String(error));

const wordsOf = (error: Error): string => {
  const { code } = error as NodeJS.ErrnoException;
  // Several addresses of a name that all refused: the message is empty.
  const words = error.message === "" ? "" : error.message.replace(/\s+/g, " ");
  if (code === undefined) return words;
  return words === "" || words.includes(code) ? words || code : `${words} (${code})`;
};
