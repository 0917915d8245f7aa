// An explanation as people read it: the money first, then who and when, what was due, each rating
// group with its price, its buckets and its grant, the balances after it; problems before all else.

import { resultCodeName, resultCodes } from "../protocol/result-codes.ts";
import { amountText, momentText, weekdayText } from "./amount-text.ts";
import { movementLines, refundLines } from "./describe-movement.ts";
import { useLines } from "./describe-use.ts";
import type {
  BalanceExplained,
  DueExplained,
  Explanation,
  RuleHitExplained,
} from "./explanation.ts";
import type { Line } from "./line.ts";

export const describe = (explanation: Explanation): readonly Line[] => [
  ...explanation.problems.map((text): Line => ({ topic: "problem", text })),
  { topic: "result", text: resultText(explanation) },
  ...whatLines(explanation),
  ...keptLines(explanation),
  ...movementLines(explanation.movement),
  ...refundLines(explanation.refund),
  ...dueLines(explanation),
  ...explanation.uses.flatMap(useLines),
  ...explanation.balances.map((balance): Line => {
    return { topic: "balance", text: balanceText(balance) };
  }),
  ...explanation.rulesHit.map((hit): Line => ({ topic: "rule", text: ruleText(hit, explanation) })),
];

const whatText = ({ what, id, sequence, refund }: Explanation): string => {
  const ofSession = `${what} ${sequence} of session ${id}`;
  const texts: Readonly<Record<string, string>> = {
    initiate: ofSession,
    update: ofSession,
    terminate: ofSession,
    question: "asked what a session would be granted now; nothing is charged",
    expire: `session ${id} was closed: nobody continued it`,
    ...(refund === undefined ? {} : { refund: `refund ${id} of event ${refund.requestId}` }),
    putAccount: "the account's profile was put",
    settleDues: "what the account was due for, done without any use",
  };
  return texts[what] ?? `${what} ${id}`;
};

const resultText = (explanation: Explanation): string => {
  const { code, costMicros, currency } = explanation;
  const name = resultCodeName(code);
  if (name !== "SUCCESS") {
    const why = name === undefined ? codeText(code) : `${name}: ${resultCodes[name].meaning}`;
    return `${whatText(explanation)}, refused with ${code} ${why}`;
  }
  // A movement of money costs nothing by itself: its balances tell it.
  if (explanation.uses.length === 0) return whatText(explanation);
  return `${amountText(costMicros, "money", currency)}: ${whatText(explanation)}`;
};

/** Of those that never leave the engine. */
const codeText = (code: number): string =>
  code === 3 ? "it had been done before." : "its plan was out of date, and made once more.";

const whatLines = (explanation: Explanation): readonly Line[] => {
  const { accountId, subscriber, uses } = explanation;
  const { journalId, index, profileVersion, tariffVersion } = explanation;
  const timeZone = uses[0]?.tariff?.timeZone ?? "UTC";
  const who = subscriber === `account-${accountId}` ? "" : `, named as ${subscriber}`;
  const known = tariffVersion === 0 ? "" : `, publications up to ${tariffVersion}`;
  const place = journalId === "" ? "" : `journal ${journalId}/${index}, `;
  return [
    { topic: "what", text: `account ${accountId}${who}; ${whenText(explanation, timeZone)}` },
    { topic: "what", text: `${place}profile ${profileVersion}${known}` },
  ];
};

const whenText = ({ what, eventTimestamp, at, uses }: Explanation, timeZone: string): string => {
  const moment = (time: number) => `${weekdayText(timeZone, time)} ${momentText(timeZone, time)}`;
  const late = at - eventTimestamp;
  if (what === "settleDues") return `${moment(at)} in ${timeZone}`;
  const done = uses.length === 0 ? "done" : "charged";
  const told = late === 0 ? "" : `, ${done} ${late} ms ${late > 0 ? "later" : "before that"}`;
  return `${moment(eventTimestamp)} in ${timeZone}${told}`;
};

const keptLines = ({ what, eventTimestamp, at }: Explanation): readonly Line[] => {
  if (what !== "settleDues" || eventTimestamp === at) return [];
  const since = momentText("UTC", eventTimestamp);
  return [{ topic: "what", text: `what ended after ${since} stays, for use that is told late` }];
};

const ruleText = ({ ruleId, kind, mode, until }: RuleHitExplained, { uses }: Explanation) => {
  const moment = momentText(uses[0]?.tariff?.timeZone ?? "UTC", until);
  const meaning = mode === "enforcing" ? "nothing but what is free is granted" : "it is only told";
  return `${ruleId} (${kind}) was hit: until ${moment} ${meaning}`;
};

/** A refusal and a question change nothing. */
const dueLines = ({ code, dues, what }: Explanation): readonly Line[] => {
  if (dues.length === 0) return [];
  const isDone = resultCodeName(code) === "SUCCESS" && what !== "question";
  const undone = "not done yet, but by the next operation that succeeds:";
  const texts = [...(isDone ? [] : [undone]), ...dues.flatMap(dueTexts)];
  return texts.map((text): Line => ({ topic: "due", text }));
};

const dueTexts = (due: DueExplained): readonly string[] => {
  const { id, unit, currency, expired, renewed, period, rolledOver, target, expiredThere } = due;
  const text = (amount: number) => amountText(amount, unit, currency);
  if (period === 0) return [`${id}: ${text(expired)} expired, its time was over`];
  const gone = expired - rolledOver;
  return [
    `${id} is renewed, for its period ${period} after ${due.periodBefore}`,
    ...(expiredThere > 0 ? [`${text(expiredThere)} rolled over before expired in ${target}`] : []),
    ...(rolledOver > 0 ? [`${text(rolledOver)} of it rolled over to ${target}`] : []),
    ...(gone > 0 ? [`${text(gone)} of it expired`] : []),
    ...(renewed > 0 ? [`${id} has ${text(renewed)} anew`] : []),
  ];
};

const balanceText = (balance: BalanceExplained): string => {
  const { id, unit, currency } = balance;
  const text = (amount: number) => amountText(amount, unit, currency);
  const state = (remaining: number, reserved: number) =>
    reserved === 0 ? text(remaining) : `${text(remaining)} and ${text(reserved)} held`;
  const before = state(balance.remainingBefore, balance.reservedBefore);
  return `${id}: ${before} before, ${state(balance.remainingAfter, balance.reservedAfter)} after`;
};
