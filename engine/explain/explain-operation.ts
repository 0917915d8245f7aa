// From an operation of the journal, the account before it and the publications of then to its
// explanation: planned again, done again, both compared with the journal, and what came of it
// named.

import type { Profile } from "../balance/profile.ts";
import { kindOf } from "../balance/rules.ts";
import type { BucketChange } from "../cdr/batch-reply.ts";
import { remarks as kinds, repeatedCode, type Verb, verbs } from "../cdr/journal-numbers.ts";
import { readRefund } from "../cdr/refund-answer.ts";
import { resultCodeName, resultCodes } from "../protocol/result-codes.ts";
import type { TariffCatalogue } from "../session/price-plan.ts";
import type { AskedOperation } from "../store/journal-asked.ts";
import { staleCodes } from "../store/lua-constants.ts";
import { ruleAt } from "../store/rule-bytes.ts";
import { err, ok, type Result } from "../values/result.ts";
import { standingsOf } from "./bucket-standing.ts";
import { chargeExplained, grantExplained } from "./explain-charge.ts";
import { movementExplained } from "./explain-movement.ts";
import { refundExplained } from "./explain-refund.ts";
import type {
  BalanceExplained,
  DueExplained,
  Explanation,
  RuleHitExplained,
  TariffExplained,
  UseExplained,
} from "./explanation.ts";
import { bucketNamed } from "./names.ts";
import { planProblems, type Replanned, replan, subscriberOf } from "./replan.ts";
import { type AccountSoFar, isQuestion, tryReplay } from "./replay-account.ts";
import type { EntryReplay } from "./replay-operation.ts";
import type { DueDone } from "./settle-dues.ts";

/** The error: more of the journal is needed. */
export const explainOperation = (
  account: AccountSoFar,
  catalogue: TariffCatalogue,
  operation: AskedOperation,
): Result<Explanation, "tooLittleKnown"> => {
  const tried = tryReplay(account, operation);
  if (tried.kind === "tooLittleKnown") return err("tooLittleKnown");
  const replay = tried.kind === "done" ? tried.replay : undefined;
  const { profile } = account;
  const world = { profile, catalogue };
  // What was refused before any arithmetic, or had been done before, no plan decided.
  const isPlanned = tried.kind === "done";
  const plans = isPlanned ? replan(world, operation) : [];
  const standings = plans.map((plan) => standingsOf(profile, plan));
  const uses = plans.map((plan, index) =>
    useExplained(profile, operation, replay?.entries[index] ?? index, {
      again: plan,
      standings: standings[index]!.standings,
    }),
  );
  return ok({
    ...headOf(operation),
    subscriber: subscriberOf(world, operation),
    currency: profile.currency,
    costMicros: replay?.cost ?? 0,
    movement: movementExplained(world, operation),
    refund: refundExplained(profile, operation),
    dues: replay?.dues.map((due) => dueExplained(profile, due)) ?? [],
    uses,
    balances: balancesOf(profile, operation),
    rulesHit: rulesHit(profile, operation),
    problems: [
      ...account.problems,
      ...(isPlanned ? planProblems(world, operation, plans) : []),
      ...standings.flatMap(({ problems }) => problems),
      ...(tried.kind === "done" ? tried.problems : asIsProblems(operation)),
    ],
  });
};

const verbNames = new Map<number, Verb>(
  Object.entries(verbs).map(([name, number]) => [number, name as Verb]),
);

export const headOf = (operation: AskedOperation) => {
  const { journalId, index, accountId, id, sequence, at, said, verb, code } = operation;
  const { profileVersion, tariffVersion } = operation;
  const what = verbNames.get(verb) ?? `verb ${verb}`;
  const { eventTimestamp } = said;
  const versions = { profileVersion, tariffVersion };
  return { journalId, index, accountId, what, id, sequence, at, eventTimestamp, ...versions, code };
};

const rulesHit = (profile: Profile, { remarks }: AskedOperation): readonly RuleHitExplained[] =>
  remarks.flatMap(({ kind, where, much: until }) => {
    const rule = kind === kinds.ruleHit ? ruleAt(profile, where) : undefined;
    return rule === undefined
      ? []
      : [{ ruleId: rule.ruleId, kind: kindOf(rule), mode: rule.mode, until }];
  });

export const balancesOf = (
  profile: Profile,
  { changes }: { readonly changes: readonly BucketChange[] },
): readonly BalanceExplained[] =>
  changes.map(({ cell, ...amounts }) => ({ ...bucketNamed(profile, cell), ...amounts }));

export const dueExplained = (profile: Profile, done: DueDone): DueExplained => {
  const { due, expired, renewed, rolledOver, expiredThere, periodBefore } = done;
  return {
    ...bucketNamed(profile, due.cell),
    ...{ expired, renewed, rolledOver, expiredThere, periodBefore, period: due.period },
    target: due.target === 0 ? "" : bucketNamed(profile, due.target).id,
  };
};

/** Of what is not done again: it may not have changed anything. */
const asIsProblems = (operation: AskedOperation): readonly string[] => {
  const { verb, code, changes, remarks } = operation;
  const isRefused = code !== resultCodes.SUCCESS.number;
  const isKnown = resultCodeName(code) !== undefined || passingCodes.includes(code);
  if (!isKnown) return [`there is no result code ${code}`];
  if (!isRefused && verb === verbs.refund) return refundProblems(operation);
  if (!isRefused && !isQuestion(operation))
    return [`an operation of verb ${verb} cannot be done again here`];
  const isUntouched = changes.length + remarks.length === 0;
  return isUntouched ? [] : ["it was refused or a question, and yet it changed something"];
};

/**
 * What an event took, which a refund gives back, is kept with its answer, not in the journal: it
 * cannot be done again. It must answer as a refund does, and take from nobody.
 */
const refundProblems = ({ answer, changes, dues }: AskedOperation): readonly string[] => {
  try {
    readRefund(answer);
  } catch {
    return ["its answer is not that of a refund"];
  }
  const isTaking = changes.some(({ remainingBefore, remainingAfter }) => {
    return remainingAfter < remainingBefore;
  });
  return isTaking && dues === undefined ? ["it is a refund, and yet it took something"] : [];
};

/** These never leave the engine. */
const passingCodes: readonly number[] = [repeatedCode, staleCodes.profile, staleCodes.tariff];

type Planned = { readonly again: Replanned; readonly standings: UseExplained["standings"] };

/** `replayed` is only the place of the entry where it was not done again. */
export const useExplained = (
  profile: Profile,
  { entries, code, verb }: AskedOperation,
  replayed: EntryReplay | number,
  { again, standings }: Planned,
): UseExplained => {
  const { priced, plan, question } = again;
  const { at, context } = question;
  const isReplayed = typeof replayed !== "number";
  const entry = isReplayed ? replayed.entry : entries[replayed]!;
  const planned = plan.refusal === undefined ? 0 : resultCodes[plan.refusal].number;
  return {
    ratingGroup: entry.ratingGroup,
    unit: priced?.group.unit ?? "serviceUnits",
    currency: priced?.published.tariff.currency ?? profile.currency,
    ...{ at, context, standings },
    code: isReplayed ? replayed.code : planned,
    isRefused: verb === verbs.event && code !== resultCodes.SUCCESS.number,
    tariff: tariffExplained(again),
    unpriced: again.unpriced,
    charge: isReplayed ? chargeExplained(profile, replayed) : undefined,
    grant: isReplayed ? grantExplained(profile, replayed, again) : undefined,
  };
};

export const tariffExplained = ({ plan, priced }: Replanned): TariffExplained | undefined => {
  if (priced === undefined) return undefined;
  const { product, isValid, published, group, chosen } = priced;
  const { tariffId, effectiveFrom, timeZone } = published.tariff;
  return {
    productId: product.productId,
    isProductValid: isValid,
    ...{ tariffId, effectiveFrom, timeZone, chosen },
    publication: published.version,
    place: group.prices.findIndex(({ priceId }) => priceId === chosen?.priceId) + 1,
    prices: group.prices.length,
    holdsUntil: plan.validUntil,
  };
};
