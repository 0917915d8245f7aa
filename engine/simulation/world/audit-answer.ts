// What is handed to network elements: an answer must be what the models foretold when Redis carried
// it out; where nothing was carried out it must be a refusal that engines may give by themselves,
// and tell the truth.

import { limits } from "../../limits.ts";
import { type AnyRequest, checked } from "../direct-engine.ts";
import type { ModelAnswer } from "../model-account.ts";
import { refusalAtTheDoor } from "../model-door.ts";
import type { AskedName } from "./asked.ts";
import {
  type Auditor,
  compareOctets,
  count,
  disagree,
  isSame,
  readAnswer,
  shown,
} from "./auditor.ts";
import type { Ledger } from "./ledger.ts";

/** One asking of one engine. */
export type Asking = {
  readonly asked: AnyRequest;
  /** Undefined: it is no part of a batch. */
  readonly name: AskedName | undefined;
  readonly ledger: Ledger;
  /** It was refused as soon as it came, if it should be. */
  readonly door: ModelAnswer | undefined;
};

/** What an engine says when it cannot get through to Redis, or has tried often enough. */
const ownRefusals = ["TOO_BUSY", "OUTCOME_UNKNOWN", "STORE_UNAVAILABLE", "STORE_FULL"];

export const openAsking = (
  asked: AnyRequest,
  name: AskedName | undefined,
  ledger: Ledger,
  now: number,
): Asking => {
  if (name !== undefined) {
    const times = ledger.open.get(name) ?? 0;
    ledger.open.set(name, times + 1);
    if (times === 0) ledger.openedAt.set(name, ledger.calls);
    else ledger.crowded.add(name);
  }
  return { asked, name, ledger, door: refusalAtTheDoor(checked(asked), now) };
};

export const auditAnswer = (auditor: Auditor, asking: Asking, octets: Buffer): ModelAnswer => {
  const { asked, door, ledger, name } = asking;
  const answer = readAnswer(octets);
  if (ownRefusals.includes(answer.code)) auditOwnRefusal(auditor, asking, answer);
  else if (door !== undefined) expectSame(auditor, asked, door, answer);
  else {
    const expected = foretold(auditor, asking, answer);
    if (expected === undefined) {
      disagree(auditor, `${shown(asked)} is answered`, "what nothing foretold", answer);
    } else {
      expectSame(auditor, asked, expected, answer);
      compareOctets(auditor, asked, expected, octets);
    }
  }
  if (name !== undefined) close(ledger, name);
  count(auditor, answer.code === "SUCCESS" ? "carried out" : `refused: ${answer.code}`);
  return answer;
};

const close = ({ crowded, open, openedAt, stale, unheard }: Ledger, name: AskedName): void => {
  const left = (open.get(name) ?? 1) - 1;
  if (left > 0) return void open.set(name, left);
  for (const notes of [open, openedAt, stale]) notes.delete(name);
  for (const names of [crowded, unheard]) names.delete(name);
};

const expectSame = (
  auditor: Auditor,
  asked: AnyRequest,
  expected: ModelAnswer,
  came: ModelAnswer,
): void => {
  if (!isSame(expected, came)) disagree(auditor, `${shown(asked)} is answered`, expected, came);
};

const foretold = (
  auditor: Auditor,
  { asked, ledger, name }: Asking,
  answer: ModelAnswer,
): ModelAnswer | undefined => {
  const among = (list: readonly ModelAnswer[] | undefined) =>
    list?.find((one) => isSame(one, answer)) ?? list?.at(-1);
  if (asked.operation === "transfer") return among(auditor.transferAnswers.get(name!));
  if (asked.operation === "publishTariff") {
    return among(auditor.tariffAnswers.get(asked.request.document));
  }
  if (asked.operation === "putAccount") {
    return among(auditor.profileAnswers.get(asked.request.products[0]!.productId));
  }
  return ledger.expected.get(name!)?.shift();
};

/** Questions are refused first, when half of the queue is full. */
const isFull = ({ open }: Ledger): boolean =>
  [...open.values()].reduce((sum, times) => sum + times, 0) >= limits.queueOperationsMax / 2;

/** "Nothing was changed" must not be said of what was carried out. */
const auditOwnRefusal = (auditor: Auditor, asking: Asking, answer: ModelAnswer): void => {
  const { asked, ledger, name } = asking;
  if (name === undefined || answer.code === "OUTCOME_UNKNOWN") return;
  const isStale = (ledger.stale.get(name) ?? 0) > limits.stalePlanRetriesMax;
  if (answer.code === "TOO_BUSY" && !isStale && !isFull(ledger)) {
    disagree(auditor, `${shown(asked)} is answered`, "planned anew", answer);
  }
  const isAlone = !ledger.crowded.has(name) && asked.operation !== "transfer";
  if (isAlone && ledger.unheard.has(name)) {
    disagree(auditor, `${shown(asked)} is answered`, "OUTCOME_UNKNOWN", answer);
  }
};
