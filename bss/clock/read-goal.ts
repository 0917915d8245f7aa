// How far the clock is to stand ahead of the machines': what a Redis that is rebuilt goes on from.

import type { Database } from "../db/connection.ts";
import { clockGoals } from "./schema.ts";

/** 0: it was never moved. */
export const readGoal = async ({ tables }: Pick<Database, "tables">): Promise<number> => {
  const [goal] = await tables.select().from(clockGoals);
  return goal?.offsetMs ?? 0;
};
