// What a batch comes to: the models carry out what it asks for, operation by operation, as of its
// moment and by what its engine knew; the codes of its reply must be theirs.

import { repeatedCode, verbs } from "../../cdr/journal-numbers.ts";
import { resultCodeName, resultCodes } from "../../protocol/result-codes.ts";
import { type AskedOperation, readAskedBatch } from "../../store/journal-asked.ts";
import { staleCodes } from "../../store/lua-constants.ts";
import type { AnyRequest } from "../direct-engine.ts";
import { apply } from "../model.ts";
import type { ModelAnswer } from "../model-account.ts";
import { type AskedName, nameOf } from "./asked.ts";
import { putDown } from "./audit-expiry.ts";
import { auditTransferStep } from "./audit-transfer.ts";
import { type Auditor, addTo, count, disagree } from "./auditor.ts";
import type { Ledger } from "./ledger.ts";
import { type Asked, shardOfCommand } from "./wire.ts";

type Batch = Extract<Asked, { kind: "run" }>;
type Told = { readonly name: AskedName; readonly answer: ModelAnswer | "stale" };

/** What the reply means to its engine, once that has it; and what it means that it never will. */
export const auditBatch = (
  auditor: Auditor,
  batch: Batch,
  reply: Buffer,
  { ledger, number }: { readonly ledger: Ledger; readonly number: number },
) => {
  const [bytes, accountIds, said] = batch.args as [Buffer, string, Buffer];
  const entry = {
    batch: bytes,
    accountIds: Buffer.from(accountIds, "latin1"),
    said,
    referred: undefined,
    reply,
  };
  const shard = shardOfCommand(batch);
  const told = readAskedBatch("", entry).map((operation) => {
    return { name: nameOf(operation), answer: auditOperation(auditor, shard, operation) };
  });
  return {
    onDelivery: () => deliverAll(ledger, told),
    onLoss: () => {
      for (const { name, answer } of told) {
        // What was sent for somebody before may be done only now.
        const isForNow = number > (ledger.openedAt.get(name) ?? Number.POSITIVE_INFINITY);
        if (answer !== "stale" && isForNow) ledger.unheard.add(name);
      }
    },
  };
};

const deliverAll = ({ expected, stale }: Ledger, told: readonly Told[]): void => {
  for (const { name, answer } of told) {
    if (answer === "stale") stale.set(name, (stale.get(name) ?? 0) + 1);
    else addTo(expected, name, answer);
  }
};

const auditOperation = (
  auditor: Auditor,
  shard: number,
  operation: AskedOperation,
): ModelAnswer | "stale" => {
  const { code, verb } = operation;
  if (code === staleCodes.profile || code === staleCodes.tariff) {
    count(auditor, "plans that were stale");
    return "stale";
  }
  const isStep = verb === verbs.transferOut || verb === verbs.transferIn;
  const expected = isStep
    ? auditTransferStep(auditor, shard, operation)
    : carriedOut(auditor, shard, operation);
  if (codeOf(code) !== expected.code) {
    disagree(auditor, `Redis carries out ${describe(auditor, operation)}`, expected, codeOf(code));
  }
  if (verb === verbs.initiate && code === resultCodes.SUCCESS.number) {
    putDown(auditor, shard, operation);
  }
  if (code === repeatedCode && verb !== verbs.settleDues)
    count(auditor, "repeats answered as before");
  return expected;
};

const codeOf = (code: number): string | undefined =>
  code === repeatedCode ? "SUCCESS" : resultCodeName(code);

const carriedOut = (auditor: Auditor, shard: number, operation: AskedOperation): ModelAnswer => {
  const { at, said, tariffVersion, switchVersion } = operation;
  const asked = requestOf(auditor, operation);
  if (asked === undefined) return { code: "nobody asked for it", fields: undefined };
  const takenOnAt = said.eventTimestamp;
  const standpoint = { takenOnAt, version: tariffVersion, switchVersion };
  return apply(auditor.models[shard]!, asked, at, standpoint);
};

const requestOf = ({ asked }: Auditor, operation: AskedOperation): AnyRequest | undefined => {
  const known = asked.get(nameOf(operation));
  if (known !== undefined || operation.verb !== verbs.settleDues) return known;
  // A patrol asks by itself.
  const { accountId, said } = operation;
  return { operation: "settleDues", request: { accountId, usedFrom: said.eventTimestamp } };
};

const describe = (auditor: Auditor, operation: AskedOperation): string => {
  const { accountId, at, id, sequence, tariffVersion, verb } = operation;
  const asked = auditor.asked.get(nameOf(operation));
  return JSON.stringify({ accountId, verb, id, sequence, at, tariffVersion, asked });
};
