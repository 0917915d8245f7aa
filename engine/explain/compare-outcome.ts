// What an operation comes to when it is done again, beside what the journal says it came to. Every
// difference in words; none means that both are the same to the last number.

import { type BucketChange, type Remark, readReplyAmounts } from "../cdr/batch-reply.ts";
import { isWholeState } from "../cdr/journal-bytes.ts";
import { readSessionState } from "../cdr/session-state.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { AskedOperation } from "../store/journal-asked.ts";
import { packState } from "./pack-state.ts";
import { isOfSession, type Replay } from "./replay-operation.ts";

const success = resultCodes.SUCCESS.number;

export const differences = (operation: AskedOperation, replay: Replay): readonly string[] => {
  if (operation.code !== replay.code) {
    return [`the journal says ${operation.code}, doing it again says ${replay.code}`];
  }
  return [
    ...listDifferences("change", operation.changes.map(changeText), replay.changes.map(changeText)),
    ...listDifferences("remark", operation.remarks.map(remarkText), replay.remarks.map(remarkText)),
    ...answerDifferences(operation, replay),
  ];
};

const changeText = (change: BucketChange): string => {
  const { cell, remainingBefore, reservedBefore, remainingAfter, reservedAfter } = change;
  const before = stateText(remainingBefore, reservedBefore);
  return `of cell ${cell} from ${before} to ${stateText(remainingAfter, reservedAfter)}`;
};

const stateText = (remaining: number, reserved: number): string =>
  `${numberText(remaining)} and ${numberText(reserved)} reserved`;

/** Nought has two forms in octets. */
const numberText = (n: number): string => (Object.is(n, -0) ? "-0" : String(n));

const remarkText = ({ kind, where, much }: Remark): string =>
  `${kind} of ${where}: ${numberText(much)}`;

const listDifferences = (
  what: string,
  journal: readonly string[],
  again: readonly string[],
): readonly string[] => {
  const problems: string[] = [];
  for (let i = 0; i < Math.max(journal.length, again.length); i++) {
    if (journal[i] === again[i]) continue;
    const [one, other] = [journal[i] ?? "none", again[i] ?? "none"];
    problems.push(`${what} ${i + 1}: the journal says ${one}; doing it again says ${other}`);
  }
  return problems;
};

const answerDifferences = (
  { verb, code, answer }: AskedOperation,
  replay: Replay,
): readonly string[] => {
  if (code !== success) return [];
  if (isOfSession(verb)) return stateDifferences(answer, replay);
  const { amounts } = replay;
  const said = readReplyAmounts(answer).slice(0, amounts.length).map(numberText).join();
  const again = amounts.map(numberText).join();
  if (said === again) return [];
  return [`the answer: the journal says ${said}, doing it again says ${again}`];
};

const stateDifferences = (answer: Buffer, { state }: Replay): readonly string[] => {
  if (state === undefined || !isWholeState(answer)) return ["the session's state is not whole"];
  if (packState(state).equals(answer)) return [];
  const { groups: saidGroups, ...said } = readSessionState(answer);
  const { groups, ...again } = state;
  return [
    "the session's state in the journal is not, octet for octet, what doing it again leads to",
    ...partDifferences("the session's", said, again),
    ...listDifferences(
      "group",
      saidGroups.map((group) => JSON.stringify(group)),
      groups.map((group) => JSON.stringify(group)),
    ),
  ];
};

const partDifferences = (
  whose: string,
  said: Readonly<Record<string, unknown>>,
  again: Readonly<Record<string, unknown>>,
): readonly string[] =>
  Object.keys(said)
    .filter((name) => !Object.is(said[name], again[name]))
    .map((name) => `${whose} ${name}: the journal says ${said[name]}, again it is ${again[name]}`);
