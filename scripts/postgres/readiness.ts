// Waits until a Postgres that was started serves: its own file says that this very process is
// ready, so that a stranger on the port is never taken for it; then it has to answer one question.

import { setTimeout as pause } from "node:timers/promises";
import { err, type Result } from "../../engine/values/result.ts";
import { askDatabase, type DatabaseFacts } from "./ask.ts";
import { readPostmaster } from "./postmaster.ts";

export type Readiness = {
  readonly folder: string;
  readonly pid: number;
  readonly url: string;
  /** Why there is nothing to wait for any more; null as long as there is. */
  readonly giveUp: () => string | null;
  /** It was killed before: its log is gone through, which may take minutes. */
  readonly isRecovering: boolean;
};

const pollMilliseconds = 20;
const startSecondsMax = 60;
/** Reading some gigabytes of log; a disk that is slow takes a quarter of an hour. */
const recoverySecondsMax = 1_800;

export const waitUntilServing = async (
  readiness: Readiness,
): Promise<Result<DatabaseFacts, string>> => {
  const { folder, pid, url, giveUp, isRecovering } = readiness;
  const secondsMax = isRecovering ? recoverySecondsMax : startSecondsMax;
  const deadline = Date.now() + secondsMax * 1000;
  let reason = "it did not start";
  while (Date.now() < deadline) {
    const gone = giveUp();
    if (gone !== null) return err(gone);
    const postmaster = readPostmaster(folder);
    if (postmaster?.pid === pid && postmaster.status === "ready") {
      const answer = await askDatabase(url);
      if (answer.isOk) return answer;
      reason = answer.error.message;
    }
    await pause(pollMilliseconds);
  }
  return err(`Postgres did not answer within ${secondsMax} s: ${reason}`);
};
