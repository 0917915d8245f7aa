// A name that somebody else has: Postgres says so when it is written, and only then is it certain.

import { DrizzleQueryError } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";

const uniqueViolation = "23505";

/** The transaction is over then, as a refusal ends it anyway. */
export const orConflict = async <T>(write: Promise<T>, detail: string): Promise<Answered<T>> => {
  try {
    return ok(await write);
  } catch (error) {
    const cause = error instanceof DrizzleQueryError ? error.cause : undefined;
    const isTaken = (cause as NodeJS.ErrnoException | undefined)?.code === uniqueViolation;
    if (isTaken) return refuse("CONFLICT", detail);
    throw error;
  }
};
