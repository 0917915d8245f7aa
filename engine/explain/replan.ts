// The burn plans of an operation made once more, from the profile and the publications that held
// then, and held against the octets that the journal has of them. Whatever differs is told: a
// reason is only as good as the plan that it is read off.

import { duesAfterUse } from "../balance/dues.ts";
import type { Profile } from "../balance/profile.ts";
import { grantsNothing, isMovementVerb, verbs } from "../cdr/journal-numbers.ts";
import { priceContextOf, readServiceInformation } from "../cdr/service-information.ts";
import { limits } from "../limits.ts";
import { type BurnPlan, planBurn } from "../session/burn-plan.ts";
import { grantTime, sizeGrant } from "../session/grant.ts";
import {
  type PricePlan,
  type PriceQuestion,
  planPrice,
  type TariffCatalogue,
  type Unpriced,
} from "../session/price-plan.ts";
import { dueBytes } from "../store/due-bytes.ts";
import type { AskedEntry, AskedOperation } from "../store/journal-asked.ts";
import { hashOf } from "../store/keys.ts";
import { planBytes } from "../store/plan-bytes.ts";
import { accountPrefix } from "../store/profiles.ts";
import { countryFor } from "../store/rule-bytes.ts";

/** What prices were known by, and who asked. */
export type World = { readonly profile: Profile; readonly catalogue: TariffCatalogue };

/** Of one entry of the message. */
export type Replanned = {
  /** As of when it is priced, and what was known of the use. */
  readonly question: PriceQuestion;
  readonly plan: BurnPlan;
  /** Undefined: no product has a tariff that prices it; `unpriced` says why. */
  readonly priced: PricePlan | undefined;
  readonly unpriced: readonly Unpriced[];
};

/** As the network element named the subscriber. */
export const subscriberOf = ({ profile }: World, { said, accountId }: AskedOperation): string => {
  const { identifierPlace: place } = said;
  if (place === undefined) return accountPrefix + accountId;
  return profile.subscriberIdentifiers[place] ?? `(identifier ${place} of the account)`;
};

export const replan = (world: World, operation: AskedOperation): readonly Replanned[] => {
  if (isMovementVerb(operation.verb)) return [];
  const { said } = operation;
  const information = readServiceInformation(said.serviceInformation);
  const context = priceContextOf(information, subscriberOf(world, operation));
  const earlier = [...said.usedBeforeUntil];
  return operation.entries.map((entry) => {
    const isEarlier = entry.wanted === grantsNothing;
    const at = isEarlier ? (earlier.shift() ?? Number.NaN) - 1 : said.eventTimestamp;
    const { ratingGroup } = entry;
    const { tariffVersion, switchVersion: switchesUpTo } = operation;
    return replanUse(world, { ratingGroup, tariffVersion, switchesUpTo, at, context });
  });
};

export const replanUse = ({ profile, catalogue }: World, question: PriceQuestion): Replanned => {
  const { plan: priced, unpriced } = planPrice(profile, catalogue, question);
  return { question, plan: planBurn(profile, catalogue, question), priced, unpriced };
};

/** None: the plans are those of the journal, to the octet. */
export const planProblems = (
  world: World,
  operation: AskedOperation,
  plans: readonly Replanned[],
): readonly string[] => {
  const { profile } = world;
  if (operation.profileVersion !== profile.version) {
    return [`planned from profile version ${operation.profileVersion}, not ${profile.version}`];
  }
  return [
    ...operation.entries.flatMap((entry, index) => {
      const again = plans[index];
      if (again === undefined) return [];
      return entryProblems(world, operation, entry, again).map(
        (problem) => `entry ${index + 1}, rating group ${entry.ratingGroup}: ${problem}`,
      );
    }),
    ...duesProblems(profile, operation),
    ...orderProblems(operation),
    ...deadlineProblems(operation, plans),
  ];
};

const entryProblems = (
  world: World,
  operation: AskedOperation,
  entry: AskedEntry,
  again: Replanned,
): readonly string[] => {
  const { plan } = again;
  const { publication, wanted } = entry;
  const problems: string[] = [];
  const differ = (what: string, journal: unknown, now: unknown) =>
    problems.push(`${what} ${journal} in the journal, ${now} when it is planned again`);
  const bytes = planBytes(plan);
  if (entry.plan === undefined || !bytes.equals(entry.plan.bytes)) {
    const octets = entry.plan?.bytes.length ?? 0;
    problems.push(`its plan of ${octets} octets is another one when it is planned again`);
  }
  if (publication !== plan.publication) differ("publication", publication, plan.publication);
  if (wanted === grantsNothing) return problems;
  const { validitySeconds, change } = timesOf(world, operation, entry, again);
  if (entry.change !== change) differ("change of the tariff", entry.change, change);
  if (entry.validityTime !== validitySeconds) {
    differ("validity", entry.validityTime, validitySeconds);
  }
  const units = wantedAgain(plan, entry);
  if (wanted !== units) differ("to be granted", wanted, units);
  return problems;
};

/** Nobody keeps what was asked for; what was to be granted must be what it would be for that. */
const wantedAgain = (plan: BurnPlan, { wanted, validityTime, change }: AskedEntry): number => {
  if (wanted === 0) return 0;
  if (wanted > 0) return Math.max(1, sizeGrant(plan, wanted, validityTime, change));
  return plan.sizing === undefined ? 0 : -1 - sizeGrant(plan, 0, validityTime, change);
};

/** As store/batch-writer.ts has it of the session. */
const timesOf = (
  { profile, catalogue }: World,
  { id }: AskedOperation,
  entry: AskedEntry,
  { plan, question }: Replanned,
) =>
  grantTime({
    plan,
    at: question.at,
    isChangeReported: entry.change > 0,
    scatter: (most) => hashOf(id) % (most + 1),
    planAt: (at) => planBurn(profile, catalogue, { ...question, at }),
  });

const duesProblems = (profile: Profile, operation: AskedOperation): readonly string[] => {
  const { at: now, dues, said } = operation;
  const ends = said.usedBeforeUntil.map((until) => until - 1);
  const usedFrom = Math.min(said.eventTimestamp, ...ends);
  const country = countryFor(profile, readServiceInformation(said.serviceInformation));
  const again = dueBytes(profile, duesAfterUse(profile, { usedFrom, now }), country);
  const isSame = dues === undefined ? again === undefined : again?.equals(dues) === true;
  return isSame
    ? []
    : ["what the account was due for, or its rules, is another list when it is planned again"];
};

/** Before sequence 0 there is none. */
const noSequence = 0xff_ff_ff_ff;

/** As store/batch-operation.ts writes what a message follows; others have lists in its place. */
const orderProblems = ({ verb, sequence, tariffVersion, follows }: AskedOperation) => {
  if (verb === verbs.initiate || verb > verbs.terminate) return [];
  const isFirst = sequence === 0;
  const before = isFirst ? noSequence : sequence - 1;
  const version = isFirst ? noSequence : tariffVersion;
  const isRight = follows.sequence === before && follows.tariffVersion === version;
  return isRight ? [] : [`message ${sequence} was to follow ${follows.sequence}`];
};

/** A session that is silent for twice its validity time is over. */
const deadlineProblems = (
  { at, deadline, entries }: AskedOperation,
  plans: readonly Replanned[],
): readonly string[] => {
  const lasting = plans.filter((_, index) => entries[index]!.wanted !== grantsNothing);
  const seconds = Math.max(0, ...lasting.map(({ plan }) => plan.validityTimeSeconds));
  const silenceMs = seconds === 0 ? limits.sessionIdleMs : 2_000 * seconds;
  if (deadline === at + silenceMs) return [];
  return [`its deadline is ${deadline} in the journal, ${at + silenceMs} when it is planned again`];
};
