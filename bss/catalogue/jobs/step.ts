// What a worker of jobs brings to one step of one, and what comes of it.

import type { Database } from "../../db/connection.ts";
import type { Transact } from "../../transact.ts";
import type { Job } from "./jobs.ts";

export type JobTools = {
  readonly database: Database;
  readonly transact: Transact;
  /** Of steps that take long and are one transaction all the same. */
  readonly transactLong: Transact;
  readonly now: () => number;
};

/** `done`: look for the next step at once; `waiting`: another process has it in hand. */
export type JobStep = "done" | "waiting";

export type TakeStep = (tools: JobTools, job: Job) => Promise<JobStep>;
