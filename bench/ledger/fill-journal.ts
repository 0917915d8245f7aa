// A journal to follow: accounts that are opened and credited, a session on each, and its updates.
// Made by an engine without sockets, and not measured.

import { type AnyRequest, openDirectEngine } from "../../engine/simulation/direct-engine.ts";
import {
  openings,
  sessionMessage,
  tariffDocument,
  topUp,
} from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import type { Progress } from "../report/progress.ts";
import { wholeFigure } from "../report/table.ts";

export type Filled = {
  readonly accounts: number;
  readonly records: number;
  readonly entries: number;
};

const atOnce = 1_024;
/** The engine keeps the profiles of so many at hand, from one step to the next. */
const blockMax = 65_536;

export const fillJournal = async (
  redisUrl: string,
  { accounts, updates }: { readonly accounts: number; readonly updates: number },
  progress: Progress,
): Promise<Filled> => {
  const engine = await openDirectEngine({ redisUrl, now: Date.now });
  await checkInstallation(engine.store, 1);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  const steps = 4 + updates;
  let done = 0;
  let block: readonly string[] = [];
  const ofAll = async (make: (accountId: string) => readonly AnyRequest[]) => {
    for (let from = 0; from < block.length; from += atOnce) {
      const ids = block.slice(from, from + atOnce);
      await engine.handle(ids.flatMap(make));
      done += ids.length;
      progress.show(done / accounts / steps, `${wholeFigure(done / steps)} accounts`);
    }
  };
  const message = (operation: "initiate" | "update", sequence: number) => (id: string) => {
    const place = { sessionId: `session-${id}`, sequence, at: Date.now() };
    const usedUnit = operation === "initiate" ? null : 3_456_789;
    return [sessionMessage(operation, id, place, [{ ratingGroup: 10, usedUnit }])];
  };
  progress.begin("filling the journal");
  for (let from = 0; from < accounts; from += blockMax) {
    const length = Math.min(blockMax, accounts - from);
    block = Array.from({ length }, (_, index) => `49151${10_000_000 + from + index}`);
    await ofAll((id) => openings([id]));
    await ofAll((id) => [topUp(id, "data", "data", 5e12)]);
    await ofAll((id) => [topUp(id, "main", "main", 1e12)]);
    await ofAll(message("initiate", 0));
    for (let sequence = 1; sequence <= updates; sequence++) {
      await ofAll(message("update", sequence));
    }
  }
  const entries = await engine.store.journal.length(0);
  await engine.close();
  progress.end(`${wholeFigure(entries)} entries`);
  return { accounts, records: accounts * (4 + updates), entries };
};
