// The steps of a transfer as a batch has them: whoever goes on with one, each step must come to
// what the model says, and an end to what was decided at the target.

import { transferSteps, verbs } from "../../cdr/journal-numbers.ts";
import type { CheckedRequestOf } from "../../protocol/operations.ts";
import { type ResultCode, resultCodeName } from "../../protocol/result-codes.ts";
import type { AskedOperation } from "../../store/journal-asked.ts";
import { shardOf } from "../../store/keys.ts";
import { transferKey } from "../../store/transit.ts";
import { type AnyRequest, checked } from "../direct-engine.ts";
import type { ModelAnswer } from "../model-account.ts";
import { bucketOf } from "../model-movements.ts";
import {
  arrive,
  beginTransfer,
  endTransfer,
  type ModelTarget,
  measureOf,
  targetOf,
} from "../model-transfers.ts";
import { type AskedName, nameOf } from "./asked.ts";
import { type Auditor, addTo, count, disagree } from "./auditor.ts";

type Transfer = CheckedRequestOf<"transfer">;

const unknown = (code: string): ModelAnswer => ({ code, fields: undefined });

export const auditTransferStep = (
  auditor: Auditor,
  shard: number,
  operation: AskedOperation,
): ModelAnswer => {
  if (operation.verb === verbs.transferIn) return auditArrival(auditor, shard, operation);
  const isBegin = operation.entries[0]!.validityTime === transferSteps.begins;
  return isBegin ? auditBegin(auditor, shard, operation) : auditEnd(auditor, shard, operation);
};

const momentOf = ({ at, said }: AskedOperation) => ({ now: at, takenOnAt: said.eventTimestamp });

const auditBegin = (auditor: Auditor, shard: number, operation: AskedOperation): ModelAnswer => {
  const name = nameOf(operation);
  const asked = auditor.asked.get(name);
  if (asked?.operation !== "transfer") return unknown("nobody asked for it");
  const { request } = checked(asked) as { readonly request: Transfer };
  const model = auditor.models[shard]!;
  const target = targetSeen(auditor, name, request, operation);
  const { size } = model.transits;
  const answer = beginTransfer(model, request, target, momentOf(operation));
  const { accountId, id } = operation;
  const transit = model.transits.get(`${accountId} ${id}`);
  if (transit !== undefined && model.transits.size > size) {
    auditor.transits.set(transferKey(accountId, id, transit.begunAt), transit);
    count(auditor, "transfers begun");
  }
  // Of one that is under way nobody says so.
  if (answer !== transit?.begun) addTo(auditor.transferAnswers, name, answer);
  return answer;
};

/** The target as it was when the first engine was asked: that may be what it decided by. */
export const noteTarget = (auditor: Auditor, name: AskedName, asked: AnyRequest, now: number) => {
  if (asked.operation !== "transfer" || auditor.targets.has(name)) return;
  const { request } = checked(asked) as { readonly request: Transfer };
  const { accounts } = modelOf(auditor, request);
  const version = accounts.get(request.toAccountId)?.version;
  auditor.targets.set(name, { target: targetOf({ accounts }, request, now), version });
};

const modelOf = ({ models }: Auditor, { toAccountId }: Transfer) =>
  models[shardOf(toAccountId, models.length)]!;

/**
 * The target was looked at before the debit. What was seen counts, which the arrival will be held
 * to; but it must have been there to be seen.
 */
const targetSeen = (
  auditor: Auditor,
  name: AskedName,
  request: Transfer,
  { accountId, at, entries }: AskedOperation,
): ModelTarget => {
  const model = modelOf(auditor, request);
  const source =
    auditor.models[shardOf(accountId, auditor.models.length)]!.accounts.get(accountId)!;
  const from = bucketOf(source, request.fromBucketId);
  const measure = from === undefined ? "" : measureOf(source, from);
  const codeOf = (target: ModelTarget): ResultCode => {
    if ("refusal" in target) return target.refusal;
    return target.measure === measure ? "SUCCESS" : "UNITS_DIFFER";
  };
  const { change } = entries[0]!;
  const seen = change === 0 ? "SUCCESS" : resultCodeName(change)!;
  const before = auditor.targets.get(name)!;
  const now = targetOf(model, request, at);
  const isAsItWas = before.version === model.accounts.get(request.toAccountId)?.version;
  if (from !== undefined && isAsItWas && ![codeOf(before.target), codeOf(now)].includes(seen)) {
    disagree(auditor, `target of ${JSON.stringify(request)}`, codeOf(now), seen);
  }
  if (seen === "SUCCESS") return { measure };
  return seen === "UNITS_DIFFER" ? { measure: "another" } : { refusal: seen };
};

const auditArrival = (auditor: Auditor, shard: number, operation: AskedOperation): ModelAnswer => {
  const transit = auditor.transits.get(operation.id);
  if (transit === undefined) return unknown("nothing is in transit");
  const answer = arrive(auditor.models[shard]!, transit, momentOf(operation));
  if (answer.code !== "SUCCESS") return answer;
  const { code } = answer.fields as { readonly code: ResultCode };
  const came = resultCodeName(operation.answer.readUInt16LE(0));
  if (came !== code) disagree(auditor, `arrival of ${JSON.stringify(transit)}`, code, came);
  return answer;
};

const auditEnd = (auditor: Auditor, shard: number, operation: AskedOperation): ModelAnswer => {
  const { accountId, entries, id } = operation;
  const model = auditor.models[shard]!;
  const transit = model.transits.get(`${accountId} ${id}`);
  const code = resultCodeName(entries[0]!.change)!;
  if (transit === undefined) {
    const over = { fromAccountId: accountId, requestId: id } as never;
    return endTransfer(model, { request: over, measure: "" }, code, momentOf(operation));
  }
  const answer = endTransfer(model, transit, code, momentOf(operation));
  if (answer.code !== "SUCCESS") return answer;
  count(auditor, code === "SUCCESS" ? "transfers arrived" : "transfers returned");
  const name = nameOf({ ...operation, sequence: 0 });
  addTo(auditor.transferAnswers, name, answer);
  return answer;
};
