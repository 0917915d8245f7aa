// When a transaction failed only because of another one: it left nothing, and the same again may
// well succeed.

const conflictCodes = new Set(["40001", "40P01"]);

/** serialization_failure, deadlock_detected; within Drizzle's error too. */
export const isTransactionConflict = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, cause } = error as Error & { code?: unknown };
  return (typeof code === "string" && conflictCodes.has(code)) || isTransactionConflict(cause);
};
