// Transfers over all shards: what was debited has arrived, has come back, or is in transit. Of each
// transfer the audit remembers which steps it has met, until they are complete: whatever is met
// after that begins anew, alone, and shows. Steps of one transfer stand in the journals of two
// shards, which are read one after the other; so what looks wrong is only suspected until all of
// them have been read beyond that moment.

import type { OperationRecord, TransferStep } from "../cdr/journal-record.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { type DerivedAccount, noteProblem } from "./audit-derived.ts";
import { unitOf } from "./audit-layout.ts";
import { type Transit, transferKey, transitField } from "./transit.ts";

const steps = { begun: 1, credited: 2, bounced: 4, arrived: 8, returned: 16 } as const;
type StepName = keyof typeof steps;
const complete = [
  steps.begun | steps.credited | steps.arrived,
  steps.begun | steps.bounced | steps.returned,
];
/** Where nothing is wrong as long as the source has it in transit. */
const underWay = [steps.begun, steps.begun | steps.credited, steps.begun | steps.bounced];

export type OpenTransfer = {
  /** Of the source, if that is known; else whose record told of it. */
  shard: number;
  accountId: string;
  /** As that record names it. */
  id: string;
  unit: string;
  amount: number;
  fee: number;
  met: number;
};

/** By key (transit.ts); and the keys of those that are begun and not over, by source. */
export type OpenTransfers = {
  readonly byKey: Map<string, OpenTransfer>;
  readonly begun: Map<string, string>;
};

export const applyTransfer = (
  transfers: OpenTransfers,
  shard: number,
  account: DerivedAccount,
  record: OperationRecord,
  step: TransferStep,
): void => {
  const { id, journalId } = record;
  const { accountId } = account;
  const key = keyOf(transfers, account, record, step);
  const name = nameOf(step);
  const unit = unitOf(account.layout, step.slot);
  const { amount, fee } = step;
  const { byKey } = transfers;
  const open = byKey.get(key) ?? { shard, accountId, id, unit, amount, fee, met: 0 };
  if ((open.met & steps[name]) !== 0) {
    noteProblem(account, `entry ${journalId}: transfer ${id} was ${name} twice`);
  }
  if (name === "begun") Object.assign(open, { shard, accountId, id, unit, amount, fee });
  if (open.amount !== amount) {
    noteProblem(account, `entry ${journalId}: transfer ${id} of ${open.amount} moved ${amount}`);
  }
  open.met |= steps[name];
  // What an operator took back never arrived: as if the target had said so.
  if (isTakenBack(step)) open.met |= steps.bounced;
  if (complete.includes(open.met)) byKey.delete(key);
  else byKey.set(key, open);
  addMoved(account, name === "credited" ? unit : open.unit, name, { amount, fee });
};

const isTakenBack = ({ kind, code }: TransferStep): boolean =>
  kind === "returned" && code === resultCodes.TRANSFER_TAKEN_BACK.number;

/** An end that nothing began has no key but its own name. */
const keyOf = (
  { begun }: OpenTransfers,
  { accountId }: DerivedAccount,
  { at, id }: OperationRecord,
  { kind }: TransferStep,
): string => {
  if (kind === "arrival") return id;
  const field = transitField(accountId, id);
  const key = kind === "begin" ? transferKey(accountId, id, at) : (begun.get(field) ?? field);
  if (kind === "begin") begun.set(field, key);
  else begun.delete(field);
  return key;
};

const nameOf = ({ kind, code }: TransferStep): StepName => {
  switch (kind) {
    case "begin":
      return "begun";
    case "arrival":
      return code === resultCodes.SUCCESS.number ? "credited" : "bounced";
    case "arrived":
    case "returned":
      return kind;
  }
};

/** Of credits and debits, what only changed places: all but the fees of what arrived. */
const addMoved = (
  account: DerivedAccount,
  unit: string,
  name: StepName,
  { amount, fee }: { readonly amount: number; readonly fee: number },
): void => {
  account.moved ??= new Map();
  const { credited, debited } = account.moved.get(unit) ?? { credited: 0n, debited: 0n };
  const both = BigInt(amount) + BigInt(fee);
  account.moved.set(unit, {
    credited: credited + (name === "credited" ? BigInt(amount) : name === "returned" ? both : 0n),
    debited: debited + (name === "begun" ? both : name === "arrived" ? -BigInt(fee) : 0n),
  });
};

type Problem = readonly [accountId: string, problem: string];

/** What the source's transits must be and are not, of one moment. */
export const transitProblems = (
  { begun, byKey }: OpenTransfers,
  shard: number,
  transits: readonly Transit[],
): readonly Problem[] => {
  const problems: Problem[] = [];
  const found = new Map(transits.map((one) => [keyOfTransit(one), one]));
  for (const key of begun.values()) {
    const open = byKey.get(key);
    if (open?.shard !== shard) continue;
    const { accountId, amount, fee, id } = open;
    const transit = found.get(key);
    found.delete(key);
    if (transit === undefined) {
      problems.push([accountId, `transfer ${id} is debited, and neither over nor in transit`]);
    } else if (transit.amount !== amount || transit.fee !== fee) {
      problems.push([accountId, `transfer ${id} is in transit with another amount`]);
    }
  }
  for (const { fromAccountId, requestId } of found.values()) {
    problems.push([fromAccountId, `transfer ${requestId} is in transit, but was not debited`]);
  }
  return problems;
};

const keyOfTransit = ({ begunAt, fromAccountId, requestId }: Transit): string =>
  transferKey(fromAccountId, requestId, begunAt);

export const isUnderWay = ({ met }: OpenTransfer): boolean => underWay.includes(met);

/** Keys of transfers whose steps make no sense as far as the journals have been read. */
export const suspectsOf = ({ byKey }: OpenTransfers): readonly string[] =>
  [...byKey].filter(([, open]) => !isUnderWay(open)).map(([key]) => key);

export const suspectProblem = ({ id, met }: OpenTransfer): string => {
  const names = Object.keys(steps) as StepName[];
  return `transfer ${id} was ${names.filter((name) => (met & steps[name]) !== 0).join(", ")} alone`;
};
