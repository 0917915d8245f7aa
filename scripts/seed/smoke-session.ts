// One charging session from end to end, for people to read and for machines to trust: what it costs
// is checked against the balance, to the unit. One message is sent twice, as networks do.

import { isDeepStrictEqual } from "node:util";
import { ratingGroups } from "../../bench/traffic/kinds.ts";
import type { Client } from "../../engine/protocol/client/client.ts";
import type { AnswerOf, RequestOf } from "../../engine/protocol/operations.ts";
import type { Refusal } from "../../engine/protocol/result-codes.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { formatAmount, formatMoney } from "./amounts.ts";
import { balanceLine } from "./balance-text.ts";
import {
  counters,
  currency,
  plans,
  tariffDocument,
  tariffId,
  validFrom,
  validUntil,
} from "./operator.ts";

export type Smoke = {
  readonly network: Client;
  readonly business: Client;
  /** In every identifier, so that it may be run again on the same Redis. */
  readonly unique: string;
  readonly print: (line: string) => void;
};

type Verb = "initiate" | "update" | "terminate";
type Usage = RequestOf<"update">["multipleUnitUsage"][number];
type Balance = AnswerOf<"queryBalance">;

const mebi = 1024 * 1024;
const ratingGroup = ratingGroups.web;
/** Less than the session uses, so that both the allowance and the money are charged. */
const allowance = 12 * mebi;
const credit = 5_000_000;

const usage = (used: number | null, wanted: number | null): Usage => ({
  ratingGroup,
  usedUnit: used === null ? null : used * mebi,
  requestedUnit: wanted === null ? null : wanted * mebi,
});

const steps: readonly {
  readonly verb: Verb;
  readonly usage: Usage;
  readonly isRepeated: boolean;
}[] = [
  { verb: "initiate", usage: usage(null, 10), isRepeated: false },
  { verb: "update", usage: usage(10, 10), isRepeated: false },
  { verb: "update", usage: usage(10, 10), isRepeated: true },
  { verb: "terminate", usage: usage(4, null), isRepeated: false },
];

/** An error is one line that says what was not as it should be. */
export const runSmokeSession = async (smoke: Smoke): Promise<Result<void, string>> => {
  const subscriberIdentifier = `smoke-${smoke.unique}`;
  const opened = await openAccount(smoke, subscriberIdentifier);
  if (!opened.isOk) return refused("opening the account", opened.error);
  const before = await smoke.business.queryBalance({ subscriberIdentifier });
  if (!before.isOk) return refused("queryBalance", before.error);
  smoke.print(`  balance       ${balanceLine(before.value)}\n`);
  let cost = 0;
  let used = 0;
  for (const [sequence, step] of steps.entries()) {
    const request = {
      sessionId: `smoke;${smoke.unique}`,
      sequence,
      subscriberIdentifier,
      eventTimestamp: Date.now(),
      multipleUnitUsage: [step.usage],
      serviceInformation: null,
    };
    const answer = await smoke.network[step.verb](request);
    if (!answer.isOk) return refused(step.verb, answer.error);
    printStep(smoke, { verb: step.verb, sequence, usage: step.usage, answer: answer.value });
    cost += answer.value.cost;
    used += step.usage.usedUnit ?? 0;
    if (!step.isRepeated) continue;
    const again = await smoke.network[step.verb](request);
    if (!again.isOk) return refused(`${step.verb} once more`, again.error);
    if (!isDeepStrictEqual(again.value, answer.value)) {
      return err(`${step.verb} ${sequence} was answered differently the second time`);
    }
    smoke.print(
      "                sent once more\n                → the same answer, nothing charged twice\n",
    );
  }
  const after = await smoke.business.queryBalance({ subscriberIdentifier });
  if (!after.isOk) return refused("queryBalance", after.error);
  smoke.print(`  balance       ${balanceLine(after.value)}`);
  const charged = formatAmount(used, "octets", currency);
  smoke.print(`  charged       ${charged} used, cost ${formatMoney(cost, currency)}`);
  return checkBooks(before.value, after.value, { used, cost });
};

const refused = (what: string, { code, detail }: Refusal): Result<never, string> =>
  err(`${what} was refused: ${code} ${detail}`.trimEnd());

const openAccount = async (
  { business, unique }: Smoke,
  subscriberIdentifier: string,
): Promise<Result<unknown, Refusal>> => {
  const accountId = `smoke-${unique}`;
  const buckets = plans.data.buckets.filter(({ bucketId }) => ["data", "main"].includes(bucketId));
  const tariff = await business.publishTariff({ document: tariffDocument() });
  if (!tariff.isOk) return tariff;
  const account = await business.putAccount({
    accountId,
    currency,
    subscriberIdentifiers: [subscriberIdentifier],
    products: [{ productId: plans.data.productId, tariffId, validFrom, validUntil }],
    buckets: buckets.map(({ amount: _, ...bucket }) => bucket),
    counters,
  });
  if (!account.isOk) return account;
  const topUp = { requestId: `smoke-${unique}`, accountId };
  const data = await business.topUp({ ...topUp, bucketId: "data", amount: allowance });
  if (!data.isOk) return data;
  const requestId = `${topUp.requestId}-main`;
  return await business.topUp({ ...topUp, requestId, bucketId: "main", amount: credit });
};

type Step = {
  readonly verb: Verb;
  readonly sequence: number;
  readonly usage: Usage;
  readonly answer: AnswerOf<"update">;
};

const printStep = ({ print }: Smoke, { verb, sequence, usage: asked, answer }: Step): void => {
  const octets = (amount: number): string => formatAmount(amount, "octets", currency);
  const said = [
    asked.usedUnit === null ? "" : `used ${octets(asked.usedUnit)}`,
    asked.requestedUnit === null ? "" : `wants ${octets(asked.requestedUnit)}`,
  ].filter((part) => part !== "");
  print(`  ${`${verb} ${sequence}`.padEnd(14)}web: ${said.join(", ")}`);
  for (const information of answer.multipleUnitInformation) {
    const outcome =
      asked.requestedUnit === null
        ? "settled"
        : `granted ${octets(information.grantedUnit)} for ${information.validityTime} s`;
    const final = information.finalUnitIndication ? ", the last" : "";
    const cost = formatMoney(answer.cost, currency);
    print(`                → ${information.resultCode} ${outcome}${final}, cost ${cost}\n`);
  }
};

/** Everything that left the buckets was used or paid, nothing is held, the counter agrees. */
const checkBooks = (
  before: Balance,
  after: Balance,
  { used, cost }: { used: number; cost: number },
): Result<void, string> => {
  const remaining = (balance: Balance, id: string): number =>
    balance.buckets.find(({ bucketId }) => bucketId === id)?.remaining ?? 0;
  const moneyGone = remaining(before, "main") - remaining(after, "main");
  const allowanceGone = remaining(before, "data") - remaining(after, "data");
  const counted = after.counters.find(({ counterId }) => counterId === "data-used")?.value;
  const held = after.buckets.reduce((sum, { reserved }) => sum + reserved, 0);
  if (moneyGone !== cost) return err(`cost ${cost} but ${moneyGone} left the purse (micros)`);
  if (allowanceGone !== allowance) return err(`${allowanceGone} octets left the allowance`);
  if (cost === 0) return err("the session used more than the allowance and cost nothing");
  if (counted !== used) return err(`used ${used} octets but ${counted} were counted`);
  if (held !== 0 || after.openSessions !== 0) return err("the session left a hold behind");
  return ok(undefined);
};
